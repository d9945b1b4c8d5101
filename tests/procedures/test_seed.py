import json
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from procedures import sampling
from procedures.models import (
    AdminUnit,
    AdminUnitSuccession,
    Agency,
    LegalDocument,
    Procedure,
    SectorGroup,
    ServicePoint,
    Synonym,
)
from tests import factories as make

pytestmark = pytest.mark.django_db


def seed():
    said = StringIO()
    call_command("seed_procedures", stdout=said)
    return said.getvalue()


def seed_units():
    sampling.add_units()
    sampling.add_successions()


def present():
    return AdminUnit.objects.current()


def names(units):
    return sorted(unit.full_name for unit in units)


def test_the_province_of_today_has_its_sixty_four_communes():
    seed_units()

    province = present().get(kind="province")
    assert (province.code, province.full_name) == ("96", "Tỉnh Cà Mau")
    kinds = [unit.kind for unit in present().communes().filter(parent=province)]
    assert (kinds.count("commune"), kinds.count("ward"), len(kinds)) == (55, 9, 64)


def test_the_three_former_tiers_are_kept_and_ended():
    seed_units()

    former = AdminUnit.objects.filter(valid_to="2025-07-01")
    assert names(former.filter(parent=None)) == ["Tỉnh Bạc Liêu", "Tỉnh Cà Mau"]
    assert former.filter(parent__parent=None, parent__isnull=False).count() == 16
    assert former.filter(parent__parent__isnull=False).count() == 164
    assert "Thành phố Cà Mau" in names(former.filter(parent__code="96"))


def test_names_are_clean_and_without_their_kind():
    seed_units()

    kinds = ("Xã ", "Phường ", "Thị trấn ", "Thị Trấn ", "Huyện ", "Thành phố ", "Tỉnh ")
    for unit in AdminUnit.objects.all():
        assert unit.name == unit.name.strip()
        assert not unit.name.startswith(kinds)
        assert "Hoà" not in unit.name


@pytest.mark.parametrize(
    ("code", "heirs"),
    [
        ("95", ["Tỉnh Cà Mau"]),
        ("32017", ["Phường Hòa Thành", "Phường Tân Thành"]),
        ("31927", ["Xã Vĩnh Hậu"]),
        ("971", ["Xã Năm Căn", "Xã Tam Giang", "Xã Đất Mới"]),
    ],
)
def test_a_former_unit_leads_to_those_of_today(code, heirs):
    seed_units()

    former = AdminUnit.objects.filter(code=code).exclude(valid_to=None).first()
    if former is None:
        former = AdminUnit.objects.get(code=code)

    assert names(former.successors.all()) == heirs


def test_every_former_unit_has_a_successor_and_every_present_one_an_origin():
    seed_units()

    assert not AdminUnit.objects.exclude(valid_to=None).filter(successors=None).exists()
    assert not present().filter(predecessors=None).exists()
    assert not AdminUnitSuccession.objects.exclude(effective_on="2025-07-01").exists()


def test_the_portal_has_an_owner():
    seed_units()
    sampling.add_agencies()

    owner = Agency.objects.get(owns_portal=True)
    assert owner.name == "Ủy ban nhân dân tỉnh Cà Mau"
    assert "mẫu" in owner.address
    assert "mẫu" in owner.responsible_person


def test_ended_acts_name_what_replaced_them():
    sampling.add_legal_documents()

    assert LegalDocument.objects.get(number="42/2022/NĐ-CP").replaced_by.number == "224/2026/NĐ-CP"
    assert LegalDocument.objects.get(number="42/2022/NĐ-CP").is_expired
    amending = LegalDocument.objects.get(number="63/2010/NĐ-CP").amended_by
    assert set(amending.values_list("number", flat=True)) == {"48/2013/NĐ-CP", "92/2017/NĐ-CP"}


def test_every_sample_procedure_comes_in_marked_as_sample():
    seed()

    with (sampling.FOLDER / "procedures.jsonl").open(encoding="utf-8") as lines:
        codes = {json.loads(line)["code"] for line in lines}
    assert set(Procedure.objects.values_list("code", flat=True)) == codes
    assert not Procedure.objects.filter(is_sample=False).exists()
    assert not Procedure.objects.filter(qr_target=None).exists()


