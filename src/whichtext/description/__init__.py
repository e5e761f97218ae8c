"""Say a text so that nobody can mistake it for another.

Paper 1 and 5: the shortest expression, proven by asking the retriever.
"""
