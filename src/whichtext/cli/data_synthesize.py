"""`whichtext data synthesize OUTPUT`: make cluttered scenes with exact truth and descriptions."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import make_parser, parse
from whichtext.cli.printing import print_line, visible
from whichtext.cli.progress import Progress

__all__ = ["run"]

NOTES = (
    "OUTPUT gets photos/*.jpg and scenes.jsonl (TextRef). The same seed, options and folders give the same bytes,\n"
    "whatever --jobs says. docs/synthesis.md tells where fonts, cut-outs and backgrounds can be had."
)


def run(arguments: Sequence[str]) -> ExitCode:
    """Run the action: 0 where all scenes were written."""
    parser = make_parser(
        "data synthesize",
        "Make cluttered scenes with exact truth.",
        "OUTPUT --scenes N --seed S [options]",
        notes=NOTES,
    )
    parser.add_argument("output", type=Path, metavar="OUTPUT", help="new or empty folder")
    parser.add_argument("--scenes", type=int, required=True, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, required=True, metavar="S", help="which ones")
    parser.add_argument("--size", type=_size, default=(640, 480), metavar="WxH", help="pixels (default: 640x480)")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes (default: %(default)s)")
    parser.add_argument("--preview", type=Path, metavar="FILE", help="also put the first twelve side by side, as PNG")
    parts = parser.add_argument_group("parts")
    parts.add_argument(
        "--fonts",
        type=Path,
        nargs="+",
        default=[],
        metavar="FOLDER",
        help="typefaces below these folders (default: the system's)",
    )
    parts.add_argument("--cutouts", type=Path, metavar="FOLDER", help="RGBA pictures of things (default: drawn ones)")
    behind = parts.add_mutually_exclusive_group()
    behind.add_argument("--backgrounds", type=Path, metavar="FOLDER", help="photos behind the scenes (default: drawn)")
    behind.add_argument("--into-photos", type=Path, metavar="FOLDER", help="write onto smooth places of these photos")
    options = parse(parser, arguments)

    from whichtext.data.synthesis.writing import Sources, write_scenes

    sources = Sources(
        size=options.size,
        fonts=tuple(options.fonts),
        cutouts=options.cutouts,
        photos=options.into_photos or options.backgrounds,
        into_photos=options.into_photos is not None,
    )
    with Progress(options.scenes) as progress:

        def report(name: str) -> None:
            progress.step()
            progress.show(name)

        expressions = write_scenes(
            options.output,
            sources,
            count=options.scenes,
            seed=options.seed,
            jobs=options.jobs,
            preview=options.preview,
            report=report,
        )
    print_line(f"{visible(str(options.output))}: {options.scenes} scenes, {expressions} unambiguous descriptions")
    return ExitCode.FOUND


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not cross or not width.isdecimal() or not height.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no size: give width x height, for instance 640x480")
    return int(width), int(height)
