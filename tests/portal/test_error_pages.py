"""What people and programs get when a request cannot be answered."""

import io
import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_POST, require_safe

import portal.urls
from portal import views
from portal.exceptions import TooManyRequests
from tests import factories
from tests.portal.test_accessibility import faults_of

pytestmark = pytest.mark.django_db


def raising(error):
    def view(request):
        raise error

    return view


def asking(sql):
    @require_safe
    def view(request):
        with connection.cursor() as cursor:
            cursor.execute(sql)
        return HttpResponse("answered")

    return view


@require_POST
def form(request):
    return HttpResponse(", ".join(request.POST))


# A portal with faults, and its forms; for each status an address that answers with it.
handler400, handler403, handler404, handler500 = (
    portal.urls.handler400,
    portal.urls.handler403,
    portal.urls.handler404,
    portal.urls.handler500,
)
urlpatterns = [
    *portal.urls.urlpatterns,
    path("bieu-mau/", form),
    path("hoi/", asking("select 1")),
    path("hoi-lau/", asking("set statement_timeout = 1; select pg_sleep(5)")),
    path("dut/", asking("select pg_terminate_backend(pg_backend_pid())")),
    path("sai/", asking("select 1 from there_is_no_such_table")),
    path("400/", raising(SuspiciousOperation())),
    path("403/", raising(PermissionDenied())),
    path("403-csrf/", views.csrf_failure),
    path("404/", raising(Http404())),
    path("405/", form),
    path("413/", raising(RequestDataTooBig())),
    path("429/", raising(TooManyRequests(retry_after=90))),
    path("500/", raising(ValueError())),
    path("503/", asking("set statement_timeout = 1; select pg_sleep(5)")),
    path("403.json", raising(PermissionDenied())),
    path("429.json", raising(TooManyRequests(retry_after=90))),
    path("500.json", raising(ValueError())),
]
PAGES = {
    "/400/": "Cổng không hiểu yêu cầu này",
    "/403/": "Ông/bà không được phép mở trang này",
    "/403-csrf/": "Trang mở đã quá lâu nên chưa gửi được",
    "/404/": "Không tìm thấy trang",
    "/405/": "Trang này không mở được bằng cách đó",
    "/413/": "Nội dung gửi lên quá lớn",
    "/429/": "Ông/bà gửi quá nhiều lần trong thời gian ngắn",
    "/500/": "Cổng đang gặp lỗi",
    "/503/": "Cổng tạm ngừng ít phút",
}
WITHOUT_DATABASE = ["/400/", "/500/", "/503/"]


@pytest.fixture(autouse=True)
def faults(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def client():
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def owner():
    return factories.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)


@pytest.fixture
def refusing_database():
    """A database that refuses connections, in the place of the real one."""
    real = connections["default"]
    address = {"HOST": "127.0.0.1", "PORT": "1", "USER": "nobody", "PASSWORD": ""}
    connections["default"] = DatabaseWrapper(real.settings_dict | address)
    yield
    connections["default"] = real


@pytest.mark.parametrize("address", PAGES)
def test_each_error_has_a_vietnamese_page(client, address):
    response = client.get(address)

    html = response.content.decode()
    assert response.status_code == int(address[1:4])
    assert '<html lang="vi"' in html
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == [PAGES[address]]
    assert f"<title>{PAGES[address]} | " in html
    assert '<meta name="robots" content="noindex">' in html
    assert f'href="{reverse("home")}"' in html


@pytest.mark.parametrize("address", PAGES)
def test_an_error_page_carries_what_every_page_does_and_no_cookie(client, address):
    response = client.get(address)

    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["Content-Language"] == "vi"
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("address", PAGES)
def test_only_an_address_that_does_not_exist_may_be_kept(client, address):
    kept = "public, max-age=60" if address == "/404/" else "no-store"

    assert client.get(address).headers["Cache-Control"] == kept


@pytest.mark.parametrize("address", PAGES)
def test_the_owner_is_named_where_the_database_may_be_asked(client, owner, address):
    html = client.get(address).content.decode()

    assert (owner.name in html) == (address not in WITHOUT_DATABASE)


@pytest.mark.parametrize("address", ["/400/", "/500/"])
def test_what_may_have_broken_everything_asks_no_database(
    client, address, django_assert_num_queries
):
    with django_assert_num_queries(0):
        client.get(address)


@pytest.mark.parametrize("address", [page for page in PAGES if page != "/503/"])
def test_an_error_keeps_its_page_without_a_database(client, refusing_database, address):
    response = client.get(address)

    assert response.status_code == int(address[1:4])
    assert PAGES[address] in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def test_an_error_under_en_is_in_english(client):
    with override("en"):
        title = gettext("Không tìm thấy trang")

    response = client.get("/en/there-is-no-such-page/")

    html = response.content.decode()
    assert response.status_code == 404
    assert response.headers["Content-Language"] == "en"
    assert '<html lang="en"' in html
    assert f"<h1>{title}</h1>" in html
    assert title != "Không tìm thấy trang"


