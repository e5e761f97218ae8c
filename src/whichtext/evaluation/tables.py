"""Tables 1 to 5 of the paper: its figures, and ours where they were measured on the same data.

Ours come from documents of earlier runs (`TaskRun.to_dict`). A cell whose data was not supplied says so; it never shows
a figure of other data. COCO-TextRef was not published, so ours stand in columns of their own, under the name of the set
that they were measured on. A figure of a part of a test set is marked with the number of its photos.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whichtext.data.rebuilding import NAME as REBUILT_SOURCE
from whichtext.errors import DatasetError
from whichtext.evaluation import paper
from whichtext.evaluation.report.pages import Table
from whichtext.evaluation.tasks.baselines import BASELINES
from whichtext.evaluation.tasks.retrieval import REACHABLE

__all__ = ["NAMES", "NOT_SUPPLIED", "TASKS_OF", "Measured", "PaperTable", "measured", "paper_tables", "to_table"]

NOT_SUPPLIED = "not measured (data not supplied)"
NO_LEXICON = "not measured (no lexicon given)"
OURS = "whichtext"

NAMES: Mapping[str, str] = {
    "icdar2013": "icdar2013",
    "icdar2013-words": "icdar2013",
    "icdar2015-words": "icdar2015",
    "svt": "svt",
    "textref": "textref",
    "textref-rebuilt": "textref",
}
"""What can be supplied, and with which reader it is read. `-words` are crops of single words, tasks 2.3 and 4.3."""

TASKS_OF: Mapping[str, tuple[str, ...]] = {
    "icdar2013": ("detection", "spotting"),
    "icdar2013-words": ("recognition",),
    "icdar2015-words": ("recognition",),
    "svt": ("detection", "spotting"),
    "textref": ("retrieval given", "retrieval read"),
    "textref-rebuilt": ("retrieval given", "retrieval read"),
}
"""What is measured on each."""

SETS = {"textref-rebuilt": REBUILT_SOURCE, "textref": "TextRef (real photos)"}
"""Columns of ours in tables 2 and 3."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure, several that belong together, or why there is none."""

    values: tuple[float, ...] = ()
    note: str = ""
    """Instead of the values where there are none, else behind them."""
    digits: int = 3

    def __str__(self) -> str:
        shown = " / ".join(f"{value:.{self.digits}f}" for value in self.values)
        return f"{shown} ({self.note})" if self.values and self.note else shown or self.note


@dataclass(frozen=True, slots=True)
class Row:
    """One method."""

    name: str
    is_ours: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PaperTable:
    """One table of the paper with our rows."""

    number: int
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "number": self.number,
            "title": self.title,
            "columns": list(self.columns),
            "rows": [
                {
                    "name": row.name,
                    "from": "whichtext" if row.is_ours else "paper",
                    "cells": [{"values": list(cell.values), "note": cell.note} for cell in row.cells],
                }
                for row in self.rows
            ],
            "notes": list(self.notes),
        }


Measured = Mapping[tuple[str, str], Mapping[str, Any]]
"""Documents of runs, by name (a key of `NAMES`) and task (a word of `TASKS_OF`)."""


def measured(documents: Iterable[tuple[str | None, Mapping[str, Any]]]) -> Measured:
    """Documents of runs, each with the name under which it was given, by what they measured.

    Raises `DatasetError` for a document that is none, for two of one measurement, and for a name that is not its own.
    """
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for given, document in documents:
        try:
            task = str(document["task"])
            name = _name_of(document)
            if task == "retrieval":
                task = f"retrieval {document['figures']['words']}"
            int(document["photos"])
            document["figures"].keys()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DatasetError(f"this is no result of whichtext evaluate: {error!r} is missing or wrong") from error
        if given is not None and given != name:
            raise DatasetError(f"the result that was given as {given} is of {name}: no figure goes into another's cell")
        if (name, task) in found:
            raise DatasetError(f"two results were given for {task} on {name}: give one")
        found[name, task] = document
    return found


def paper_tables(found: Measured) -> tuple[PaperTable, ...]:
    """All five."""
    return (_table_1(found), _table_2(found), _table_3(found), _table_4(found), _table_5(found))


