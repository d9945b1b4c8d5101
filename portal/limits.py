"""How often something may be done by one address, and by all together: one count for every process, in the database.

    limits.spend("outreach.comment", request, limit=5, overall=200, seconds=3600)

No address is kept: the key of a row is a keyed hash, and the row goes when its span has long ended.
"""

from ipaddress import ip_address

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from portal.addresses import address_group, client_address
from portal.exceptions import TooManyRequests

SECONDS_IN_A_DAY = 24 * 60 * 60


def spend(name, request_or_address, *, limit, overall, seconds, now=None):
    """Count one more deed of that name, or raise TooManyRequests.

    One address may do it `limit` times and all together `overall` times in a span of so many seconds, at most a day.
    What an address is refused does not count for all: nobody can use up what is left for the others. Computers at
    counters (RATE_LIMIT_EXEMPT) serve many people from one address and have no limit.

    To be called before the transaction of the deed, and refused within one: a deed that fails would otherwise be
    free, and the row of all would hold up everybody until the end of each deed.
    """
    if not 0 < seconds <= SECONDS_IN_A_DAY:
        raise ValueError("A span lasts a day at most.")
    address = request_or_address
    if not isinstance(address, str):
        address = client_address(address)
    if any(ip_address(address) in network for network in settings.RATE_LIMIT_EXEMPT):
        return
    _count(_key(name, address_group(address)), limit, seconds, now)
    if _count(_key(name, "all"), overall, seconds, now) == 1:
        forget_ended(now)


def forget_ended(now=None):
    """Remove the rows of spans that ended; done by whoever comes first in a new span."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"now": now, "longest": SECONDS_IN_A_DAY})


def _key(name, whose):
    return salted_hmac("portal.limits", f"{name}\n{whose}", algorithm="sha256").hexdigest()


# Past the limit the count stays as it is, however long somebody goes on.
_COUNT = """
with span as (
    select date_bin(make_interval(secs => %(seconds)s), at, '2000-01-01') as started_at, at
    from (select coalesce(%(now)s, clock_timestamp()) as at) as moment
)
insert into portal_ratelimit as kept (key, span_started_at, count)
select %(key)s, started_at, 1 from span
on conflict (key) do update set
    count = case when kept.span_started_at < excluded.span_started_at then 1
        else least(kept.count, %(limit)s) + 1 end,
    span_started_at = greatest(kept.span_started_at, excluded.span_started_at)
returning count, ceil(extract(epoch from
    span_started_at + make_interval(secs => %(seconds)s) - (select at from span)))::int
"""

_FORGET = """
delete from portal_ratelimit where key in (
    select key from portal_ratelimit
    where span_started_at < coalesce(%(now)s, clock_timestamp()) - make_interval(secs => %(longest)s)
    for update skip locked
)
"""


def _count(key, limit, seconds, now):
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "limit": limit, "seconds": seconds, "now": now})
        count, rest = cursor.fetchone()
    if count > limit:
        raise TooManyRequests(max(rest, 1))
    return count
