"""The JSON API under /api/v1: one module a subject, each a table of operations."""
