"""The counts of a survey, kept with each sheet: pages of results read them and never the sheets.

A sheet stands in one group of each dimension: all, its channel, its point, agency and procedure. Pages tell `shown`,
which follows `count` when ten sheets of a group are new or judged anew, so that no single sheet can be read by
looking before and after it came. The sheets themselves remain; `differences` counts them anew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from feedback.models import SurveyResponse, SurveyTally, SurveyVersion

Dimension = SurveyTally.Dimension
# So many sheets of a group are told together, or none of them.
SHEETS_TOLD_TOGETHER = 10
# For pg_advisory_xact_lock: whatever counts or judges sheets of a survey waits for whoever does it already.
_LOCK = 20_260_001


class Cell(NamedTuple):
    """What a row of SurveyTally counts; without a question it counts sheets."""

    version: int
    dimension: str
    member: str
    month: object
    is_doubtful: bool
    question: int | None
    value: int


def lock(survey_id):
    """Until the end of the transaction nobody else takes, counts or judges sheets of this survey."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, survey_id])


def add(response: SurveyResponse):
    """Count a sheet that was just kept, together with its answers. Whoever calls holds the lock."""
    _change(dict.fromkeys(_cells_of(response, bool(response.doubt)), 1))
    _tell(response.version_id, _groups([response]))


def judge(responses: Iterable[SurveyResponse], doubt: str):
    """Put sheets in doubt, and their counts with them. Whoever calls holds the lock."""
    changed = [response for response in responses if response.doubt != doubt]
    moves = Counter()
    for response in changed:
        moves.subtract(_cells_of(response, bool(response.doubt)))
        moves.update(_cells_of(response, bool(doubt)))
        response.doubt = doubt
        response.save(update_fields=["doubt"])
    _change({cell: count for cell, count in moves.items() if count})
    for version in {response.version_id for response in changed}:
        _tell(version, _groups(row for row in changed if row.version_id == version))


def differences(version: SurveyVersion) -> Iterator[tuple[Cell, int, int]]:
    """Where what is kept is not what a recount of all sheets finds: the cell, the kept and the true count."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT + _DIFFERENCES, _recount_parameters(version))
        for *cell, kept, true in cursor.fetchall():
            yield Cell(version.pk, *cell), kept, true


def recount(version: SurveyVersion):
    """Put all counts of a version right by its sheets; what pages tell follows at once.

    Only for rows that came in another way than sheet by sheet. Whoever calls holds the lock.
    """
    SurveyTally.objects.filter(version=version).delete()
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT + _KEEP, _recount_parameters(version))


def _groups(responses):
    return sorted({group for response in responses for group in _members(response)})


def _members(response):
    return [
        (Dimension.ALL.value, ""),
        (Dimension.CHANNEL.value, str(response.channel)),
        (Dimension.POINT.value, str(response.service_point_id or "")),
        (Dimension.AGENCY.value, str(response.agency_id or "")),
        (Dimension.PROCEDURE.value, str(response.procedure_id or "")),
    ]


def _cells_of(response, is_doubtful):
    month = timezone.localdate(response.submitted_at).replace(day=1)
    counted = [(None, 0)]
    counted += [(answer.question_id, _value_of(answer)) for answer in response.answers.all()]
    return [
        Cell(response.version_id, *member, month, is_doubtful, *what)
        for member in _members(response)
        for what in counted
    ]


def _value_of(answer):
    if answer.value is not None:
        return answer.value
    if answer.is_unknown:
        return SurveyTally.UNKNOWN
    return SurveyTally.WORDS if answer.text_state else SurveyTally.MISSING


def _change(changes):
    """Add to the counts of cells, or take from them."""
    more = [(*cell, count) for cell, count in changes.items() if count > 0]
    fewer = [(*cell, count) for cell, count in changes.items() if count < 0]
    with connection.cursor() as cursor:
        for statement, rows in ((_ADD, more), (_TAKE, fewer)):
            if rows:
                cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _tell(version, groups):
    """Let the pages tell what is new in these groups, where it is enough sheets at once."""
    dimensions, members = [list(column) for column in zip(*groups, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL,
            {
                "version": version,
                "dimensions": dimensions,
                "members": members,
                "enough": SHEETS_TOLD_TOGETHER,
            },
        )


_ADD = """
insert into feedback_surveytally as kept
    (version_id, dimension, member, month, is_doubtful, question_id, value, count, shown)
