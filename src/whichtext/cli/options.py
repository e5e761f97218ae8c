"""Options that several verbs share."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from whichtext import defaults

if TYPE_CHECKING:
    from whichtext.image import PhotoLimits
    from whichtext.recognition.lexicon import Lexicon

__all__ = [
    "add_answer_options",
    "add_engine_options",
    "add_photo_options",
    "make_lexicon",
    "make_limits",
    "make_parser",
    "parse",
    "split_query",
]

EXIT_CODES = "exit codes: 0 found, 4 none, 5 ambiguous, 2 bad input, 1 whichtext failed, 130 interrupted"


def make_parser(verb: str, description: str, usage: str, *, notes: str = "") -> argparse.ArgumentParser:
    """Parser of one verb."""
    return argparse.ArgumentParser(
        prog=f"whichtext {verb}",
        usage=f"whichtext {verb} {usage}",
        description=description,
        epilog="\n\n".join(part for part in (notes, EXIT_CODES) if part),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_photo_options(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that reads photos."""
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout: one object a photo")
    add_engine_options(parser)
    parser.add_argument(
        "--lexicon", metavar="FILE", help="words that may be read, one a line; readings near one of them become it"
    )
    parser.add_argument(
        "--boost",
        action="store_true",
        help="drop what does not read as a word, and with --lexicon what is far from all of its words",
    )
    limits = parser.add_argument_group("limits")
    limits.add_argument(
        "--max-side", type=_positive_int, metavar="PIXELS", help="longer side of the copy in which text is looked for"
    )
    limits.add_argument(
        "--max-megapixels", type=_positive_float, metavar="MP", help="refuse larger photos (default: 50)"
    )
    limits.add_argument("--max-megabytes", type=_positive_float, metavar="MB", help="refuse larger files (default: 20)")


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Options that choose the engines and their threads."""
    engine = parser.add_argument_group("reading")
    engine.add_argument(
        "--threads", type=_positive_int, metavar="N", help="threads of the networks (default: all cores)"
    )
    engine.add_argument(
        "--localizer", default=defaults.LOCALIZER, metavar="NAME", help="what finds text (default: %(default)s)"
    )
    engine.add_argument(
        "--recognizer", default=defaults.RECOGNIZER, metavar="NAME", help="what reads it (default: %(default)s)"
    )
    engine.add_argument(
        "--retriever",
        default=defaults.RETRIEVER,
        metavar="NAME",
        help="what understands a query (default: %(default)s)",
    )


def add_answer_options(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that answers a query."""
    parser.add_argument(
        "--top-k", type=_positive_int, default=5, metavar="K", help="candidates to list (default: %(default)s)"
    )


def parse(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse options that may stand before, between or after the positionals."""
    return parser.parse_intermixed_args(list(arguments))


def split_query(parser: argparse.ArgumentParser, positionals: Sequence[str]) -> tuple[list[str], str]:
    """Take `IMAGE... QUERY` apart; the query is the last positional."""
    if len(positionals) < 2:
        parser.error('give at least one IMAGE and then the QUERY, for instance: street.jpg "the price on the poster"')
    *images, query = positionals
    if not query.strip():
        parser.error("the QUERY (the last argument) is empty")
    return images, query


def make_limits(options: argparse.Namespace) -> "PhotoLimits | None":
    """Photo limits that the options ask for; None is the reader's own."""
    if options.max_megapixels is None and options.max_megabytes is None:
        return None
    from dataclasses import replace

    from whichtext.image import PhotoLimits

    limits = PhotoLimits()
    if options.max_megapixels is not None:
        limits = replace(limits, max_pixels=round(options.max_megapixels * 1e6))
    if options.max_megabytes is not None:
        limits = replace(limits, max_bytes=round(options.max_megabytes * 1e6))
    return limits


def make_lexicon(options: argparse.Namespace) -> "Lexicon | None":
    """Words of the file that `--lexicon` names; `InputError` for one that cannot be used."""
    if options.lexicon is None:
        return None
    from whichtext.recognition.lexicon import Lexicon

    return Lexicon.from_file(options.lexicon)


def _positive_int(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return value


def _positive_float(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value
