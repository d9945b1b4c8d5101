"""PostgreSQL for development: a database engine whose server starts when a connection is opened.

Why it exists and how it lives and dies: docs/decisions/0001-postgresql-everywhere.md.
"""