def test_a_forged_host_gets_the_page_and_is_not_repeated(client):
    response = client.get("/", headers={"host": "evil.example"})

    html = response.content.decode()
    assert response.status_code == 400
    assert PAGES["/400/"] in html
    assert "evil" not in html
    assert response.headers["X-Frame-Options"] == "DENY"


def test_a_page_that_was_not_found_offers_the_search(client):
    html = client.get("/khong-co-trang-nay/").content.decode()

    assert re.search(
        rf'<main.*<form [^>]*action="{reverse("search")}".*<input [^>]*name="q"', html, re.DOTALL
    )


def test_a_form_that_was_open_too_long_says_what_to_do(client):
    response = client.post("/bieu-mau/", {"noi-dung": "dài"})

    html = response.content.decode()
    assert response.status_code == 403
    assert PAGES["/403-csrf/"] in html
    assert "Bấm nút Quay lại của trình duyệt" in html
    assert not response.cookies


def test_a_method_that_an_address_does_not_take_is_named(client):
    response = client.get("/bieu-mau/")

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert PAGES["/405/"] in response.content.decode()


def test_too_much_text_gets_the_limit(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

    response = Client().post("/bieu-mau/", {"noi-dung": "x" * 2_200_000})

    assert response.status_code == 413
    assert "nhiều nhất 2\xa0MB" in response.content.decode()


def test_too_many_fields_are_a_bad_request(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2

    response = Client().post("/bieu-mau/", {"a": "1", "b": "2", "c": "3"})

    assert response.status_code == 400
    assert PAGES["/400/"] in response.content.decode()


def test_who_sends_too_often_is_told_for_how_long_to_wait(client):
    response = client.get("/429/")

    assert response.headers["Retry-After"] == "90"
    assert "chờ khoảng 2 phút" in response.content.decode()


def test_a_locked_account_gets_its_own_page(client, settings):
    get_user_model().objects.create_superuser("quantri", password="mat-khau-dung")
    guesser = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = guesser.post(
            reverse("admin:login"), {"username": "quantri", "password": "mat-khau-sai"}
        )

    assert response.status_code == 429
    assert "Tạm khóa đăng nhập" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/403.json", "/429.json", "/500.json", "/khong-co.json"])
def test_a_program_gets_an_error_that_it_can_read(client, address):
    status = 404 if address == "/khong-co.json" else int(address[1:4])

    response = client.get(address)

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.content) == {"error": PAGES[f"/{status}/"]}


@pytest.mark.parametrize("address", ["/", "/thu-tuc/", "/tim-kiem/?q=khai+sinh", "/hoi/"])
def test_a_page_says_that_the_database_refuses(client, refusing_database, address):
    response = client.get(address)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"
    assert PAGES["/503/"] in response.content.decode()


def test_a_program_is_told_that_the_database_refuses(client, refusing_database):
    response = client.get("/tim-kiem.json?q=khai+sinh")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert json.loads(response.content) == {"error": PAGES["/503/"]}


def test_a_question_of_our_own_that_is_wrong_is_no_outage(client):
    response = client.get("/sai/")

    assert response.status_code == 500
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize("address", ["/dut/", "/hoi-lau/"])
@pytest.mark.django_db(transaction=True)
def test_the_portal_recovers_by_itself_from_a_lost_connection(address):
    assert served(address) == "503 Service Unavailable"
    assert served("/hoi/") == "200 OK"


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_between_two_requests_is_not_noticed():
    assert served("/hoi/") == "200 OK"
    lost = connection.connection.info.backend_pid
    with connection.copy().temporary_connection() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [lost])

    assert served("/hoi/") == "200 OK"


def served(address):
    """Ask as the web server does: the test client keeps a connection that a request of the portal would check."""
    statuses = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    response = WSGIHandler()(environ, lambda status, headers: statuses.append(status))
    response.close()
    return statuses[0]


def test_axe_finds_nothing_on_any_error_page(new_page, transactional_db, owner):
    page = new_page()
    faults = []
    for address in PAGES:
        page.goto(address)
        faults += [f"{address} {fault}" for fault in faults_of(page)]

    assert faults == []


def test_the_proxy_gets_pages_to_show_when_the_portal_does_not_answer(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path

    call_command("write_error_pages", stdout=io.StringIO())

    assert "Cổng tạm ngừng ít phút" in (tmp_path / "503.html").read_text()
    assert "Nội dung gửi lên quá lớn" in (tmp_path / "413.html").read_text()
