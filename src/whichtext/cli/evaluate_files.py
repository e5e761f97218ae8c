"""`whichtext evaluate files GROUND_TRUTH DETECTIONS`: score the output of any system by a public protocol."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import make_parser, parse
from whichtext.cli.printing import complain, print_json, print_line, visible
from whichtext.errors import InputError

if TYPE_CHECKING:
    from whichtext.evaluation.results import Evaluation

__all__ = ["run"]

NOTES = (
    "Both sides are JSON Lines ({image, boxes, texts, scores} a line), or a folder or zip archive of text files\n"
    "(gt_IMAGE.txt, res_IMAGE.txt: coordinates, confidence where there is one, text), or for recognition a word list.\n"
    "`--protocol list` lists the protocols."
)


def run(arguments: Sequence[str]) -> ExitCode:
    """Run the action: 0 where the figures were computed, 2 where an input cannot be used."""
    parser = make_parser(
        "evaluate files",
        "Score the output of any system by a public protocol.",
        "GROUND_TRUTH DETECTIONS --protocol NAME [options]",
        notes=NOTES,
    )
    parser.add_argument("paths", nargs="*", metavar="GROUND_TRUTH DETECTIONS", help="what is true; what was found")
    parser.add_argument("--protocol", required=True, metavar="NAME", help="how to score, or `list`")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--per-image", action="store_true", help="a row for every image in the table, too")
    parser.add_argument(
        "--best-f", action="store_true", help="sweep the confidence threshold; figures where F is highest"
    )
    parser.add_argument("--lexicon", metavar="PATH", help="word list for all images, or folder or zip of voc_IMAGE.txt")
    layout = parser.add_argument_group("layout of text files")
    layout.add_argument(
        "--boxes",
        default="auto",
        choices=("auto", "rectangles", "quadrilaterals", "polygons"),
        help="coordinates of a line: 4, 8, or 6 and more (default: %(default)s, what most lines say)",
    )
    layout.add_argument(
        "--scores",
        action="store_true",
        help="a confidence follows the coordinates of the detections (default: where the protocol needs one)",
    )
    options = parse(parser, arguments)
    if options.protocol == "list":
        return _list_protocols()
    if len(options.paths) != 2:
        parser.error("give the GROUND_TRUTH and then the DETECTIONS")
    try:
        evaluation = _evaluate(options)
    except InputError as error:
        complain(str(error))
        return ExitCode.BAD_INPUT
    if options.json:
        from whichtext.evaluation.results import evaluation_to_dict

        print_json(evaluation_to_dict(evaluation))
    else:
        _print_table(evaluation, per_image=options.per_image)
    return ExitCode.FOUND


def _list_protocols() -> ExitCode:
    from whichtext.evaluation.protocols import PROTOCOLS

    width = max(map(len, PROTOCOLS))
    for name, protocol in PROTOCOLS.items():
        print_line(f"{name:{width}}  {protocol.summary}")
    return ExitCode.FOUND


def _evaluate(options: argparse.Namespace) -> "Evaluation":
    from whichtext.evaluation.files import TextColumns, read_lexicons, read_regions
    from whichtext.evaluation.protocols import evaluate, protocol_of

    protocol = protocol_of(options.protocol)
    truths = read_regions(options.paths[0], columns=TextColumns(boxes=options.boxes))
    detections = read_regions(
        options.paths[1],
        columns=TextColumns(
            boxes=options.boxes,
            scores=options.scores or options.best_f or protocol.ranks,
            texts=protocol.reads,
        ),
    )
    lexicons = None if options.lexicon is None else read_lexicons(options.lexicon)
    return evaluate(options.protocol, truths, detections, lexicons=lexicons, best_f=options.best_f)


def _print_table(evaluation: "Evaluation", *, per_image: bool) -> None:
    total = evaluation.total
    width = max([len("image"), *(len(visible(image)) for image in evaluation.images if per_image)])
    print_line(f"{'image':{width}}  precision  recall   hmean    words  detections")
    if per_image:
        for image, score in evaluation.images.items():
            print_line(
                f"{visible(image):{width}}  {_columns(score.precision, score.recall, score.hmean)}"
                f"  {score.truths:7}  {score.detections:10}"
            )
    print_line(
        f"{'total':{width}}  {_columns(total.precision, total.recall, total.hmean)}"
        f"  {total.truths:7}  {total.detections:10}"
    )
    for name, value in (
        ("average precision", total.average_precision),
        ("1-NED", total.similarity),
        ("confidence threshold", total.threshold),
    ):
        if value is not None:
            print_line(f"{name}: {value:.6f}")


def _columns(precision: float, recall: float, hmean: float) -> str:
    return f"{precision:.6f}  {recall:.6f}  {hmean:.6f}"