def to_table(table: PaperTable) -> Table:
    """The table, to be read."""
    return Table(
        f"Table {table.number}. {table.title}",
        ("method", *table.columns),
        tuple((row.name, *map(str, row.cells)) for row in table.rows),
        table.notes,
    )


def _name_of(document: Mapping[str, Any]) -> str:
    """The data set of a result: told by its reader, what it is read for, and the source of its photos."""
    dataset = str(document["dataset"])
    if dataset == "textref" and document.get("sources") == [REBUILT_SOURCE]:
        return "textref-rebuilt"
    if document["task"] == "recognition" and document.get("are_crops"):
        return f"{dataset}-words"
    return dataset


def _part(name: str, document: Mapping[str, Any]) -> str:
    """What is to be said of a figure that is not of the whole test set."""
    whole, photos = paper.TEST_PHOTOS.get(name), int(document["photos"])
    return "" if whole is None or whole == photos else f"{photos} of {whole} photos"


def _figure(found: Measured, name: str, task: str, path: Sequence[str], keys: Sequence[str]) -> Cell:
    """Figures from inside a document, or why there are none."""
    document = found.get((name, task))
    if document is None:
        return Cell(note=NOT_SUPPLIED)
    value: Any = document["figures"]
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or any(value.get(key) is None for key in keys):
        needs_lexicon = task == "spotting" or path[0] == "with_lexicon"
        return Cell(note=NO_LEXICON if needs_lexicon else f"not measured ({path[-1]} is not in the result)")
    if task == "detection":  # table 1 has the figures where F is highest
        value = value.get("best_f", value)
    return Cell(tuple(float(value[key]) for key in keys), _part(name, document))


def _ours(document: Mapping[str, Any] | None, *roles: str) -> str:
    """Our row, with the engines that were used."""
    names = "" if document is None else ", ".join(str(document["engines"][role]) for role in roles)
    return f"{OURS} ({names})" if names else OURS


def _paper_row(name: str, *cells: Sequence[float] | float | None) -> Row:
    return Row(
        name,
        False,
        tuple(
            Cell(note="–") if cell is None else _as_printed((cell,) if isinstance(cell, float) else tuple(cell))
            for cell in cells
        ),
    )


def _as_printed(values: tuple[float, ...]) -> Cell:
    """With two digits where the paper has no third."""
    return Cell(values, digits=2 if all(round(value, 2) == value for value in values) else 3)


_FPR = ("hmean", "precision", "recall")


def _table_1(found: Measured) -> PaperTable:
    rows = [
        _paper_row(name, row.icdar2013_pascal, row.svt_pascal, row.icdar2013_deteval, row.svt_deteval, row.seconds)
        for name, row in paper.TABLE_1.items()
    ]
    document = found.get(("icdar2013", "detection")) or found.get(("svt", "detection"))
    seconds = None if document is None else document.get("seconds", {}).get("photo_median")
    cells = [
        _figure(found, name, "detection", ("protocols", protocol), _FPR)
        for protocol in ("pascal", "deteval")
        for name in ("icdar2013", "svt")
    ]
    cells.append(Cell(note=NOT_SUPPLIED) if seconds is None else Cell((round(float(seconds), 3),)))
    rows.append(Row(_ours(document, "localizer", "recognizer"), True, tuple(cells)))
    return PaperTable(
        1,
        "Localization, F / precision / recall at the threshold of highest F",
        ("ICDAR13 PASCAL", "SVT PASCAL", "ICDAR13 DetEval", "SVT DetEval", "s/photo"),
        tuple(rows),
        ("Seconds are each on the hardware of its own paper (mostly GPU); ours are of one worker, with reading.",),
    )


def _retrieved(found: Measured, task: str, measures: tuple[str, ...]) -> list[Row]:
    """Rows of ours in tables 2 and 3: every system that was measured on any of our sets."""
    documents = {name: found.get((name, task)) for name in SETS}
    systems = list(
        dict.fromkeys(
            system
            for document in documents.values()
            if document is not None
            for system in document["figures"]["systems"]
            if system != REACHABLE
        )
    )
    rows = []
    for system in systems or [OURS]:
        cells = [Cell(note=NOT_SUPPLIED)]
        for document in documents.values():
            if document is None:
                cells.append(Cell(note=NOT_SUPPLIED))
                continue
            rates = document["figures"]["systems"].get(system)
            queries = document["figures"]["queries"]["real"]
            cells.append(
                Cell(note="not measured")
                if rates is None
                else Cell(tuple(float(rates[key]["over_queries"]) for key in measures), f"{queries} queries")
            )
        kind = "baseline" if system in BASELINES else OURS
        rows.append(Row(system if system == OURS else f"{kind}: {system}", True, tuple(cells)))
    return rows


