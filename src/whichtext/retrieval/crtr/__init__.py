"""Retrieval by the likelihood of a description: CRTR, SCRC, LRCN and DenseCap (paper 3.3)."""
