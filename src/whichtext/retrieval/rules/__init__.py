"""First retrieval engine, `rules`: a parser for referring expressions and soft predicates.

Paper 3.3: the predicates are composed into a score.

The way of a query: `tokens` → `parser` (with `vocabulary`) → `expression` (the parse) → `predicates` over an `encoding`
of the scene → `scorer` (weights fitted on training photos) → `retriever` (found, ambiguous or none).
"""
