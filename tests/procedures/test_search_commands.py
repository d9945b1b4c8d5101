"""The commands around the search: measuring it, filling a catalogue to measure with, reading it anew."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from procedures.models import Procedure, SearchEntry
from procedures.search import search_procedures
from procedures.services import complete_procedures
from tests.factories import make_procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def labelled(tmp_path):
    rows = [
        {"query": "khai sinh", "kind": "name", "expected": ["1.001193"]},
        {"query": "kết hôn", "kind": "name", "expected": ["1.009999"]},
        {"query": "mua vé máy bay", "kind": "none", "expected": []},
    ]
    path = tmp_path / "queries.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_the_evaluation_prints_a_row_for_each_kind(labelled, capsys):
    complete_procedures([make_procedure(code="1.001193", name="Đăng ký khai sinh").pk])

    call_command("evaluate_search", labelled, "--failures")

    shown = capsys.readouterr()
    assert ["name", "2", "0.500", "0.500", "0.500", "0.500"] in [
        line.split()[:6] for line in shown.out.splitlines()
    ]
    assert "none: 0/1" in shown.out
    assert "kết hôn" in shown.out
    assert "1/2 mã" in shown.err


def test_the_evaluation_refuses_what_it_cannot_read(tmp_path):
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("evaluate_search", tmp_path / "none.jsonl")


def test_generated_procedures_are_distinct_and_found(capsys):
    call_command("generate_procedures", "40")

    assert Procedure.objects.listed().count() == SearchEntry.objects.count() == 40
    assert Procedure.objects.values("name").distinct().count() == 40
    first = Procedure.objects.get(code="9.000001")
    assert search_procedures(first.name).hits[0].code == "9.000001"


def test_the_same_number_gives_the_same_procedures(capsys):
    with transaction.atomic():
        call_command("generate_procedures", "5")
        names = list(Procedure.objects.order_by("code").values_list("name", flat=True))
        transaction.set_rollback(True)

    call_command("generate_procedures", "5")

    assert list(Procedure.objects.order_by("code").values_list("name", flat=True)) == names


def test_generating_is_refused_in_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="đang phục vụ"):
        call_command("generate_procedures", "1")


def test_generating_beside_real_procedures_must_be_asked_for(capsys):
    make_procedure(code="1.001193")

    with pytest.raises(CommandError, match="--beside-real"):
        call_command("generate_procedures", "1")
    call_command("generate_procedures", "1", "--beside-real")

    assert Procedure.objects.count() == 2


@pytest.mark.parametrize("number", ["0", "1000000"])
def test_a_number_out_of_range_is_refused(number):
    with pytest.raises(CommandError, match="từ 1 đến"):
        call_command("generate_procedures", number)


def test_the_search_can_be_read_anew(capsys):
    procedure = make_procedure(name="Đăng ký khai sinh")

    call_command("refresh_search")

    assert search_procedures("khai sinh").hits[0].procedure_id == procedure.pk
    assert "1 thủ tục" in capsys.readouterr().out
