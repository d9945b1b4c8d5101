from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procedures.models import ProcedureTranslation
from procedures.services import complete_procedures
from tests import factories as make
from tests.pages import make_content

pytestmark = pytest.mark.django_db

ENGLISH, VIETNAMESE = "/en/handbook/", "/handbook/"


def make_entry(**fields):
    """A procedure in the English handbook, in a chapter of its own."""
    procedure = make.make_complete_procedure(**fields)
    translation = make.make_translation(procedure, name=f"Trial {procedure.code}")
    make.make_chapter(f"Chapter {procedure.code}", translations=[translation])
    return procedure


def test_an_entry_has_its_name_in_both_languages_and_its_code(client):
    procedure = make.make_complete_procedure(name="Thủ tục đăng ký khai sinh", code="1.001193")
    translation = make.make_translation(procedure, name="Birth registration")
    make.make_chapter("Family", introduction="Births and deaths.", translations=[translation])

    html = client.get(ENGLISH).content.decode()

    assert "Birth registration" in html
    assert '<span lang="vi">Thủ tục đăng ký khai sinh</span>' in html
    assert "1.001193" in html
    assert "Births and deaths." in html


def test_chapters_and_procedures_stand_in_their_order_and_are_numbered(client):
    births, deaths, cars = (
        make.make_translation(make.make_complete_procedure(), name=name)
        for name in ["Births", "Deaths", "Cars"]
    )
    make.make_chapter("Driving", translations=[cars], order=2)
    make.make_chapter("Family", translations=[deaths, births], order=1)

    chapters = client.get(ENGLISH).context["chapters"]

    assert [row.chapter.title for row in chapters] == ["Family", "Driving"]
    assert [entry.translation.name for entry in chapters[0].entries] == ["Deaths", "Births"]


def test_every_line_of_the_contents_leads_to_its_place(client):
    procedure = make_entry()

    html = client.get(ENGLISH).content.decode()

    anchor = f"procedure-{procedure.code.replace('.', '-')}"
    assert f'href="#{anchor}"' in html
    assert f'id="{anchor}"' in html
    assert f'href="#chapter-{procedure.code.replace(".", "")}"' in html
    assert f'id="chapter-{procedure.code.replace(".", "")}"' in html


def test_the_answers_come_from_the_procedure_and_the_notes_from_the_translation(client):
    procedure = make.make_procedure(sets_required=1)
    method = make.make_method(procedure, duration_value=3, duration_unit="working_day")
    make.make_fee(method, amount=8000)
    make.make_document(make.make_case(procedure))
    translation = make.make_translation(procedure, fee_note="Charged for each copy.")
    make.make_chapter(translations=[translation])

    html = client.get(ENGLISH).content.decode()

    assert "3 working days" in html
    assert "8,000" in html
    assert "Charged for each copy." in html


def test_papers_cases_conditions_and_results_are_translated_or_marked_as_vietnamese(client):
    procedure = make.make_procedure(requirements="Từ 18 tuổi.\nCó hộ chiếu.")
    case = make.make_case(procedure, name="Nhờ người khác")
    make.make_document(case, name="Văn bản ủy quyền", note="Bản chính", original_qty=2)
    make.make_document(case, name="Giấy lạ")
    make.make_result(procedure, name="Giấy khai sinh")
    translation = make.make_translation(
        procedure,
        texts={
            "Nhờ người khác": "Through another person",
            "Văn bản ủy quyền": "Written authorisation",
            "Bản chính": "The original",
            "Từ 18 tuổi.": "Aged 18 or over.",
            "Giấy khai sinh": "Birth certificate",
            "Giấy lạ": "",
        },
    )
    make.make_chapter(translations=[translation])

    html = client.get(ENGLISH).content.decode()

    for english in [
        "Through another person",
        "Written authorisation",
        "The original",
        "2 originals",
        "Aged 18 or over.",
        "Birth certificate",
    ]:
        assert english in html
    assert '<span lang="vi">Giấy lạ</span>' in html
    assert '<span lang="vi">Có hộ chiếu.</span>' in html
    assert "Văn bản ủy quyền" not in html


def test_it_says_where_to_hand_in(client):
    sector = make.make_sector()
    centre = make.make_service_point(kind="provincial_centre", sectors=[sector])
    make.make_service_point(sectors=[sector])
    make.make_service_point(sectors=[sector])
    make.make_service_point()
    make.make_term(centre.name, "Provincial Centre")
    make_entry(sector=sector, levels=["province", "commune"])
    make_entry(sector=sector, levels=["province"])
    nowhere = make_entry(levels=["ministry"])

    page = client.get(ENGLISH)

    both, province, neither = (row.entries[0].places for row in page.context["chapters"])
    assert (both.centres, both.commune_count) == ([centre], 2)
    assert (province.centres, province.commune_count) == ([centre], 0)
    assert neither.total == 0
    assert "Provincial Centre" in page.content.decode()
    assert nowhere.agency_roles.get().agency.name in page.content.decode()


