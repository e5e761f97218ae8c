"""`whichtext evaluate TASK DATASET PATH`: run whichtext on a data set and measure what comes out."""

import argparse
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whichtext import defaults
from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import make_parser
from whichtext.cli.printing import complain, print_line, visible
from whichtext.cli.progress import Progress
from whichtext.errors import InputError, OutputError

if TYPE_CHECKING:
    from whichtext.evaluation.tasks.engines import EngineNames
    from whichtext.evaluation.tasks.photos import Selection
    from whichtext.evaluation.tasks.running import Task, TaskRun

__all__ = ["add_engine_choice", "add_outputs", "check_outputs", "positive", "run", "run_with_progress", "write_text"]

SUMMARIES = {
    "detection": "Are the words of the photos found?",
    "recognition": "Are given words read right?",
    "spotting": "Are the words of the photos found and read right, and does reading improve finding?",
    "retrieval": "Is the text found that a description means?",
    "description": "Is there an expression for every text that points it out and nothing else?",
}
NOTES = (
    "DATASET is a reader (`whichtext data --help` lists them: textref, icdar2013, icdar2015, svt, totaltext, ...),\n"
    "PATH its annotations. Pictures are looked for beside them, or in --images. Figures do not depend on --jobs.\n"
    "Exit code 2 where a photo could not be read: the figures are then of the others."
)


def run(task: str, arguments: Sequence[str]) -> ExitCode:
    """Run one task: 0 where every photo was looked at, 2 where an input cannot be used or a photo was left out."""
    options = _parser(task).parse_args(list(arguments))
    try:
        done = _run(task, options)
        _write(options, done)
    except (InputError, OutputError) as error:
        complain(str(error))
        return ExitCode.BAD_INPUT
    for failure in done.failures:
        complain(f"{failure.photo}: {failure.message}")
    if done.problems:
        counted = ", ".join(f"{count} {kind}" for kind, count in done.problems.items())
        complain(f"the data set has problems ({counted}): `whichtext data check` tells them")
    return ExitCode.BAD_INPUT if done.failures else ExitCode.FOUND


def add_engine_choice(parser: argparse.ArgumentParser) -> None:
    """Options that choose engines and workers."""
    engine = parser.add_argument_group("running")
    engine.add_argument(
        "--localizer", default=defaults.LOCALIZER, metavar="NAME", help="what finds text (default: %(default)s)"
    )
    engine.add_argument(
        "--recognizer", default=defaults.RECOGNIZER, metavar="NAME", help="what reads it (default: %(default)s)"
    )
    engine.add_argument("--jobs", type=positive, default=1, metavar="N", help="worker processes (default: %(default)s)")
    engine.add_argument(
        "--threads", type=positive, default=1, metavar="N", help="threads of each worker (default: %(default)s)"
    )


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """Options that name the files to write."""
    outputs = parser.add_argument_group("products")
    outputs.add_argument("--json", metavar="FILE", help="write all figures; - prints them instead of the tables")
    outputs.add_argument("--markdown", metavar="FILE", help="write the tables")


def check_outputs(*paths: "str | Path | None") -> None:
    """Refuse products that could not be written, before anything slow begins."""
    for path in paths:
        if path is None or str(path) == "-":
            continue
        target = Path(path)
        if target.is_dir():
            raise OutputError(f"{str(path)!r} is a folder: give the path of a file")
        if not target.parent.is_dir():
            raise OutputError(f"cannot write {str(path)!r}: there is no folder {str(target.parent)!r}")


def run_with_progress(
    task: "Task", selection: "Selection", engines: "EngineNames", *, jobs: int, journal: Path | None = None
) -> "TaskRun":
    """Run a task with a bar on a terminal."""
    from whichtext.evaluation.tasks.running import run_task

    with ExitStack() as stack:
        bars: list[Progress] = []

        def show(done: int, total: int, name: str) -> None:
            if not bars:
                bars.append(stack.enter_context(Progress(total)))
                for _ in range(done):
                    bars[0].step()
            else:
                bars[0].step()
            bars[0].show(name)

        return run_task(task, selection, engines, jobs=jobs, journal=journal, progress=show)


def write_text(path: str, text: str) -> None:
    """Write a file, all of it or nothing."""
    from whichtext.output import write_file

    write_file(path, text.encode("utf-8"))


