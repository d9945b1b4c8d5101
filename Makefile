# The five verbs of a working day; `lock` is for who changes the dependencies.
.PHONY: run setup test check seed lock
.DELETE_ON_ERROR:

PYTHON = python3
PIP_INSTALL = .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes

# `exec`, so that make's child is the command itself and is ended with make.
run: .venv/ready-to-run
	@exec .venv/bin/python manage.py dev --end-with-parent

setup: .venv/ready-to-run .venv/ready-to-test

test: .venv/ready-to-test
	@exec .venv/bin/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile $(ARGS)

check: .venv/ready-to-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	find templates -name '*.html' -exec .venv/bin/djade --check {} +
	.venv/bin/python manage.py check
	.venv/bin/python manage.py makemigrations --check --dry-run

seed: .venv/ready-to-run
	@exec .venv/bin/python manage.py seed_procedures

lock:
	uv pip compile $(LOCK) --output-file requirements.txt
	uv pip compile $(LOCK) --group local --constraints requirements.txt --output-file requirements-dev.txt
	uv pip compile $(LOCK) --group test --constraints requirements-dev.txt --output-file requirements-test.txt
LOCK = --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml

.venv/ready-to-run: requirements-dev.txt | .venv/made
	@echo "Cài các gói Python mà cổng cần để chạy…"
	@$(PIP_INSTALL) --requirement requirements-dev.txt
	@touch $@

.venv/ready-to-test: requirements-test.txt | .venv/made
	@echo "Cài các gói Python mà việc kiểm thử cần…"
	@$(PIP_INSTALL) --requirement requirements-test.txt
	@touch $@

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Cần Python 3.11 trở lên. Nếu máy có bản khác: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python của máy thiếu venv. Trên Debian, Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Tạo môi trường Python trong .venv…"
	@$(PYTHON) -m venv .venv
	@touch $@
