"""Whose request it is, and how often an address may do something."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from axes.helpers import get_client_ip_address
from django.db import connection, transaction

from portal import limits
from portal.addresses import address_group, client_address
from portal.exceptions import TooManyRequests
from portal.models import RateLimit

NOW = datetime(2026, 11, 2, 9, 20, tzinfo=UTC)
HOUR = {"limit": 2, "overall": 5, "seconds": 3600}


def spend(address, *, name="form", now=NOW, **options):
    limits.spend(name, address, now=now, **HOUR | options)


# Địa chỉ của người gửi


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.9, ", "192.0.2.1"),
        (1, "203.0.113.9, unknown", "192.0.2.1"),
        (1, "9" * 100_000, "192.0.2.1"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::9]:51234", "2001:db8::9"),
        (1, "2001:DB8:0::9", "2001:db8::9"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})

    assert client_address(request) == address
    # The lock of the staff's log-in means the same address.
    assert get_client_ip_address(request) == address


def test_who_comes_over_a_socket_file_has_an_address_too(rf):
    assert client_address(rf.get("/", REMOTE_ADDR="")) == "0.0.0.0"


def test_a_household_counts_once_whatever_its_addresses():
    assert address_group("2001:db8:1:2:aaaa::1") == address_group("2001:db8:1:2:bbbb::2")
    assert address_group("2001:db8:1:2::1") != address_group("2001:db8:1:3::1")
    assert address_group("192.0.2.1") != address_group("192.0.2.2")


# Mức giới hạn


@pytest.mark.django_db
def test_past_the_limit_one_waits_until_the_end_of_the_span():
    spend("192.0.2.1")
    spend("192.0.2.1")

    for _ in range(3):
        with pytest.raises(TooManyRequests) as refusal:
            spend("192.0.2.1")
        assert refusal.value.retry_after == 40 * 60

    spend("192.0.2.1", now=NOW + timedelta(minutes=40))


@pytest.mark.django_db
def test_others_and_other_forms_are_not_held_up():
    for _ in range(2):
        spend("192.0.2.1")

    spend("192.0.2.2")
    spend("192.0.2.1", name="another form")


@pytest.mark.django_db
def test_all_together_have_a_limit_that_refused_attempts_do_not_use_up():
    for _ in range(2):
        spend("192.0.2.1")
    for _ in range(20):
        with pytest.raises(TooManyRequests):
            spend("192.0.2.1")

    for number in range(2, 5):
        spend(f"192.0.2.{number}")
    with pytest.raises(TooManyRequests):
        spend("192.0.2.5")


@pytest.mark.django_db
def test_the_computers_of_a_counter_have_no_limit(settings):
    settings.RATE_LIMIT_EXEMPT = [ip_network("203.0.113.0/28")]

    for _ in range(HOUR["overall"] + 1):
        spend("203.0.113.7")

    assert not RateLimit.objects.exists()


@pytest.mark.django_db
def test_what_is_kept_tells_no_address_to_who_has_not_the_key(settings):
    spend("192.0.2.77")
    settings.SECRET_KEY = "another"
    spend("192.0.2.77")

    kept = [(len(row.key), row.count) for row in RateLimit.objects.all()]
    assert kept == [(64, 1)] * 4


@pytest.mark.django_db
def test_rows_go_when_a_new_span_begins_after_a_day():
    spend("192.0.2.1", now=NOW - timedelta(days=3))
    spend("192.0.2.2", now=NOW - timedelta(hours=20))
    assert RateLimit.objects.count() == 2

    spend("192.0.2.3", now=NOW + timedelta(days=1))

    assert RateLimit.objects.count() == 2


@pytest.mark.django_db
def test_a_deed_that_fails_is_not_free():
    with transaction.atomic(), pytest.raises(RuntimeError):
        spend("192.0.2.1")


def test_a_span_lasts_a_day_at_most():
    with pytest.raises(ValueError, match="day"):
        spend("192.0.2.1", seconds=86_401)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_exactly_as_many_pass_as_may():
    def attempt(_):
        try:
            spend("192.0.2.1", limit=5, overall=100)
        except TooManyRequests:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as threads:
        passed = list(threads.map(attempt, range(16)))

    assert sum(passed) == 5
