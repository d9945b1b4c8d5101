"""The counts of a survey, kept with each sheet: pages of results read them and never the sheets.

A sheet stands in one group of each dimension: all, its month, channel, point, agency and procedure. Pages tell `shown`,
which follows `count` when the sheets of a group that are in no doubt, or those that are, have become ten more or ten
fewer, so that no single sheet can be read by looking before and after it came, nor by taking the figure without
sheets in doubt from the one with them. The sheets themselves remain; `differences` counts them anew.
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


def misleading(version: SurveyVersion) -> Iterator[tuple[Cell, int, int]]:
    """Where what pages tell cannot have come from sheets: the cell, what is told and the count of the cell.

    What is told may be behind, by less than ten sheets of a group. Groups that had sheets in doubt are held against
    that as a whole, all others value by value.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MISLEADING, {"version": version.pk, "enough": SHEETS_TOLD_TOGETHER})
        for *cell, shown, count in cursor.fetchall():
            yield Cell(version.pk, *cell), shown, count


def recount(version: SurveyVersion):
    """Put all counts of a version right by its sheets; of groups of ten and more what pages tell follows at once.

    Only for rows that came in another way than sheet by sheet. Whoever calls holds the lock.
    """
    SurveyTally.objects.filter(version=version).delete()
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT + _KEEP, _recount_parameters(version))
    _tell_anew(version, SurveyTally.objects.filter(version=version, question=None))


def mend(version: SurveyVersion):
    """Put right what `differences` and `misleading` find; no other group tells more than before.

    Whoever calls holds the lock.
    """
    found = list(differences(version))
    with connection.cursor() as cursor:
        for statement, rows in (
            (_SET, [(*cell, true) for cell, _, true in found if true]),
            (_REMOVE, [(*cell, true) for cell, _, true in found if not true]),
        ):
            if rows:
                cursor.execute(statement, _columns(rows))
    cells = [cell for cell, *_ in [*found, *misleading(version)]]
    for group in {(cell.dimension, cell.member) for cell in cells}:
        dimension, member = group
        _tell_anew(
            version,
            SurveyTally.objects.filter(version=version, dimension=dimension, member=member),
        )


def _tell_anew(version, rows):
    """As if all sheets of the groups that these rows count had come at once."""
    groups = sorted(set(rows.values_list("dimension", "member")))
    rows.update(shown=0)
    if groups:
        _tell(version.pk, groups)


def _groups(responses):
    return sorted({group for response in responses for group in _members(response)})


def _members(response):
    return [
        (Dimension.ALL.value, ""),
        (Dimension.MONTH.value, f"{_month(response):%Y-%m}"),
        (Dimension.CHANNEL.value, str(response.channel)),
        (Dimension.POINT.value, str(response.service_point_id or "")),
        (Dimension.AGENCY.value, str(response.agency_id or "")),
        (Dimension.PROCEDURE.value, str(response.procedure_id or "")),
    ]


def _cells_of(response, is_doubtful):
    month = _month(response)
    counted = [(None, 0)]
    counted += [(answer.question_id, _value_of(answer)) for answer in response.answers.all()]
    return [
        Cell(response.version_id, *member, month, is_doubtful, *what)
        for member in _members(response)
        for what in counted
    ]


def _month(response):
    return timezone.localdate(response.submitted_at).replace(day=1)


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
                cursor.execute(statement, _columns(rows))


def _columns(rows):
    return [list(column) for column in zip(*rows, strict=True)]


def _tell(version, groups):
    """Let the pages tell what is new in these groups, where it is enough sheets at once."""
    dimensions, members = _columns(groups)
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


_CELLS = """unnest(
    %s::bigint[], %s::text[], %s::text[], %s::date[], %s::boolean[], %s::bigint[], %s::int[], %s::int[]
)"""

