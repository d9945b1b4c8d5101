"""How well the search answers a file of labelled queries.

Each line is {"query": …, "kind": …, "expected": [codes]}; a query without expected codes is one that
nothing in the catalogue answers, and must get no confident answer.
"""

import json
from dataclasses import dataclass, field
from statistics import fmean

from procedures.search import search_procedures

DEPTHS = (1, 5, 10)


@dataclass(frozen=True)
class Answer:
    query: str
    expected: list[str]
    codes: list[str]
    is_confident: bool

    @property
    def rank(self):
        """The place of the first right hit, from 1; 0 when there is none."""
        places = (place for place, code in enumerate(self.codes, 1) if code in self.expected)
        return next(places, 0)


@dataclass
class Kind:
    """The answers to all queries of one kind, and what they amount to."""

    name: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def is_answerable(self):
        return any(answer.expected for answer in self.answers)

    def success(self, depth):
        return fmean(0 < answer.rank <= depth for answer in self.answers)

    @property
    def mean_reciprocal_rank(self):
        return fmean(1 / answer.rank if answer.rank else 0 for answer in self.answers)

    @property
    def confident(self):
        return fmean(answer.is_confident for answer in self.answers)

    @property
    def right_but_unsure(self):
        """The share that has the right hit among the first five and is called uncertain all the same."""
        return fmean(0 < answer.rank <= 5 and not answer.is_confident for answer in self.answers)


def read_labelled(path):
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def evaluate(labelled):
    """The kinds of the file with the answers to their queries, in the order of the file."""
    kinds = {}
    for row in labelled:
        results = search_procedures(row["query"])
        answer = Answer(
            row["query"], row["expected"], [hit.code for hit in results.hits], results.confident
        )
        kinds.setdefault(row["kind"], Kind(row["kind"])).answers.append(answer)
    return list(kinds.values())
