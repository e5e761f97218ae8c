"""The command `whichtext`: one verb a file. Only the product goes to stdout; progress, notes and errors to stderr."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from whichtext import __version__
from whichtext.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from whichtext.reader import Reader

__all__ = ["ExitCode", "main"]

ReaderFactory = Callable[[argparse.Namespace], "Reader"]
"""Makes the reader that the options ask for."""

VERBS = {
    "read": "read every text of the photos",
    "find": "find the text that a description means",
    "describe": "say for each text how to point it out unmistakably",
    "redact": "cover the text that a description means",
    "verify": "say how likely a given string stands in the photos, and where",
    "evaluate": "score the output of any system by a public protocol",
    "data": "check, convert and build data sets",
    "doctor": "check versions, weights and processor, and read the example picture",
}


def main(argv: Sequence[str] | None = None, *, make_reader: ReaderFactory | None = None) -> int:
    """Run the command line and return its exit code; `make_reader` replaces the real reader (tests, other engines)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return int(_dispatch(arguments, make_reader or _make_reader))
    except SystemExit as stop:  # argparse: 0 after --help and --version, 2 after a usage error
        return stop.code if isinstance(stop.code, int) else ExitCode.BAD_INPUT
    except KeyboardInterrupt:
        print("\nwhichtext: interrupted", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Python would complain again when it flushes stdout at exit: give it somewhere harmless to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.BROKEN_PIPE


def _dispatch(arguments: list[str], make_reader: ReaderFactory) -> ExitCode:
    if arguments and arguments[0] in VERBS:
        verb = import_module(f"whichtext.cli.{arguments[0]}")
        code: ExitCode = verb.run(arguments[1:], make_reader)
        sys.stdout.flush()
        return code
    parser = _top_parser()
    if not arguments:
        parser.print_help(sys.stderr)
        return ExitCode.BAD_INPUT
    parser.parse_args(arguments)  # --help, --version, or an error: each leaves by SystemExit
    raise AssertionError("the parser accepted a verb that does not exist")


def _top_parser() -> argparse.ArgumentParser:
    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {verb:{width}}  {summary}" for verb, summary in VERBS.items())
    parser = argparse.ArgumentParser(
        prog="whichtext",
        usage="whichtext VERB ... [--help]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Which text in this photo do you mean, where is it, and what does it say?",
        epilog=(
            f"verbs:\n{verbs}\n\n"
            'whichtext find street.jpg "the phone number on the white van"\n'
            "whichtext VERB --help tells the options of a verb.\n\n"
            "exit codes: 0 found, 4 none, 5 ambiguous, 2 bad input, 1 whichtext failed, 130 interrupted"
        ),
    )
    parser.add_argument("--version", action="version", version=f"whichtext {__version__}")
    parser.add_argument("verb", choices=tuple(VERBS), metavar="VERB", help="one of the verbs below")
    return parser


def _make_reader(options: argparse.Namespace) -> "Reader":
    from whichtext.reader import Reader

    return Reader(
        threads=options.threads,
        localizer=options.localizer,
        recognizer=options.recognizer,
        retriever=options.retriever,
    )