_ADD = f"""
insert into feedback_surveytally as kept
    (version_id, dimension, member, month, is_doubtful, question_id, value, count, shown)
select *, 0 from {_CELLS}
on conflict (version_id, dimension, member, coalesce(question_id, 0), month, value, is_doubtful)
do update set count = kept.count + excluded.count
"""

_SET = _ADD.replace("kept.count + excluded.count", "excluded.count")

_OF_THESE = f"""
from {_CELLS} as these (version_id, dimension, member, month, is_doubtful, question_id, value, count)
where (kept.version_id, kept.dimension, kept.member, kept.month, kept.is_doubtful, kept.value)
    = (these.version_id, these.dimension, these.member, these.month, these.is_doubtful, these.value)
    and coalesce(kept.question_id, 0) = coalesce(these.question_id, 0)
"""

_TAKE = f"update feedback_surveytally as kept set count = kept.count + these.count {_OF_THESE}"

_REMOVE = f"delete from feedback_surveytally as kept {_OF_THESE.replace('from', 'using', 1)}"

# Sheets are looked for as the index has them.
_TELL = """
with told as (
    select dimension, member, is_doubtful from feedback_surveytally
    where version_id = %(version)s and coalesce(question_id, 0) = 0
        and (dimension, member) in (select * from unnest(%(dimensions)s::text[], %(members)s::text[]))
    group by dimension, member, is_doubtful
    having abs(sum(count - shown)) >= %(enough)s
)
update feedback_surveytally as kept set shown = count
from told
where kept.version_id = %(version)s and kept.dimension = told.dimension and kept.member = told.member
    and kept.is_doubtful = told.is_doubtful and shown <> count
"""

_MISLEADING = """
with cell as (
    select *, bool_or(is_doubtful) over (partition by dimension, member) as had_doubts,
        sum(count - shown) filter (where question_id is null)
            over (partition by dimension, member, is_doubtful) as behind,
        max(shown) filter (where question_id is null) over in_month as sheets,
        max(count - shown) filter (where question_id is null) over in_month as behind_in_month
    from feedback_surveytally where version_id = %(version)s
    window in_month as (partition by dimension, member, month, is_doubtful)
)
select dimension, member, month, is_doubtful, question_id, value, shown, count from cell
where question_id is null and abs(behind) >= %(enough)s
    or shown > coalesce(sheets, 0)
    or not had_doubts and count - shown not between 0 and coalesce(behind_in_month, 0)
order by dimension, member, month, is_doubtful, question_id nulls first, value
"""

# Grouped before they are laid out by dimension: five times fewer rows.
_RECOUNT = """
with sheet as (
    select id, doubt <> '' as is_doubtful,
        date_trunc('month', submitted_at at time zone %(zone)s)::date as month,
        channel, service_point_id, agency_id, procedure_id
    from feedback_surveyresponse where version_id = %(version)s
), found as (
    select is_doubtful, month, channel, service_point_id, agency_id, procedure_id,
        0::bigint as question, 0 as value, count(*) as count
    from sheet group by 1, 2, 3, 4, 5, 6
    union all
    select is_doubtful, month, channel, service_point_id, agency_id, procedure_id,
        question_id,
        coalesce(value, case when is_unknown then %(unknown)s when text_state <> '' then %(words)s
            else %(missing)s end),
        count(*)
    from sheet join feedback_surveyanswer as answer on answer.response_id = sheet.id
    group by 1, 2, 3, 4, 5, 6, 7, 8
), counted as (
    select dimension, member, month, is_doubtful, question, value, sum(count)::int as count
    from found, lateral (values
        ('all', ''),
        ('month', to_char(month, 'YYYY-MM')),
        ('channel', channel),
        ('point', coalesce(service_point_id::text, '')),
        ('agency', coalesce(agency_id::text, '')),
        ('procedure', coalesce(procedure_id::text, ''))
    ) as one (dimension, member)
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
select %(version)s, dimension, member, month, is_doubtful, nullif(question, 0), value, count, 0
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
