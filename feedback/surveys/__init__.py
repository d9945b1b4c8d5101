"""Surveys: what is asked, how it is answered and counted, and what may be told of it. See docs/decisions/0015."""
