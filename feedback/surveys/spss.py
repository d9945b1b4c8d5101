"""The syntax by which SPSS reads the exported sheets with all their labels."""

from collections.abc import Iterator

from feedback.models import SurveyQuestion
from feedback.surveys.exports import SheetTable
from feedback.surveys.sheets import MOST_LETTERS
from feedback.surveys.variables import Group, Variable, Writing

Kind = SurveyQuestion.Kind
DATA_NAME = "du-lieu.csv"
# What SPSS takes at most, in bytes of UTF-8.
LONGEST_LABEL, LONGEST_VALUE_LABEL = 255, 120
# Of the columns that hold text: of codes, and of what people write, with four bytes a letter and the mark before a formula.
WIDTH, WIDTH_OF_TEXT = 120, 4 * MOST_LETTERS[Kind.LONG_TEXT] + 1
LEVELS = {Kind.SCALE: "ORDINAL", Kind.FACES: "ORDINAL", Kind.NUMBER: "SCALE"}
# One command ends with a point on a line of its own.
END = "."


def syntax(table: SheetTable) -> Iterator[str]:
    """Lines of a .sps file for a table that is written for SPSS."""
    yield "\ufeff* Mở SPSS ở chế độ Unicode. Đặt tệp này cạnh du-lieu.csv rồi chạy cả tệp."
    yield "* Cột trống là câu để trống; các trị khuyết khác có nhãn."
    yield "SET DECIMAL=DOT."
    yield from _reading(table)
    yield "VARIABLE LABELS"
    for variable in table.variables:
        yield f"  {variable.name} {_quoted(variable.label, LONGEST_LABEL)}"
    yield END
    for variable in table.about:
        yield from _value_labels(variable, variable.values)
    for group in table.groups:
        for variable in group.variables:
            yield from _value_labels(variable, variable.values | _missing(group))
    yield from _missing_values(table)
    yield from _levels(table)
    yield "EXECUTE."


def _reading(table):
    yield "GET DATA"
    yield "  /TYPE=TXT"
    yield f"  /FILE={_quoted(DATA_NAME, LONGEST_LABEL)}"
    yield "  /ENCODING='UTF8'"
    yield "  /DELCASE=LINE"
    yield '  /DELIMITERS=","'
    yield "  /QUALIFIER='\"'"
    yield "  /ARRANGEMENT=DELIMITED"
    yield "  /FIRSTCASE=2"
    yield "  /VARIABLES="
    written = {variable.name for group in table.groups for variable in group.variables}
    for variable in table.variables:
        is_long = variable.is_text and not variable.values and variable.name in written
        width = WIDTH_OF_TEXT if is_long else WIDTH
        yield f"    {variable.name} {f'A{width}' if variable.is_text else 'F11.0'}"
    yield END


def _value_labels(variable: Variable, values):
    if not values:
        return
    yield f"VALUE LABELS {variable.name}"
    for value, words in values.items():
        value = _quoted(value, WIDTH) if variable.is_text else value
        yield f"  {value} {_quoted(words, LONGEST_VALUE_LABEL)}"
    yield END


def _missing(group: Group):
    """The numbers that stand for no answer; nothing at all is SPSS's own missing value."""
    if group.kind in SurveyQuestion.IN_WORDS:
        return {}
    marks = group.marks(Writing.SPSS)
    return {
        marks.unknown: "Không biết, không sử dụng",
        marks.skipped: "Không hỏi, theo câu trả lời trước",
        marks.not_asked: "Bản này không hỏi",
    }


def _missing_values(table):
    for group in table.groups:
        if numbers := ", ".join(str(number) for number in _missing(group)):
            for variable in group.variables:
                yield f"MISSING VALUES {variable.name} ({numbers})."


def _levels(table):
    yield from (f"VARIABLE LEVEL {variable.name} (NOMINAL)." for variable in table.about)
    for group in table.groups:
        level = LEVELS.get(group.kind, "NOMINAL")
        yield from (f"VARIABLE LEVEL {variable.name} ({level})." for variable in group.variables)


def _quoted(words, most):
    """Between quotes, cut to so many bytes at the end of a letter; a quote within is doubled."""
    cut = str(words).encode()[:most].decode(errors="ignore")
    return "'" + cut.replace("'", "''") + "'"
