"""Second retrieval engine, `matcher`: a learned judge of every (query, text) pair, beside the rules.

Paper 3.3: local, spatial and contextual evidence, here read by attention instead of LSTMs.

The way of a query: `whichtext.sentences` (states of the query's words) and the rules' `evidence` for every
candidate → one network over words, candidates, surfaces and things (`features`) with a "none of them" → `statuses`
(found, ambiguous or none) → `retriever`.
"""
