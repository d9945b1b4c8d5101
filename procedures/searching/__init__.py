"""The insides of the search over procedures; `procedures.search` is its door."""
