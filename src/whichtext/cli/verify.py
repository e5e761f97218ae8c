"""`whichtext verify IMAGE... STRING`: does a given string stand in the photo?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from whichtext.cli.batch import read_each
from whichtext.cli.exit_codes import ExitCode, best_of
from whichtext.cli.options import add_photo_options, make_parser, parse, split_query
from whichtext.cli.photos import Source
from whichtext.cli.printing import print_json, print_line, quoted, visible, where

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory
    from whichtext.scene import Scene

__all__ = ["run"]

NOTES = (
    "With many photos the exit code is 2 if any photo could not be read, else 0 if the string stands in any, else 4.\n"
    "Case, accents, spaces and signs that the STRING does not hold do not count."
)


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb; the exit code is that of `best_of` over the photos."""
    parser = make_parser(
        "verify", "Say how likely a string stands in the photos, and where.", "IMAGE... STRING [options]", notes=NOTES
    )
    parser.add_argument(
        "positionals", nargs="+", metavar="IMAGE... STRING", help="photos, folders or - for stdin; then the string"
    )
    add_photo_options(parser)
    options = parse(parser, arguments)
    images, string = split_query(parser, options.positionals)

    def show(scene: "Scene", source: Source, sources: Sequence[Source]) -> ExitCode:
        verification = scene.verify(string)
        prefix = f"{visible(source.name)}: " if len(sources) > 1 else ""
        if options.json:
            from whichtext.export.json import verification_to_dict

            print_json({"source": source.name, **verification_to_dict(verification)})
        elif verification.found and verification.text is not None:
            text, chance = verification.text, verification.probability
            print_line(f"{prefix}{quoted(text)}  ({where(text, scene.content.photo)}, probability {chance:.2f})")
        else:
            print_line(f"{prefix}none (probability {verification.probability:.2f})")
        return ExitCode.FOUND if verification.found else ExitCode.NONE

    return best_of(read_each(options, images, make_reader, show))
