import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.urls import reverse

from procedures import sampling
from procedures.models import (
    Agency,
    Audience,
    HandbookChapter,
    HandbookEntry,
    LegalDocument,
    Procedure,
    ProcedureTranslation,
    PublicationDecision,
    Sector,
    SectorGroup,
    ServicePoint,
    TermTranslation,
    TranslatedText,
    originals_of,
)
from tests import factories as make

pytestmark = pytest.mark.django_db

ADD = reverse("admin:procedures_proceduretranslation_add")
LIST = reverse("admin:procedures_proceduretranslation_changelist")
ADD_CHAPTER = reverse("admin:procedures_handbookchapter_add")


@pytest.fixture
def officer(client, db):
    client.force_login(make.make_officer("procedures"))
    return client


@pytest.fixture
def reader(client):
    """Staff who may look and no more."""
    user = User.objects.create_user("doc", password="mat-khau-dai-12", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return client


@pytest.fixture
def licence(db):
    """A procedure with two papers, a case and a result."""
    procedure = make.make_procedure(code="3.000347", name="Đổi giấy phép lái xe")
    case = make.make_case(procedure, name="Bằng còn hạn")
    make.make_document(case, name="Đơn đề nghị")
    make.make_document(case, name="Hộ chiếu")
    make.make_result(procedure, name="Giấy phép lái xe")
    return procedure


def add_page(procedure, language="en"):
    return f"{ADD}?procedure={procedure.pk}&language={language}"


def change_page(obj):
    return reverse(f"admin:procedures_{obj._meta.model_name}_change", args=[obj.pk])


def form_data(page):
    """What a browser would send from an admin page that nobody touched."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def rows_of(page):
    [inline] = page.context["inline_admin_formsets"]
    return [(form["original"].value(), form["text"].value()) for form in inline.formset.forms]


def words_of(page):
    return " ".join(re.sub("<[^>]+>", " ", page.content.decode()).split())


def row_number(page, original):
    return [text for text, _translation in rows_of(page)].index(original)


# Bản dịch và bản tiếng Việt


def test_a_translation_is_found_with_its_texts_in_two_queries(licence, django_assert_num_queries):
    make.make_translation(licence, texts={"Hộ chiếu": "Passport", "Đơn đề nghị": ""})

    with django_assert_num_queries(2):
        translation = ProcedureTranslation.objects.of(licence, "en")
        assert translation.text_of("Hộ chiếu") == "Passport"
        assert translation.text_of("Đơn đề nghị") is None
        assert not translation.is_outdated
    assert ProcedureTranslation.objects.of(licence, "km") is None


def test_a_translation_is_outdated_once_the_procedure_is_newer(licence):
    translation = make.make_translation(licence)
    other = make.make_translation(make.make_procedure())
    Procedure.objects.filter(pk=licence.pk).update(
        updated_at=licence.updated_at + timedelta(hours=1)
    )

    assert list(ProcedureTranslation.objects.outdated()) == [translation]
    assert ProcedureTranslation.objects.get(pk=translation.pk).is_outdated
    assert not other.is_outdated


def test_what_is_translated_are_cases_papers_results_conditions_and_the_reason_each_once(licence):
    licence.requirements = "Từ 18 tuổi.\n\nHộ chiếu"
    licence.partial_reason = "Phải chụp ảnh."

    assert originals_of(licence) == [
        "Bằng còn hạn",
        "Đơn đề nghị",
        "Hộ chiếu",
        "Giấy phép lái xe",
        "Từ 18 tuổi.",
        "Phải chụp ảnh.",
    ]


# Nội dung mẫu


@pytest.fixture
def sample(db):
    sampling.add_units()
    sampling.add_agencies()
    sampling.add_legal_documents()
    sampling.add_procedures()
    sampling.add_groups()
    sampling.add_service_points()
    add_languages()


def add_languages():
    sampling.add_terms()
    sampling.add_translations()
    sampling.add_handbook()


def test_every_part_of_the_twelve_sample_procedures_is_translated(sample):
    translations = ProcedureTranslation.objects.filter(language="en")

    assert translations.count() == 12
    for translation in translations:
        missing = [
            text for text in originals_of(translation.procedure) if not translation.text_of(text)
        ]
        assert (translation.procedure.code, missing) == (translation.procedure.code, [])
        assert translation.name
        assert translation.summary
        assert not translation.is_outdated


def test_notes_repeat_no_time_and_no_amount(sample):
    figure = re.compile(r"\d+ (working )?(days?|months?|hours?)|\d[\d.,]* ?(đồng|VND|USD)")
    for translation in ProcedureTranslation.objects.all():
        notes = [translation.bring_note, translation.fee_note, translation.where_note]
        assert not figure.search(" ".join([*notes, translation.online_note]))


def test_the_sample_handbook_holds_the_twelve_in_chapters(sample, client):
    entries = HandbookEntry.objects.filter(chapter__language="en")

    assert entries.count() == 12
    assert entries.values("translation").distinct().count() == 12
    assert client.get("/en/handbook/").status_code == 200


def test_every_name_that_the_sample_shows_has_its_english(sample):
    shown = {
        *SectorGroup.objects.values_list("name", flat=True),
        *SectorGroup.objects.values_list("description", flat=True),
        *Sector.objects.with_listed_count().values_list("name", flat=True),
        *Agency.objects.values_list("name", flat=True),
        *Agency.objects.values_list("address", flat=True),
        *Agency.objects.values_list("responsible_person", flat=True),
        *Audience.objects.values_list("name", flat=True),
        *ServicePoint.objects.values_list("name", flat=True),
        *ServicePoint.objects.values_list("address", flat=True),
        *ServicePoint.objects.values_list("note", flat=True),
        *ServicePoint.objects.values_list("accessibility_note", flat=True),
        *(point.admin_unit.full_name for point in ServicePoint.objects.all()),
        *LegalDocument.objects.values_list("doc_type", flat=True),
        *LegalDocument.objects.values_list("issuer", flat=True),
        *PublicationDecision.objects.values_list("issuer", flat=True),
        *Procedure.objects.values_list("partial_reason", flat=True),
        *Procedure.objects.values_list("procedure_type", flat=True),
    }
    known = set(TermTranslation.objects.filter(language="en").values_list("original", flat=True))

    assert sorted(shown - known - {""}) == []


def test_regular_names_are_made_by_rule():
    sampling.add_units()
    sampling.add_terms()

    english = dict(TermTranslation.objects.values_list("original", "text"))
    assert english["Xã Tân Thuận"] == "Tân Thuận Commune"
    assert english["Phường An Xuyên"] == "An Xuyên Ward"
    assert english["Phường 2"] == "Ward 2"
    assert english["Thị trấn Ngan Dừa"] == "Ngan Dừa Township"
    assert (
        english["Trung tâm Phục vụ hành chính công xã Tân Thuận"]
        == "Tân Thuận Commune Public Administration Service Centre"
    )
    assert (
        english["Trụ sở Ủy ban nhân dân xã Tân Thuận, tỉnh Cà Mau"]
        == "Tân Thuận Commune People's Committee office, Cà Mau Province"
    )


def test_what_staff_translated_otherwise_stays(sample):
    TermTranslation.objects.filter(original="Hộ tịch").update(text="Civil registration")
    translation = ProcedureTranslation.objects.get(procedure__code="1.001193")
    ProcedureTranslation.objects.filter(pk=translation.pk).update(name="Register a birth")
    translation.texts.all().delete()
    chapter = HandbookChapter.objects.get(slug="living-here")
    chapter.entries.all().delete()

    add_languages()

    assert TermTranslation.objects.get(original="Hộ tịch").text == "Civil registration"
    translation.refresh_from_db()
    assert translation.name == "Register a birth"
    assert not translation.texts.exists()
    assert not chapter.entries.exists()


def test_a_real_record_is_not_told_in_the_words_of_a_sample():
    make.make_procedure(code="1.001193", name="Bản thật")

    call_command("seed_procedures", verbosity=0)

    assert not ProcedureTranslation.objects.filter(procedure__code="1.001193").exists()
    assert HandbookEntry.objects.count() == 11


# Trang quản trị: dịch một thủ tục


def test_first_the_procedure_and_the_language_are_chosen(officer, licence):
    page = officer.get(ADD)

    assert list(page.context["adminform"].form.fields) == ["procedure", "language"]
    response = officer.post(ADD, {"procedure": licence.pk, "language": "en"})
    assert response.url == add_page(licence)
    assert not ProcedureTranslation.objects.exists()


@pytest.mark.parametrize("choice", [{}, {"procedure": "0", "language": "en"}, {"language": "en"}])
def test_a_choice_that_is_incomplete_is_asked_for_again(officer, choice):
    page = officer.post(ADD, choice)

    assert page.status_code == 200
    assert page.context["errors"]
    assert not ProcedureTranslation.objects.exists()


def test_a_language_that_the_portal_does_not_speak_is_refused(officer, licence):
    page = officer.post(ADD, {"procedure": licence.pk, "language": "xx"})

    assert page.context["errors"]
    assert list(officer.get(add_page(licence, "xx")).context["adminform"].form.fields) == [
        "procedure",
        "language",
    ]


@pytest.mark.parametrize("odd", ["x", "-1", "1" * 30, "1" * 5000, "\u0663"])
def test_a_procedure_that_cannot_be_is_refused_and_asked_for_again(officer, odd):
    sent = officer.post(ADD, {"procedure": odd, "language": "en"})
    opened = officer.get(f"{ADD}?procedure={odd}&language=en")

    assert sent.status_code == opened.status_code == 200
    assert sent.context["errors"]
    assert not ProcedureTranslation.objects.exists()


def test_choosing_what_is_translated_already_opens_that_translation(officer, licence):
    translation = make.make_translation(licence)

    response = officer.post(ADD, {"procedure": licence.pk, "language": "en"})

    assert response.url == change_page(translation)
    assert officer.get(add_page(licence)).url == change_page(translation)


def test_the_add_page_offers_every_text_of_the_procedure(officer, licence):
    page = officer.get(add_page(licence))

    assert [original for original, _text in rows_of(page)] == originals_of(licence)
    assert "3.000347 Đổi giấy phép lái xe" in words_of(page)
    assert 'aria-label="Bản dịch của: Hộ chiếu"' in page.content.decode()


def test_a_new_translation_keeps_what_was_translated_and_the_version(officer, licence):
    page = officer.get(add_page(licence))
    passport = row_number(page, "Hộ chiếu")

    response = officer.post(
        add_page(licence),
        form_data(page) | {"name": "Exchange of a licence", f"texts-{passport}-text": "Passport"},
    )

    assert response.status_code == 302
    translation = ProcedureTranslation.objects.get()
    assert (translation.procedure, translation.language) == (licence, "en")
    assert translation.made_from == licence.updated_at
    assert list(translation.texts.values_list("original", "text")) == [("Hộ chiếu", "Passport")]


def test_a_translation_without_a_name_is_refused(officer, licence):
    page = officer.post(add_page(licence), form_data(officer.get(add_page(licence))))

    assert page.context["errors"]
    assert not ProcedureTranslation.objects.exists()


def edit(client, obj, **changes):
    data = form_data(client.get(change_page(obj))) | changes
    return client.post(change_page(obj), data)


def renew(procedure):
    """The procedure is edited after it was translated."""
    procedure.updated_at += timedelta(days=1)
    procedure.save(update_fields=["updated_at"])


def test_an_edit_alone_does_not_make_the_translation_current(officer, licence):
    translation = make.make_translation(licence)
    renew(licence)

    edit(officer, translation, name="Exchange of a licence")

    translation = ProcedureTranslation.objects.get()
    assert translation.name == "Exchange of a licence"
    assert translation.is_outdated


def test_who_compared_it_makes_it_current(officer, licence):
    translation = make.make_translation(licence)
    renew(licence)

    edit(officer, translation, is_checked="on")

    assert not ProcedureTranslation.objects.get().is_outdated


def test_what_changed_while_it_was_compared_stays_unchecked(officer, licence):
    translation = make.make_translation(licence)
    data = form_data(officer.get(change_page(translation))) | {"is_checked": "on"}
    renew(licence)

    officer.post(change_page(translation), data)

    assert ProcedureTranslation.objects.get().is_outdated


@pytest.mark.parametrize("version", ["", "hôm qua", "2026-01-01T00:00:00"])
def test_a_version_that_no_page_showed_is_refused(officer, licence, version):
    translation = make.make_translation(licence)

    page = edit(officer, translation, is_checked="on", seen_version=version)

    assert page.status_code == 200
    assert page.context["errors"]


def test_new_papers_are_offered_and_those_that_are_gone_are_marked(officer, licence):
    translation = make.make_translation(
        licence, texts={"Hộ chiếu": "Passport", "Giấy cũ": "Old paper"}
    )

    page = officer.get(change_page(translation))

    assert rows_of(page)[:2] == [("Hộ chiếu", "Passport"), ("Giấy cũ", "Old paper")]
    assert "Đơn đề nghị" in [original for original, _text in rows_of(page)]
    assert words_of(page).count("Không còn trong bản tiếng Việt") == 1


def test_a_row_that_is_gone_can_be_removed(officer, licence):
    translation = make.make_translation(licence, texts={"Giấy cũ": "Old paper"})

    edit(officer, translation, **{"texts-0-DELETE": "on"})

    assert not TranslatedText.objects.exists()


def test_the_list_finds_translations_that_are_older_than_the_original(officer, licence):
    make.make_translation(licence, name="Exchange")
    make.make_translation(make.make_procedure(), name="Birth")
    renew(licence)

    assert "Bản tiếng Việt mới hơn" in words_of(officer.get(LIST))
    found = officer.get(LIST, {"ban-dich": "cu-hon"}).context["cl"].queryset
    assert [translation.name for translation in found] == ["Exchange"]


def test_the_list_is_searched_without_accents(officer, licence):
    make.make_translation(licence, name="Exchange")
    make.make_translation(make.make_procedure(), name="Birth")

    found = officer.get(LIST, {"q": "giay phep lai xe"}).context["cl"].queryset

    assert [translation.name for translation in found] == ["Exchange"]


def test_who_may_only_look_changes_nothing(reader, licence):
    translation = make.make_translation(licence, texts={"Hộ chiếu": "Passport"})

    assert reader.get(change_page(translation)).status_code == 200
    assert reader.post(change_page(translation), {"name": "X"}).status_code == 403
    assert reader.get(ADD).status_code == 403
    assert reader.post(ADD, {"procedure": licence.pk, "language": "en"}).status_code == 403
    assert ProcedureTranslation.objects.get().name == translation.name


# Trang quản trị: tên gọi, sổ tay


def test_a_name_is_translated_and_only_once(officer):
    address = reverse("admin:procedures_termtranslation_add")
    term = {"language": "en", "original": "Sở Nội vụ", "text": "Department of Home Affairs"}

    assert officer.post(address, term).status_code == 302
    page = officer.post(address, term | {"text": "Home Office"})

    assert "Tên này đã có bản dịch ở ngôn ngữ đó." in str(page.context["errors"])
    assert TermTranslation.objects.get().text == "Department of Home Affairs"


def chapter_data(translation, **fields):
    return {
        "language": "en",
        "title": "Driving",
        "slug": "driving",
        "order": "1",
        "entries-TOTAL_FORMS": "1",
        "entries-INITIAL_FORMS": "0",
        "entries-0-translation": translation.pk,
        "entries-0-order": "",
    } | fields


def test_a_chapter_is_made_with_its_procedures(officer, licence):
    translation = make.make_translation(licence)

    response = officer.post(ADD_CHAPTER, chapter_data(translation))

    assert response.status_code == 302
    assert HandbookEntry.objects.get().translation == translation


def test_a_chapter_takes_no_translation_of_another_language(officer, licence):
    translation = make.make_translation(licence, language="km")

    page = officer.post(ADD_CHAPTER, chapter_data(translation))

    assert "ngôn ngữ khác với chương" in page.content.decode()
    assert not HandbookChapter.objects.exists()


def test_two_chapters_of_a_handbook_have_two_addresses(officer, licence):
    make.make_chapter("Driving")

    page = officer.post(ADD_CHAPTER, chapter_data(make.make_translation(licence)))

    assert "Địa chỉ này đã có trong sổ tay" in str(page.context["errors"])
    assert HandbookChapter.objects.count() == 1


def test_a_chapter_keeps_its_address(officer, licence):
    chapter = make.make_chapter("Driving", translations=[make.make_translation(licence)])

    edit(officer, chapter, title="Driving and cars", slug="cars")

    chapter.refresh_from_db()
    assert (chapter.title, chapter.slug) == ("Driving and cars", "driving")
