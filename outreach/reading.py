"""How easily Vietnamese reads, judged by the length of its sentences.

The published formulas for Vietnamese (Nguyen and Henkin 1982 and 1985; Lương, Nguyễn and Đinh, "A new formula for
Vietnamese text readability assessment", KSE 2018) count words of several syllables, for which the portal has no
segmenter, and the last also a list of frequent syllables. All of them rest on the length of sentences; that part is
measured here, in syllables (tiếng), which blanks divide. The bounds are the portal's own, not those of a study.
"""

import re
from dataclasses import dataclass

from django.utils.formats import number_format

# Syllables a sentence, on average: up to the first it reads easily, above the second it is hard.
EASY, HARD = 22, 30
TOO_LONG = 40
QUOTED = 3

# A full stop ends a sentence before a blank; in 1.485 or 118/2025/NĐ-CP none follows.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+|\n+")


@dataclass(frozen=True)
class ReadingEase:
    average: float
    longest: list[tuple[str, int]]

    @property
    def is_easy(self):
        return self.average <= EASY

    @property
    def grade(self):
        if self.is_easy:
            return "dễ đọc"
        return "hơi khó đọc" if self.average <= HARD else "khó đọc"

    @property
    def written_average(self):
        return number_format(round(self.average, 1), 1)


def reading_ease(texts) -> ReadingEase:
    """Of running text: paragraphs and items of lists, one string each."""
    sentences = [sentence for text in texts for sentence in _SENTENCE_END.split(text)]
    measured = [
        (sentence, length) for sentence in sentences if (length := count_syllables(sentence))
    ]
    total = sum(length for _, length in measured)
    long = sorted((one for one in measured if one[1] > TOO_LONG), key=lambda one: -one[1])
    return ReadingEase(total / len(measured) if measured else 0.0, long[:QUOTED])


def count_syllables(text: str) -> int:
    """What stands between blanks and holds a letter or a digit; the number of an act counts once."""
    return sum(any(char.isalnum() for char in part) for part in text.split())