def test_an_entry_shows_its_code_and_its_short_address(client):
    procedure = make_entry()
    complete_procedures([procedure.pk])

    html = client.get(ENGLISH).content.decode()

    assert f'src="/en/thu-tuc/{procedure.code}/qr.svg"' in html
    assert procedure.qr_target.readable_address in html
    assert f'href="/en/thu-tuc/{procedure.code}/"' in html


def test_an_entry_older_than_its_procedure_warns_with_both_dates(client):
    procedure = make_entry()
    assert "notice--warning" not in client.get(ENGLISH).content.decode()
    ProcedureTranslation.objects.update(made_from=procedure.updated_at - timedelta(days=400))

    html = client.get(ENGLISH).content.decode()

    assert "notice--warning" in html
    for day in [procedure.updated_at, procedure.updated_at - timedelta(days=400)]:
        assert str(timezone.localtime(day).year) in html.split("notice--warning")[1]


def test_the_handbook_is_of_the_day_of_its_latest_procedure(client):
    make_entry(updated_at=timezone.now() - timedelta(days=9))
    latest = make_entry(updated_at=timezone.now() - timedelta(days=2))

    assert client.get(ENGLISH).context["last_updated"] == latest.updated_at


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "expired", "expired_on": "2025-07-01"},
        {"status": "published", "expired_on": "2025-07-01"},
    ],
)
def test_a_procedure_that_is_not_in_force_leaves_the_handbook_and_an_empty_chapter_with_it(
    client, fields
):
    kept, gone = make_entry(), make_entry(**fields)

    for path in [ENGLISH, VIETNAMESE]:
        html = client.get(path).content.decode()
        assert kept.code in html
        assert gone.code not in html
        assert f"Chapter {gone.code}" not in html


def test_more_procedures_ask_no_more_questions(client):
    sector = make.make_sector()
    make.make_service_point(sectors=[sector])
    make_entry(sector=sector)
    with CaptureQueriesContext(connection) as few:
        client.get(ENGLISH)
    for _number in range(5):
        make_entry(sector=sector)

    with CaptureQueriesContext(connection) as many:
        client.get(ENGLISH)

    assert len(many) == len(few)


def test_in_vietnamese_the_page_lists_the_procedures_and_leads_to_the_handbook(client):
    procedure = make.make_complete_procedure(name="Đổi giấy phép lái xe")
    make.make_chapter("Driving", translations=[make.make_translation(procedure)])

    html = client.get(VIETNAMESE).content.decode()

    assert "Sổ tay thủ tục cho người nước ngoài" in html
    assert '<span lang="en">Driving</span>' in html
    assert f'<a href="/thu-tuc/{procedure.code}/">Đổi giấy phép lái xe</a>' in html
    assert f'href="{ENGLISH}"' in html


def test_without_any_handbook_both_pages_still_answer(client):
    assert "Chưa có sổ tay nào" in client.get(VIETNAMESE).content.decode()
    assert f'<a href="{VIETNAMESE}" lang="vi"' in client.get(ENGLISH).content.decode()


def test_a_language_without_a_handbook_leads_to_those_there_are(client, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("km", "ភាសាខ្មែរ")]
    make_entry()

    page = client.get("/km/handbook/")

    assert page.status_code == 200
    html = page.content.decode()
    assert f'href="{ENGLISH}" lang="en"' in html
    assert f'href="{VIETNAMESE}" lang="vi"' in html


def test_the_site_map_names_each_handbook_in_its_language(client):
    make_entry()

    xml = client.get("/sitemap.xml").content.decode()

    assert f"{VIETNAMESE}</loc>" in xml
    assert f"{ENGLISH}</loc>" in xml


@pytest.fixture
def handbook_on_paper(new_page, transactional_db):
    make_content()
    second = make.make_complete_procedure(name="Đổi giấy phép lái xe")
    make.make_chapter(
        "Driving",
        order=9,
        translations=[make.make_translation(second, name="Exchange of a driving licence")],
    )
    page = new_page()
    page.goto(ENGLISH)
    pdf = pypdfium2.PdfDocument(BytesIO(page.pdf(prefer_css_page_size=True)))
    yield [sheet.get_textpage().get_text_range() for sheet in pdf], pdf[0].get_size()
    pdf.close()


def test_on_paper_it_is_one_a4_document_with_cover_contents_and_a_chapter_to_a_page(
    handbook_on_paper,
):
    sheets, size = handbook_on_paper

    assert [round(side) for side in size] == [595, 842]
    cover, contents, family, driving = sheets
    assert "/en/handbook/" in driving
    assert timezone.localdate().strftime("%Y") in cover
    assert "Birth registration" in contents
    assert "Exchange of a driving licence" in contents
    assert "Birth registration form" in family
    assert "/en/thu-tuc/1.001193/" in family
    assert "Exchange of a driving licence" in driving
    assert "3 / 4" in family
