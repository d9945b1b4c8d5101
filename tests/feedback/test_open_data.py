"""What is public of the answers, for programs: GeoReport, Atom, CSV."""

import csv
import json
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone

from feedback import publication
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db

API = "/api/georeport/v2"


@pytest.fixture
def item():
    make.make_agency(owns_portal=True)
    return published.make_public_ticket(
        subject="Lời riêng của người gửi", body="Số nhà 12 đường Riêng", words={"subject": "=1+1"}
    )


def get_json(client, path, *, code=200, **params):
    response = client.get(f"{API}/{path}.json", params)
    assert response.status_code == code
    assert response["Access-Control-Allow-Origin"] == "*"
    return json.loads(response.content)


def test_each_kind_that_may_be_public_is_a_service(client):
    codes = [service["service_code"] for service in get_json(client, "services")]

    assert codes == ["reflection", "proposal", "question", "comment", "praise"]
    assert get_json(client, "services/reflection") == {
        "service_code": "reflection",
        "attributes": [],
    }
    assert get_json(client, "services/denunciation", code=404)[0]["code"] == 404


def test_a_request_tells_the_public_words_and_nothing_else(client, item):
    (request,) = get_json(client, "requests")

    assert request == get_json(client, f"requests/{item.public_number}")[0]
    assert (request["service_request_id"], request["status"]) == ("1", "closed")
    assert request["description"] == published.PUBLIC_WORDS["body"]
    assert request["status_notes"] == published.PUBLIC_WORDS["answer"]
    assert request["agency_responsible"] == "Sở Trả lời"
    assert request["requested_datetime"].endswith("T00:00:00+07:00")
    assert "iêng" not in str(request)


def test_the_same_stands_in_xml(client, item):
    root = ElementTree.fromstring(client.get(f"{API}/requests.xml").content)

    assert [root.tag, *(child.tag for child in root)] == ["service_requests", "request"]
    assert root.findtext("request/service_request_id") == "1"
    assert root.findtext("request/extended_attributes/title") == "=1+1"
    discovery = ElementTree.fromstring(client.get(f"{API}/discovery.xml").content)
    assert discovery.findtext("endpoints/endpoint/formats/format") == "application/json"


def test_requests_are_asked_for_by_kind_state_span_and_number(client, item):
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)

    def count(**params):
        return len(get_json(client, "requests", **params))

    assert count(service_code="reflection,question") == 1
    assert count(service_code="question") == 0
    assert (count(status="open"), count(status="closed"), count(status="open,closed")) == (0, 1, 1)
    assert count(start_date=yesterday) == 1
    assert count(end_date=yesterday) == 0
    assert count(service_request_id="1,7", end_date=yesterday) == 1
    assert count(jurisdiction_id=urlsplit(settings.SITE_URL).hostname) == 1


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"start_date": "hôm qua"}, 400),
        ({"start_date": "2026-13-40"}, 400),
        ({"start_date": "2026-02-01", "end_date": "2026-01-01"}, 400),
        ({"status": "xong"}, 400),
        ({"service_request_id": "1 or 1=1"}, 400),
        ({"service_request_id": "9" * 60}, 200),
        ({"service_code": "denunciation"}, 404),
        ({"jurisdiction_id": "khac.example"}, 404),
    ],
)
def test_an_odd_question_gets_the_answer_of_the_standard(client, params, code):
    found = get_json(client, "requests", code=code, **params)

    assert found == [] if code == 200 else found[0]["code"] == code


def test_what_is_withdrawn_is_gone_from_all_of_them(client, item):
    publication.withdraw(item=item, by=make.make_staff("go"), reason="Còn tên.")

    assert get_json(client, "requests") == []
    assert get_json(client, "requests/1", code=404)
    assert len(rows(client)) == 1
    assert "<entry>" not in client.get("/phan-anh/da-tra-loi/atom.xml").content.decode()


def rows(client):
    text = client.get("/phan-anh/da-tra-loi/du-lieu.csv").getvalue().decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_the_file_is_safe_in_a_spreadsheet_and_holds_the_public_words_alone(client, item):
    heading, row = rows(client)

    found = dict(zip(heading, row, strict=True))
    assert found["tieu_de"] == "'=1+1"
    assert found["tra_loi"] == published.PUBLIC_WORDS["answer"]
    assert found["dia_chi"].endswith("/phan-anh/da-tra-loi/1/")
    assert "iêng" not in "".join(row)


def test_the_file_asks_as_often_for_many_answers_as_for_one(
    client, item, django_assert_max_num_queries
):
    for _ in range(3):
        published.publish(published.answer(make.make_ticket(), make.make_staff(f"a{_}")))

    with django_assert_max_num_queries(5):
        assert len(rows(client)) == 5


def test_the_feeds_tell_the_public_words_alone(client, item):
    published.make_question()

    for path, count in [("/phan-anh/da-tra-loi/atom.xml", 1), ("/en/hoi-dap/atom.xml", 1)]:
        response = client.get(path)
        text = response.content.decode()
        assert text.count("<entry>") == count
        assert "Last-Modified" not in response
        assert published.PUBLIC_WORDS["answer"] in text
        assert "iêng" not in text
