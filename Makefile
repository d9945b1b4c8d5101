# The five verbs of a working day; `screenshots` is for who changes what is seen, `lock` for who changes the dependencies.
.PHONY: run setup test check seed screenshots lock
.DELETE_ON_ERROR:

PYTHON = python3
VNU_VERSION = 26.9.27
VNU_SHA256 = 22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47
VNU = .venv/vnu-$(VNU_VERSION).jar
# Only where there is Java, which it needs, and npm, which brings it; elsewhere its test says what is missing.
HTML_CHECKER = $(if $(and $(shell command -v java),$(shell command -v npm)),$(VNU))
PIP_INSTALL = .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes

# `exec`, so that make's child is the command itself and is ended with make.
run: .venv/ready-to-run
	@exec .venv/bin/python manage.py dev --end-with-parent

setup: .venv/ready-to-run .venv/ready-to-test

test: .venv/ready-to-test $(HTML_CHECKER)
	@exec .venv/bin/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile $(ARGS)

check: .venv/ready-to-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	find templates -name '*.html' -exec .venv/bin/djade --check {} +
	.venv/bin/python manage.py check
	.venv/bin/python manage.py makemigrations --check --dry-run

seed: .venv/ready-to-run
	@exec .venv/bin/python manage.py seed_procedures

screenshots: .venv/ready-to-test
	@.venv/bin/python -m pytest --quiet tests/tour.py
	@echo "Xem các ảnh trong thư mục screenshots/"

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

# The Nu Html Checker. Nothing of the package is run but the jar, whose content is pinned.
$(VNU): | .venv/made
	@echo "Tải bộ kiểm tra HTML…"
	@cd .venv && npm pack --silent vnu-jar@$(VNU_VERSION) >/dev/null \
		&& tar -xzmOf vnu-jar-$(VNU_VERSION).tgz package/build/dist/vnu.jar > vnu.part \
		&& echo "$(VNU_SHA256)  vnu.part" | sha256sum --check --status \
		&& mv vnu.part ../$@ || echo "Không tải được, nên lần này không kiểm tra HTML."
	@rm -f .venv/vnu.part .venv/vnu-jar-$(VNU_VERSION).tgz

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Cần Python 3.11 trở lên. Nếu máy có bản khác: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python của máy thiếu venv. Trên Debian, Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Tạo môi trường Python trong .venv…"
	@$(PYTHON) -m venv .venv
	@touch $@
