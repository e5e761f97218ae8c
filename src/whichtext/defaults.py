"""Which components are taken where nobody asks for others, by name; light, for the command line starts with it."""

__all__ = ["LOCALIZER", "RECOGNIZER", "RETRIEVER"]

LOCALIZER = "dbnet"
RECOGNIZER = "svtr"
RETRIEVER = "matcher"