select *, 0 from unnest(
    %s::bigint[], %s::text[], %s::text[], %s::date[], %s::boolean[], %s::bigint[], %s::int[], %s::int[]
)
on conflict (version_id, dimension, member, coalesce(question_id, 0), month, value, is_doubtful)
do update set count = kept.count + excluded.count
"""

_TAKE = """
update feedback_surveytally as kept set count = kept.count + taken.count
from unnest(
    %s::bigint[], %s::text[], %s::text[], %s::date[], %s::boolean[], %s::bigint[], %s::int[], %s::int[]
) as taken (version_id, dimension, member, month, is_doubtful, question_id, value, count)
where (kept.version_id, kept.dimension, kept.member, kept.month, kept.is_doubtful, kept.value)
    = (taken.version_id, taken.dimension, taken.member, taken.month, taken.is_doubtful, taken.value)
    and coalesce(kept.question_id, 0) = coalesce(taken.question_id, 0)
"""

_TELL = """
with told as (
    select dimension, member from feedback_surveytally
    where version_id = %(version)s and question_id is null
        and (dimension, member) in (select * from unnest(%(dimensions)s::text[], %(members)s::text[]))
    group by dimension, member
    having sum(abs(count - shown)) >= %(enough)s
)
update feedback_surveytally as kept set shown = count
from told
where kept.version_id = %(version)s and kept.dimension = told.dimension and kept.member = told.member
    and shown <> count
"""

_RECOUNT = """
with sheet as (
    select response.id, doubt <> '' as is_doubtful,
        date_trunc('month', submitted_at at time zone %(zone)s)::date as month, dimension, member
    from feedback_surveyresponse as response, lateral (values
        ('all', ''),
        ('channel', channel),
        ('point', coalesce(service_point_id::text, '')),
        ('agency', coalesce(agency_id::text, '')),
        ('procedure', coalesce(procedure_id::text, ''))
    ) as one (dimension, member)
    where version_id = %(version)s
), counted as (
    select dimension, member, month, is_doubtful, 0::bigint as question, 0 as value, count(*)::int as count
    from sheet group by 1, 2, 3, 4
    union all
    select dimension, member, month, is_doubtful, question_id,
        coalesce(value, case when is_unknown then %(unknown)s when text_state <> '' then %(words)s
            else %(missing)s end),
        count(*)::int
    from sheet join feedback_surveyanswer as answer on answer.response_id = sheet.id
    group by 1, 2, 3, 4, 5, 6
)
"""

_DIFFERENCES = """
select dimension, member, month, is_doubtful, nullif(question, 0), value,
    coalesce(kept.count, 0), coalesce(counted.count, 0)
from counted full join (
    select *, coalesce(question_id, 0) as question from feedback_surveytally
    where version_id = %(version)s and count > 0
) as kept using (dimension, member, month, is_doubtful, value, question)
where kept.count is distinct from counted.count
"""

_KEEP = """
insert into feedback_surveytally
    (version_id, dimension, member, month, is_doubtful, question_id, value, count, shown)
select %(version)s, dimension, member, month, is_doubtful, nullif(question, 0), value, count, count
from counted
"""


def _recount_parameters(version):
    return {
        "version": version.pk,
        "zone": timezone.get_default_timezone_name(),
        "unknown": SurveyTally.UNKNOWN,
        "words": SurveyTally.WORDS,
        "missing": SurveyTally.MISSING,
    }
