"""`whichtext evaluate`: score the output of any system, measure whichtext itself, print the paper's tables.

Each kind of measurement has its own options: `files` in `evaluate_files.py`, the five tasks in `evaluate_task.py`, the
tables in `evaluate_tables.py`.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import make_parser

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory

__all__ = ["TASKS", "run"]

TASKS = {
    "detection": "are the words found?",
    "recognition": "are given words read?",
    "spotting": "are the words found and read? does reading improve finding?",
    "retrieval": "is the text found that a description means? beside random, largest, central, string match",
    "description": "is there an unambiguous expression for every text?",
}
ACTIONS = {
    "files": "score the output of any system by a public protocol",
    **TASKS,
    "tables": "tables 1 to 5 of the paper: its figures, and ours where the data is given",
}
USAGE = "files GROUND_TRUTH DETECTIONS | TASK DATASET PATH | tables  [options]"


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb: 0 where the figures were computed, 2 where an input cannot be used or a photo was left out."""
    action = arguments[0] if arguments else ""
    if action in TASKS:
        code: ExitCode = import_module("whichtext.cli.evaluate_task").run(action, arguments[1:])
        return code
    if action in ACTIONS:
        code = import_module(f"whichtext.cli.evaluate_{action}").run(arguments[1:])
        return code
    width = max(map(len, ACTIONS))
    listed = "\n".join(f"  {name:{width}}  {summary}" for name, summary in ACTIONS.items())
    notes = f"what can be measured:\n{listed}\n\n`whichtext evaluate retrieval --help` and so on list the options."
    parser = make_parser("evaluate", "Measure, by the public protocols.", USAGE, notes=notes)
    parser.add_argument("what", choices=tuple(ACTIONS), metavar="files | TASK | tables", help="what to measure")
    parser.parse_args(list(arguments))  # --help or an error: each leaves by SystemExit
    raise AssertionError("the parser accepted a measurement that does not exist")