def positive(text: str) -> int:
    """A whole number from 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return value


def _parser(task: str) -> argparse.ArgumentParser:
    parser = make_parser(f"evaluate {task}", SUMMARIES[task], "DATASET PATH [options]", notes=NOTES)
    parser.add_argument("dataset", metavar="DATASET", help="name of the reader")
    parser.add_argument("path", type=Path, metavar="PATH", help="annotations of the data set")
    part = parser.add_argument_group("which photos")
    part.add_argument("--images", type=Path, metavar="FOLDER", help="folder of the pictures")
    part.add_argument("--split", metavar="NAME", help="train, dev, test: where the data set tells them apart")
    part.add_argument("--source", metavar="NAME", help="source of the photos, or how their names begin (ic15_)")
    part.add_argument("--limit", type=positive, metavar="N", help="the first N photos")
    measure = parser.add_argument_group("what is measured")
    if task in ("detection", "recognition", "spotting"):
        measure.add_argument(
            "--protocol",
            action="append",
            metavar="NAME",
            help="how to score, may be repeated (default: as papers do; `evaluate files --protocol list` lists them)",
        )
    if task in ("recognition", "spotting"):
        measure.add_argument(
            "--lexicon", type=Path, metavar="PATH", help="word list, or folder or zip of voc_IMAGE.txt"
        )
    if task in ("retrieval", "description"):
        measure.add_argument(
            "--words",
            choices=("given", "read"),
            default="given" if task == "retrieval" else "read",
            help="build scenes from the annotated words, or read the photos alone (default: %(default)s)",
        )
    if task == "retrieval":
        measure.add_argument(
            "--retriever",
            action="append",
            metavar="NAME",
            help="what understands a query, may be repeated; `rules` is always beside it (default: every one)",
        )
    if task == "description":
        measure.add_argument(
            "--retriever", default=defaults.RETRIEVER, metavar="NAME", help="who checks the expressions"
        )
        measure.add_argument("--judge", metavar="NAME", help="a second retriever that is asked whether they are unique")
    add_engine_choice(parser)
    parser.add_argument(
        "--resume", type=Path, metavar="FILE", help="journal of the run: written, and gone on from where it is there"
    )
    add_outputs(parser)
    parser.add_argument("--html", metavar="FILE", help="write a report with charts and the worst cases (matplotlib)")
    parser.add_argument(
        "--cases", type=positive, default=12, metavar="N", help="worst cases in the report (default: %(default)s)"
    )
    return parser


def _run(task: str, options: argparse.Namespace) -> "TaskRun":
    from whichtext.evaluation.tasks.engines import EngineNames
    from whichtext.evaluation.tasks.photos import Selection
    from whichtext.evaluation.tasks.spotting import SpottingTask, is_strong, vocabulary_of

    check_outputs(options.json, options.markdown, options.html, options.resume)
    if options.html is not None:
        from whichtext.evaluation.report.charts import require_matplotlib

        require_matplotlib()
    made, retriever = _task(task, options)
    selection = Selection(
        dataset=options.dataset,
        path=options.path,
        images=options.images,
        split=options.split,
        source=options.source,
        limit=options.limit,
        lexicons=options.lexicon if task == "spotting" and is_strong(options.lexicon) else None,
    )
    if isinstance(made, SpottingTask):
        made = replace(made, vocabulary=vocabulary_of(selection, made))
    engines = EngineNames(
        localizer=options.localizer, recognizer=options.recognizer, retriever=retriever, threads=options.threads
    )
    return run_with_progress(made, selection, engines, jobs=options.jobs, journal=options.resume)


def _task(task: str, options: argparse.Namespace) -> "tuple[Task, str]":
    """The task, and the retriever that it goes by."""
    if task == "detection":
        from whichtext.evaluation.tasks.detection import DetectionTask, usual_protocols

        return DetectionTask(tuple(options.protocol or usual_protocols(options.dataset))), "rules"
    if task == "recognition":
        from whichtext.evaluation.tasks.recognition import USUAL_PROTOCOLS, RecognitionTask

        return RecognitionTask(tuple(options.protocol or USUAL_PROTOCOLS), options.lexicon), "rules"
    if task == "spotting":
        from whichtext.evaluation.tasks import spotting

        strong = spotting.is_strong(options.lexicon)
        generic = options.lexicon is not None and not strong
        usual = spotting.usual_protocols(options.dataset, strong=strong, generic=generic)
        boost = spotting.USUAL_BOOST.get(options.dataset, "pascal")
        return spotting.SpottingTask(tuple(options.protocol or usual), options.lexicon, boost), "rules"
    if task == "retrieval":
        from whichtext.evaluation.tasks.retrieval import RetrievalTask
        from whichtext.reader import RETRIEVERS

        chosen = options.retriever or sorted(RETRIEVERS, key=lambda name: name != defaults.RETRIEVER)
        names = tuple(dict.fromkeys([*chosen, "rules"]))
        return RetrievalTask(options.words, names), names[0]
    from whichtext.evaluation.tasks.description import DescriptionTask

    return DescriptionTask(options.words, options.judge), options.retriever


def _write(options: argparse.Namespace, done: "TaskRun") -> None:
    """The files that were asked for, then the tables on stdout."""
    from whichtext.evaluation.report.markdown import to_markdown, to_text

    document = json.dumps(done.to_dict(), indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    tables = done.task.tables(done.figures)
    title, facts = f"whichtext evaluate {done.task.name}", _facts(done.to_dict())
    if options.json not in (None, "-"):
        write_text(options.json, document)
    if options.markdown is not None:
        write_text(options.markdown, to_markdown(title, facts, tables))
    if options.html is not None:
        from whichtext.evaluation.report.html import to_html

        cases = done.task.worst(done.photos, done.outcomes, options.cases)
        write_text(options.html, to_html(title, facts, tables, done.task.charts(done.figures), cases))
    if options.json == "-":
        print_line(document.rstrip("\n"))
        return
    for line in "\n\n".join([*("\n".join([fact]) for fact in facts[:1]), *map(to_text, tables)]).split("\n"):
        print_line(visible(line))


def _facts(document: dict[str, Any]) -> list[str]:
    """What was measured, on what, with what."""
    part = ", ".join(f"{key} {document[key]}" for key in ("split", "source", "limit") if document[key] is not None)
    engines = ", ".join(f"{role} {name}" for role, name in document["engines"].items())
    software = ", ".join(f"{name} {version}" for name, version in document["software"].items())
    seconds = document["seconds"]
    facts = [
        f"{document['dataset']} ({part or 'all'}): {document['photos']} photos, {seconds['wall']:.1f} s,"
        f" {seconds['processor']:.1f} processor s, {seconds['jobs']:.0f} workers,"
        f" {seconds['photos_from_journal']:.0f} photos from the journal",
        f"engines: {engines}",
        f"software: {software}",
    ]
    if document["failures"]:
        facts.append(f"{len(document['failures'])} photos could not be read and are left out")
    if document["data_problems"]:
        counted = ", ".join(f"{count} {kind}" for kind, count in document["data_problems"].items())
        facts.append(f"problems of the data set: {counted}")
    return facts
