"""`whichtext data check | convert | build-textref | synthesize`: data sets of scene text and of descriptions."""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import make_parser, parse
from whichtext.cli.printing import complain, print_json, print_line, visible
from whichtext.errors import InputError, OutputError

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory
    from whichtext.data.checking import Totals
    from whichtext.data.options import ReadOptions
    from whichtext.data.problems import Problem, Problems
    from whichtext.data.rebuilding import BuildReport
    from whichtext.data.record import ImageRecord

__all__ = ["run"]

USAGE = "check NAME PATH | convert FROM TO | build-textref COCOTEXT REFEXP... -o OUT | synthesize OUTPUT  [options]"


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb: 0 where all is well, 2 where something is wrong with the data or had to be left out."""
    actions = {"check": _check, "convert": _convert, "build-textref": _build, "synthesize": _synthesize}
    if arguments and arguments[0] in actions:
        try:
            return actions[arguments[0]](arguments[1:])
        except (InputError, OutputError) as error:
            complain(str(error))
            return ExitCode.BAD_INPUT
    from whichtext.data.datasets import DATASETS

    width = max(map(len, DATASETS))
    names = "\n".join(f"  {name:{width}}  {what}" for name, what in DATASETS.items())
    notes = f"data sets (NAME):\n{names}\n\n`whichtext data check --help` and so on list the options."
    parser = make_parser("data", "Check, convert, build and synthesize data sets.", USAGE, notes=notes)
    parser.add_argument("action", choices=tuple(actions), metavar="ACTION", help="what to do")
    parser.parse_args(list(arguments))  # --help or an error: each leaves by SystemExit
    raise AssertionError("the parser accepted an action that does not exist")


def _check(arguments: Sequence[str]) -> ExitCode:
    notes = "Exit code 2 where anything is wrong; nothing is left out silently."
    parser = make_parser("data check", "Report what is wrong in a data set.", "NAME PATH [options]", notes=notes)
    parser.add_argument("name", metavar="NAME", help="which data set (`whichtext data --help` lists them)")
    parser.add_argument("path", type=Path, metavar="PATH", help="its annotations")
    parser.add_argument("--images", type=Path, metavar="FOLDER", help="look for the pictures there")
    parser.add_argument(
        "--tolerance",
        type=_pixels,
        default=1.0,
        metavar="PIXELS",
        help="how far a region may reach over the edge (default: 1)",
    )
    _add_companions(parser)
    _add_report_options(parser)
    options = parse(parser, arguments)

    from whichtext.data.checking import Totals, check
    from whichtext.data.datasets import read_dataset
    from whichtext.data.problems import Problems

    problems, totals = Problems(keep=options.limit), Totals()
    error: InputError | None = None
    try:
        if options.images is not None and not options.images.is_dir():
            raise InputError(f"{str(options.images)!r} is no folder: give the folder of the pictures")
        records = read_dataset(options.name, options.path, problems=problems, options=_companions(options))
        for _ in check(records, problems=problems, totals=totals, pictures=options.images, tolerance=options.tolerance):
            pass
    except InputError as stop:
        error = stop
    if options.json:
        document = {"schema_version": 1, "dataset": options.name, "path": str(options.path)}
        print_json(
            {**document, **_totals(totals), **_report(problems, error), "clean": not problems.total and not error}
        )
    else:
        for problem in problems.kept:
            print_line(visible(str(problem)))
        print_line(_sentence(totals))
        print_line(_counted(problems) if problems.total else "no problem" if error is None else "stopped")
        if error is not None:
            complain(str(error))
    return ExitCode.BAD_INPUT if problems.total or error is not None else ExitCode.FOUND


def _convert(arguments: Sequence[str]) -> ExitCode:
    notes = (
        "FROM is NAME:PATH, for instance icdar2015:gt.zip. TO is OUT.jsonl for TextRef JSON Lines, or icdar2013:OUT,\n"
        "icdar2015:OUT or totaltext:OUT, a new folder or a .zip. All of it is written, or nothing.\n"
        "Exit code 2 where something could not be read and was left out; what the new format has no place for is told."
    )
    parser = make_parser("data convert", "Write a data set in another format.", "FROM TO [options]", notes=notes)
    parser.add_argument("source", metavar="FROM", help="NAME:PATH")
    parser.add_argument("target", metavar="TO", help="[NAME:]PATH")
    parser.add_argument("--strict", action="store_true", help="stop at the first item that cannot be read")
    _add_companions(parser)
    _add_report_options(parser)
    options = parse(parser, arguments)

    from whichtext.data.checking import Totals
    from whichtext.data.conversion import TARGETS, write_dataset
    from whichtext.data.datasets import DATASETS, read_dataset
    from whichtext.data.problems import Problems

    name, path = _named(options.source, tuple(DATASETS))
    if name is None:
        parser.error(f"FROM must be NAME:PATH with NAME one of {', '.join(DATASETS)}")
    target, out = _named(options.target, TARGETS)
    if target is None and out.suffix.lower() != ".jsonl":
        parser.error(f"TO must be OUT.jsonl, or NAME:PATH with NAME one of {', '.join(TARGETS)}")
    _keep_apart(out, (path,))
    problems, totals = Problems(keep=options.limit, strict=options.strict), Totals()
    records = read_dataset(name, path, problems=problems, options=_companions(options))
    written = write_dataset(_counting(records, totals), target or "textref", out, problems=problems)
    _tell(options, problems, {"saved": str(out), "format": target or "textref", "written": written, **_totals(totals)})
    if not options.json:
        print_line(f"{visible(str(out))}: {_sentence(totals)}")
    return ExitCode.BAD_INPUT if problems.dropped else ExitCode.FOUND


def _build(arguments: Sequence[str]) -> ExitCode:
    notes = (
        "The result is named TextRef (rebuilt): the recipe of the paper, not its data. The same files and seed give\n"
        "the same bytes. First write a review file, let people fill in its column `decision`, then build again with\n"
        "--review and the same options."
    )
    parser = make_parser(
        "data build-textref",
        "Build descriptions of texts from COCO-Text and Google RefExp.",
        "COCOTEXT REFEXP... -o OUT.jsonl [options]",
        notes=notes,
    )
    parser.add_argument("cocotext", type=Path, metavar="COCOTEXT", help="COCO_Text.json or cocotext.v2.json")
    parser.add_argument("refexp", type=Path, nargs="+", metavar="REFEXP", help="google_refexp_*.json, one or more")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="OUT", help="TextRef JSON Lines to write")
    parser.add_argument("--instances", type=Path, metavar="FILE", help="COCO's instances, where RefExp is not aligned")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which descriptions are drawn (default: 0)")
    parser.add_argument("--per-text", type=_count, default=2, metavar="N", help="at most, of each text (default: 2)")
    parser.add_argument(
        "--min-margin",
        type=_share,
        default=0.5,
        metavar="M",
        help="how much better than all others the target must fit, 0 to 1 (default: 0.5)",
    )
    parser.add_argument("--ignore-illegible", action="store_true", help="illegible texts are no rivals")
    review = parser.add_argument_group("human pass")
    review.add_argument("--write-review", type=Path, metavar="FILE", help="new table of all descriptions, to fill in")
    review.add_argument("--review", type=Path, metavar="FILE", help="the table with decisions: accept, reject, edit")
    review.add_argument("--only-accepted", action="store_true", help="leave out what nobody has decided about")
    _add_report_options(parser)
    options = parser.parse_args(list(arguments))
    if options.only_accepted and options.review is None:
        parser.error("--only-accepted needs --review")

    from whichtext.data.conversion import write_lines
    from whichtext.data.options import ReadOptions
    from whichtext.data.problems import Problems
    from whichtext.data.rebuilding import NAME, BuildOptions, BuildReport, build
    from whichtext.data.review import apply_review, read_review, review_lines
    from whichtext.data.textref_writing import record_to_line

    if options.write_review is not None and options.write_review.exists():
        raise OutputError(f"{str(options.write_review)!r} exists and may hold decisions: choose another file")
    companions = [path for path in (options.instances, options.review) if path is not None]
    _keep_apart(options.out, (options.cocotext, *options.refexp, *companions))
    problems, report = Problems(keep=options.limit), BuildReport()
    decisions = {} if options.review is None else read_review(options.review, problems=problems)
    table: list[str] = []

    def lines() -> Iterator[str]:
        records = build(
            options.cocotext,
            options.refexp,
            problems=problems,
            report=report,
            files=ReadOptions(instances=options.instances),
            options=BuildOptions(options.seed, options.per_text, options.min_margin, options.ignore_illegible),
        )
        if options.write_review is not None:
            records = _tabled(records, table)
        if options.review is not None:
            records = apply_review(records, decisions, problems=problems, only_accepted=options.only_accepted)
        yield from map(record_to_line, records)

    images = write_lines(lines(), options.out)
    if options.write_review is not None:
        write_lines([*review_lines(()), *table], options.write_review)
    _tell(options, problems, {"name": NAME, "saved": str(options.out), "written": images, **_built(report)})
    if not options.json:
        _print_build(report, images, options.out)
    return ExitCode.BAD_INPUT if problems.dropped else ExitCode.FOUND


def _synthesize(arguments: Sequence[str]) -> ExitCode:
    from whichtext.cli import data_synthesize

    return data_synthesize.run(arguments)


def _tabled(records: "Iterator[ImageRecord]", table: list[str]) -> "Iterator[ImageRecord]":
    """The records themselves; their rows are added to the table on the way."""
    from whichtext.data.review import review_lines

    for record in records:
        table += list(review_lines((record,)))[1:]
        yield record


def _add_companions(parser: argparse.ArgumentParser) -> None:
    files = parser.add_argument_group("companion files")
    files.add_argument("--instances", type=Path, metavar="FILE", help="COCO's instances (RefExp, RefCOCOg)")
    files.add_argument("--lexicons", type=Path, metavar="PATH", help="word list, or folder of voc_IMAGE.txt (ICDAR)")
    files.add_argument("--masks", type=Path, metavar="FOLDER", help="folder of IMAGE_REGION.mat (ReferIt)")


def _add_report_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument(
        "--limit", type=_count, default=20, metavar="N", help="problems of each kind to list (default: 20); all count"
    )


def _companions(options: argparse.Namespace) -> "ReadOptions":
    from whichtext.data.options import ReadOptions

    return ReadOptions(instances=options.instances, lexicons=options.lexicons, masks=options.masks)


def _named(text: str, names: Sequence[str]) -> tuple[str | None, Path]:
    """`NAME:PATH` taken apart; without a name that is known it is all path."""
    name, colon, path = text.partition(":")
    return (name, Path(path)) if colon and path and name in names else (None, Path(text))


def _keep_apart(out: Path, sources: Sequence[Path]) -> None:
    for source in sources:
        if out.exists() and source.exists() and os.path.samefile(out, source):
            raise OutputError(f"{str(out)!r} is one of the files that are read: choose another")


def _counting(records: "Iterator[ImageRecord]", totals: "Totals") -> "Iterator[ImageRecord]":
    for record in records:
        totals.add(record)
        yield record


def _tell(options: argparse.Namespace, problems: "Problems", document: dict[str, Any]) -> None:
    """Problems on stderr for people, or all as one JSON object."""
    if options.json:
        print_json({"schema_version": 1, **document, **_report(problems, None)})
        return
    for problem in problems.kept:
        complain(str(problem))
    if problems.total:
        complain(_counted(problems))


def _report(problems: "Problems", error: InputError | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "problems": {
            "counts": problems.counts,
            "total": problems.total,
            "left_out": problems.dropped,
            "listed": [_problem(problem) for problem in problems.kept],
        }
    }
    if error is not None:
        place = {key: getattr(error, key, None) for key in ("file", "line", "path")}
        document["error"] = {"type": type(error).__name__, "message": str(error), **place}
    return document


def _problem(problem: "Problem") -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "file": problem.place.file,
        "line": problem.place.line,
        "path": problem.place.path,
        "message": problem.message,
        "left_out": problem.is_dropped,
    }


def _counted(problems: "Problems") -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in problems.counts.items())
    return f"{problems.total} problems ({kinds}); {problems.dropped} items left out"


def _totals(totals: "Totals") -> dict[str, int]:
    from dataclasses import asdict

    return asdict(totals)


def _sentence(totals: "Totals") -> str:
    return (
        f"{totals.images} images, {totals.texts} texts ({totals.counting_texts} count), {totals.objects} objects, "
        f"{totals.expressions} expressions, {totals.labels} labelled lines"
    )


def _built(report: "BuildReport") -> dict[str, Any]:
    from dataclasses import asdict

    document = asdict(report)
    return {**document, "relations": dict(report.relations), "refused": dict(report.refused)}


def _print_build(report: "BuildReport", images: int, out: Path) -> None:
    from whichtext.data.rebuilding import NAME

    print_line(f"{NAME}: {visible(str(out))}, {images} images")
    print_line(
        f"in both sets: {report.common_images} images, {report.texts} texts ({report.legible_texts} legible), "
        f"{report.objects} objects"
    )
    print_line(
        f"built: {report.expressions} descriptions of {report.described_texts} texts with {report.used_objects} objects"
    )
    for title, counter in (("relations", report.relations), ("refused", report.refused)):
        if counter:
            entries = ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))
            print_line(f"{title}: {entries}")


def _pixels(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of pixels")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return value