def test_groups_hold_their_procedures_and_synonyms_are_there():
    seed()

    assert "1.001193" in {p.code for p in SectorGroup.objects.get(slug="sinh-con").procedures.all()}
    assert Synonym.objects.count() >= 80


def test_every_commune_has_a_centre_and_the_province_one():
    seed_units()
    sampling.add_service_points()

    assert ServicePoint.objects.filter(is_sample=True).count() == 65
    tan_thuan = ServicePoint.objects.get(slug="xa-tan-thuan")
    assert tan_thuan.name == "Trung tâm Phục vụ hành chính công xã Tân Thuận"
    assert tan_thuan.address == "Trụ sở Ủy ban nhân dân xã Tân Thuận, tỉnh Cà Mau"
    assert tan_thuan.phone.startswith("0290 0000 ")
    assert [str(span) for span in tan_thuan.hours.all()][:2] == [
        "Thứ Hai 07:00–11:00",
        "Thứ Hai 13:00–17:00",
    ]
    assert tan_thuan.hours.count() == 10
    centre = ServicePoint.objects.get(kind="provincial_centre")
    assert [str(span) for span in centre.hours.filter(weekday=5)] == ["Thứ Bảy 07:00–11:00"]


def test_a_citizen_is_told_where_to_hand_in():
    seed()

    birth = Procedure.objects.get(code="1.001193")
    assert ServicePoint.objects.receiving(birth).filter(kind="commune_centre").count() == 64


def test_a_second_run_adds_nothing_and_says_so():
    assert "Đã thêm 247 đơn vị hành chính." in seed()

    assert seed() == "Nội dung mẫu đã đủ, không thêm gì.\n"


def test_what_staff_changed_stays():
    seed()
    AdminUnit.objects.filter(code="32167", valid_to=None).update(name="Tân Thuận Đông")
    Agency.objects.filter(slug="so-tu-phap").update(phone="0290 3831 000")
    point = ServicePoint.objects.get(slug="xa-tan-thuan")
    point.hours.filter(weekday=4).delete()
    Procedure.objects.filter(code="1.001193").update(summary="Cán bộ viết lại.")
    Synonym.objects.filter(term="sinh con").update(is_active=False)
    group = SectorGroup.objects.get(slug="sinh-con")
    group.procedures.clear()
    LogEntry.objects.create(
        user=User.objects.create_user("canbo"),
        content_type=ContentType.objects.get_for_model(SectorGroup),
        object_id=group.pk,
        object_repr=str(group),
        action_flag=CHANGE,
    )

    seed()

    assert AdminUnit.objects.get(code="32167", valid_to=None).name == "Tân Thuận Đông"
    assert Agency.objects.get(slug="so-tu-phap").phone == "0290 3831 000"
    assert point.hours.count() == 8
    assert Procedure.objects.get(code="1.001193").summary == "Cán bộ viết lại."
    assert not Synonym.objects.get(term="sinh con").is_active
    assert not group.procedures.exists()


def test_a_real_record_is_not_covered_by_a_sample():
    make.make_procedure(code="1.001193", name="Bản thật")

    seed()

    real = Procedure.objects.get(code="1.001193")
    assert (real.name, real.is_sample) == ("Bản thật", False)


def test_a_later_run_takes_in_what_was_imported_since():
    seed()
    forestry = make.make_sector("Lâm nghiệp thử")
    procedure = make.make_procedure(code="1.000689", sector=forestry, levels=["commune"])
    kept = ServicePoint.objects.get(slug="xa-tan-thuan")
    ServicePoint.objects.filter(pk=kept.pk).update(is_sample=False)

    said = seed()

    assert ServicePoint.objects.filter(sectors=forestry).count() == 63
    assert not kept.sectors.filter(pk=forestry.pk).exists()
    assert "Đã thêm 63 lĩnh vực tiếp nhận" in said
    assert procedure.groups.filter(slug="sinh-con").exists()


def test_a_second_owner_is_never_made():
    make.make_agency("Sở Nội vụ tỉnh", owns_portal=True)

    seed_units()
    sampling.add_agencies()

    assert Agency.objects.get(owns_portal=True).name == "Sở Nội vụ tỉnh"
