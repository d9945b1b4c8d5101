"""How common each word of the catalogue is: asked from the database once a search."""

from math import log

from django.db import connection

from procedures.models import SearchTerm

# What a word that stands in no title weighs less than one that does: the running text is long and says everything.
TEXT_SHARE = 0.1
# A handful of procedures tells nothing about how common words are; they are weighed as in a larger catalogue.
FEWEST = 1000


class Lexicon:
    """Counts of the terms met in one search."""

    def __init__(self):
        self._found = {}
        self._asked = set()
        self.learn([SearchTerm.objects.TOTAL])
        self.total = max(FEWEST, self.anywhere(SearchTerm.objects.TOTAL))

    def learn(self, terms):
        new = set(terms) - self._asked
        if new:
            self._asked |= new
            with connection.cursor() as cursor:
                # One array parameter: thousands of separate ones cost more than the look-up.
                cursor.execute(
                    f"SELECT term, in_titles, anywhere, written FROM {SearchTerm._meta.db_table}"
                    " WHERE term = ANY(%s)",
                    [sorted(new)],
                )
                self._found |= {term: counts for term, *counts in cursor.fetchall()}

    def in_titles(self, term):
        return self._found[term][0] if term in self._found else 0

    def anywhere(self, term):
        return self._found[term][1] if term in self._found else 0

    def written(self, term):
        return self._found[term][2] if term in self._found else term

    def knows(self, term):
        return term in self._found

    def information(self, term):
        """How much it tells that a procedure has this term (inverse document frequency)."""
        count = self.in_titles(term) + TEXT_SHARE * self.anywhere(term)
        return log((self.total + 1) / (count + 0.5))
