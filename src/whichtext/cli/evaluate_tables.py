"""`whichtext evaluate tables`: tables 1 to 5 of the paper, with its figures and ours where the data is given."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whichtext import defaults
from whichtext.cli.evaluate_task import (
    add_engine_choice,
    add_outputs,
    check_outputs,
    positive,
    run_with_progress,
    write_text,
)
from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import make_parser
from whichtext.cli.printing import complain, print_line, visible
from whichtext.errors import DatasetError, InputError, OutputError

if TYPE_CHECKING:
    from whichtext.evaluation.tables import PaperTable
    from whichtext.evaluation.tasks.running import Task

__all__ = ["run"]

NAMES = ("icdar2013", "icdar2013-words", "icdar2015-words", "svt", "textref", "textref-rebuilt")
NOTES = (
    f"NAME is one of {', '.join(NAMES)}.\n"
    "`-words` are the crops of tasks 2.3 and 4.3; textref-rebuilt is what `whichtext data build-textref` makes.\n"
    "Options with NAME= may be repeated. What is not given stands in the tables as not measured."
)


def run(arguments: Sequence[str]) -> ExitCode:
    """Run the action: 0 where the tables were made, 2 where an input cannot be used or a photo was left out."""
    options = _parser().parse_args(list(arguments))
    failures: list[str] = []
    try:
        from whichtext.evaluation.tables import measured, paper_tables

        check_outputs(options.json, options.markdown)
        documents = [*_read_results(options), *_run_all(options, failures)]
        tables = paper_tables(measured(documents))
        _write(options, tables, [document for _, document in documents])
    except (InputError, OutputError) as error:
        complain(str(error))
        return ExitCode.BAD_INPUT
    for failure in failures:
        complain(failure)
    return ExitCode.BAD_INPUT if failures else ExitCode.FOUND


def _parser() -> argparse.ArgumentParser:
    parser = make_parser("evaluate tables", "Print tables 1 to 5 of the paper, with ours.", "[options]", notes=NOTES)
    data = parser.add_argument_group("our figures")
    data.add_argument(
        "--data", action="append", type=_pair, default=[], metavar="NAME=PATH", help="measure on this set"
    )
    data.add_argument("--images", action="append", type=_pair, default=[], metavar="NAME=FOLDER", help="its pictures")
    data.add_argument("--split", action="append", type=_pair, default=[], metavar="NAME=SPLIT", help="part of it")
    data.add_argument(
        "--lexicon",
        action="append",
        type=_pair,
        default=[],
        metavar="NAME=PATH",
        help="word list for all photos (generic, full), or folder or zip of voc_IMAGE.txt (strong); one of each",
    )
    data.add_argument(
        "--results", action="append", default=[], metavar="[NAME=]FILE", help="take what `evaluate TASK --json` wrote"
    )
    data.add_argument("--retriever", action="append", metavar="NAME", help="as in `evaluate retrieval`")
    data.add_argument(
        "--limit", type=positive, metavar="N", help="the first N photos of each set; marked in the tables"
    )
    data.add_argument("--resume", type=Path, metavar="FOLDER", help="folder of journals: written, and gone on from")
    add_engine_choice(parser)
    add_outputs(parser)
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not value or name not in NAMES:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE with NAME one of {', '.join(NAMES)}")
    return name, value


def _read_results(options: argparse.Namespace) -> list[tuple[str | None, Mapping[str, Any]]]:
    """What earlier runs wrote."""
    documents: list[tuple[str | None, Mapping[str, Any]]] = []
    for argument in options.results:
        name, equals, file = argument.partition("=")
        given, path = (name, file) if equals and name in NAMES else (None, argument)
        try:
            document = json.loads(Path(path).read_bytes().decode("utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise DatasetError(f"no result of whichtext evaluate: {error}", file=path) from error
        if not isinstance(document, dict) or document.get("document") != "evaluation":
            raise DatasetError("no result of whichtext evaluate: give what `evaluate TASK --json` wrote", file=path)
        documents.append((given, document))
    return documents


def _run_all(options: argparse.Namespace, failures: list[str]) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """Measure on everything that is supplied; `failures` collects what had to be left out."""
    from whichtext.evaluation.tables import NAMES as READERS
    from whichtext.evaluation.tables import TASKS_OF
    from whichtext.evaluation.tasks.engines import EngineNames
    from whichtext.evaluation.tasks.photos import Selection
    from whichtext.evaluation.tasks.spotting import SpottingTask, vocabulary_of

    for key in ("data", "images", "split"):
        names = [name for name, _ in getattr(options, key)]
        if len(set(names)) < len(names):
            raise InputError(f"--{key} was given twice for one data set")
    images, splits = dict(options.images), dict(options.split)
    for name, path in options.data:
        strong, generic = _lexicons(options, name)
        for kind in TASKS_OF[name]:
            task, retriever = _task(kind, name, strong, generic, options)
            selection = Selection(
                dataset=READERS[name],
                path=Path(path),
                images=Path(images[name]) if name in images else None,
                split=splits.get(name),
                limit=options.limit,
                lexicons=strong,
            )
            if isinstance(task, SpottingTask):
                task = replace(task, vocabulary=vocabulary_of(selection, task))
            engines = EngineNames(options.localizer, options.recognizer, retriever, options.threads)
            journal = None
            if options.resume is not None:
                options.resume.mkdir(parents=True, exist_ok=True)
                journal = options.resume / f"{name}-{kind.replace(' ', '-')}.jsonl"
            done = run_with_progress(task, selection, engines, jobs=options.jobs, journal=journal)
            failures += [f"{name}, {failure.photo}: {failure.message}" for failure in done.failures]
            yield name, done.to_dict()


def _lexicons(options: argparse.Namespace, name: str) -> tuple[Path | None, Path | None]:
    """The strong lexicons (a list for each photo) and the one for all photos."""
    from whichtext.evaluation.tasks.spotting import is_strong

    strong: Path | None = None
    generic: Path | None = None
    for owner, text in options.lexicon:
        path = Path(text)
        if owner != name:
            continue
        if is_strong(path):
            strong = path
        else:
            generic = path
    return strong, generic


def _task(
    kind: str, name: str, strong: Path | None, generic: Path | None, options: argparse.Namespace
) -> "tuple[Task, str]":
    """What is measured, and the retriever that it goes by."""
    if kind == "detection":
        from whichtext.evaluation.tasks.detection import DetectionTask

        return DetectionTask(("pascal", "deteval")), "rules"
    if kind == "recognition":
        from whichtext.evaluation.tasks.recognition import RecognitionTask

        return RecognitionTask(lexicon=generic), "rules"
    if kind == "spotting":
        from whichtext.evaluation.tasks import spotting

        protocols = spotting.usual_protocols(name, strong=strong is not None, generic=generic is not None)
        return spotting.SpottingTask(protocols, generic), "rules"
    from whichtext.evaluation.tasks.retrieval import RetrievalTask
    from whichtext.reader import RETRIEVERS

    chosen = options.retriever or sorted(RETRIEVERS, key=lambda own: own != defaults.RETRIEVER)
    names = tuple(dict.fromkeys([*chosen, "rules"]))
    return RetrievalTask("given" if kind.endswith("given") else "read", names), names[0]


def _write(options: argparse.Namespace, tables: "Sequence[PaperTable]", documents: Sequence[Mapping[str, Any]]) -> None:
    from whichtext.evaluation.paper import SOURCE
    from whichtext.evaluation.report.markdown import to_markdown, to_text
    from whichtext.evaluation.tables import to_table

    facts = [f"figures of the paper: {SOURCE}", *(_fact(document) for document in documents)]
    whole = {
        "schema_version": 1,
        "document": "paper tables",
        "source": SOURCE,
        "tables": [table.to_dict() for table in tables],
        "measured": [{key: value for key, value in one.items() if key != "figures"} for one in documents],
    }
    text = json.dumps(whole, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    shown = [to_table(table) for table in tables]
    if options.json not in (None, "-"):
        write_text(options.json, text)
    if options.markdown is not None:
        write_text(options.markdown, to_markdown("The tables of the paper", facts, shown))
    if options.json == "-":
        print_line(text.rstrip("\n"))
        return
    for line in "\n\n".join(["\n".join(facts), *map(to_text, shown)]).split("\n"):
        print_line(visible(line))


def _fact(document: Mapping[str, Any]) -> str:
    engines = ", ".join(f"{role} {name}" for role, name in document.get("engines", {}).items())
    return f"{document['task']} on {document['dataset']}, {document['photos']} photos: {engines}"
