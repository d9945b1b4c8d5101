"""What the columns of exported sheets mean: for people who read the table years later."""

from collections.abc import Iterator
from itertools import pairwise

from feedback.models import SurveyFactor, SurveyQuestion
from feedback.surveys.exports import SheetTable
from feedback.surveys.variables import ABOUT_PLACES, WHY_EMPTY, Group, Variable
from feedback.surveys.versions import is_same_question

COLUMNS = [
    "Biến",
    "Câu hỏi",
    "Tiếng Anh",
    "Mã câu",
    "Cách trả lời",
    "Yếu tố",
    "Trị và nhãn",
    "Ô không có câu trả lời",
    "Có ở bản",
    "Đổi cách hỏi",
]

# What is not a question, and may be left empty.
GIVEN_OR_NOT = (*ABOUT_PLACES, "age_band", "gender")
EMPTY_ABOUT = dict.fromkeys(GIVEN_OR_NOT, "ô trống = không ghi") | {"doubt": "ô trống = không"}


def rows(table: SheetTable) -> Iterator[list[str]]:
    """The head and a row for each column of the table, of places one for each of them."""
    yield COLUMNS
    for variable in table.about:
        for values in _about_values(variable):
            about = [variable.name, variable.label, variable.label_en]
            yield [*about, *[""] * 3, values, EMPTY_ABOUT.get(variable.source, ""), *[""] * 2]
    numbers = {version.pk: version.number for version in table.versions}
    for group in table.groups:
        about = [
            group.code,
            SurveyQuestion.Kind(group.kind).label,
            ", ".join(_factors(group)),
        ]
        changes = _changes(group, numbers)
        for variable in group.variables:
            yield [
                variable.name,
                variable.label,
                variable.label_en,
                *about,
                _values(variable),
                _marks(group, table.writing),
                ", ".join(str(number) for number in sorted(numbers[key] for key in group.asked)),
                changes,
            ]


def _about_values(variable: Variable):
    """Of places a row each: together they are too long for one cell."""
    if variable.source in ABOUT_PLACES:
        return [f"{code} = {name}" for code, name in variable.values.items()] or [""]
    return [_values(variable)]


def _values(variable: Variable):
    return "; ".join(f"{value} = {words}" for value, words in variable.values.items())


def _factors(group):
    """As the question stands in each version; the same in all as a rule."""
    keys = dict.fromkeys(asked.row.factor.key for asked in group.asked.values())
    return [str(SurveyFactor.Key(key).label) for key in keys]


def _marks(group, writing):
    if group.kind in SurveyQuestion.IN_WORDS:
        return "ô trống; cột tình trạng nói vì sao"
    told = zip(group.marks(writing), WHY_EMPTY, strict=True)
    return "; ".join(f"{'ô trống' if mark == '' else mark} = {why}" for mark, why in told)


def _changes(group: Group, numbers):
    """In which versions a question is no longer what it was: its answers are not to be put together there."""
    oldest_first = sorted(group.asked.items(), key=lambda item: numbers[item[0]])
    found = [
        f"bản {numbers[later]} hỏi khác bản {numbers[before]} (bản {numbers[before]}: “{old.row.text}”)"
        for (before, old), (later, new) in pairwise(oldest_first)
        if not is_same_question(old.row, new.row)
    ]
    return "; ".join(found) or "không"