def _table_2(found: Measured) -> PaperTable:
    rows = [_paper_row(name, value, None, None) for name, value in paper.TABLE_2.items()]
    return PaperTable(
        2,
        "Retrieval among given texts, P@1",
        ("COCO-TextRef", *SETS.values()),
        (*rows, *_retrieved(found, "retrieval given", ("top_1",))),
        ("COCO-TextRef was not published. Figures of different columns cannot be compared.",),
    )


def _table_3(found: Measured) -> PaperTable:
    rows = [_paper_row(name, value, None, None) for name, value in paper.TABLE_3.items()]
    return PaperTable(
        3,
        "Retrieval among found texts, R@1 / R@5",
        ("COCO-TextRef", *SETS.values()),
        (*rows, *_retrieved(found, "retrieval read", ("top_1", "top_5"))),
        ("COCO-TextRef was not published. Figures of different columns cannot be compared.",),
    )


def _table_4(found: Measured) -> PaperTable:
    rows = [_paper_row(name, *values) for name, values in paper.TABLE_4.items()]
    spotting = found.get(("icdar2013", "spotting")) or found.get(("svt", "spotting"))
    reading = found.get(("icdar2013-words", "recognition")) or found.get(("icdar2015-words", "recognition"))
    end_to_end = (
        _figure(found, "svt", "spotting", ("protocols", "svt_full"), ("hmean",)),
        _figure(found, "icdar2013", "spotting", ("protocols", "ws_generic"), ("hmean",)),
        _figure(found, "icdar2013", "spotting", ("protocols", "e2e_generic"), ("hmean",)),
        Cell(note="–"),
    )
    words = (
        Cell(note="–"),
        _figure(found, "icdar2013-words", "recognition", ("protocols", "recognition"), ("accuracy",)),
        Cell(note="–"),
        _figure(found, "icdar2015-words", "recognition", ("protocols", "recognition"), ("accuracy",)),
    )
    with_lexicon = (
        Cell(note="–"),
        _figure(found, "icdar2013-words", "recognition", ("with_lexicon", "recognition"), ("accuracy",)),
        Cell(note="–"),
        _figure(found, "icdar2015-words", "recognition", ("with_lexicon", "recognition"), ("accuracy",)),
    )
    rows += [
        Row(f"{_ours(spotting, 'localizer', 'recognizer')}, found words, F", True, end_to_end),
        Row(f"{_ours(reading, 'recognizer')}, given words, accuracy", True, words),
        Row(f"{_ours(reading, 'recognizer')}, given words, accuracy with lexicon", True, with_lexicon),
    ]
    return PaperTable(
        4,
        "Recognition",
        paper.TABLE_4_COLUMNS,
        tuple(rows),
        (
            "SVT e2e: word spotting with the full lexicon. ICDAR13 rec: word spotting with the generic lexicon for"
            " systems that find words, accuracy on given words for the others. ICDAR13 e2e: generic lexicon. ICDAR15"
            " rec: accuracy on the 2,077 given words.",
            "The lexicon is the one given with --lexicon, and readings are snapped by our rule (docs/evaluation.md).",
        ),
    )


def _table_5(found: Measured) -> PaperTable:
    rows = [_paper_row(name, values) for name, values in paper.TABLE_5.items()]
    document = found.get(("icdar2013", "spotting"))
    ours = _ours(document, "localizer", "recognizer")
    rows += [
        Row(f"{ours}: {name}", True, (_figure(found, "icdar2013", "spotting", ("boosts", name), _FPR),))
        for name in paper.TABLE_5
    ]
    return PaperTable(
        5,
        "Localization refined by recognition, ICDAR 2013, F / precision / recall",
        ("ICDAR13 PASCAL",),
        tuple(rows),
        (
            "Rec-lex of the paper has the strong lexicons (a list for each photo); ours has the lexicons that were"
            " given.",
        ),
    )
