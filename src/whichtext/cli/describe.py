"""`whichtext describe IMAGE...`: for each text an expression that nobody can mistake for another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from whichtext.cli.batch import read_each
from whichtext.cli.exit_codes import ExitCode, worst_of
from whichtext.cli.options import add_photo_options, make_parser, parse
from whichtext.cli.photos import Source
from whichtext.cli.printing import complain, print_json, print_line, quoted, visible

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory
    from whichtext.scene import Scene

__all__ = ["run"]

NOTES = (
    "A line that ends in (not verified) may be taken for another text: asking for it does not lead back to\n"
    "this text alone."
)


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb: 0 where every photo was described, 2 where one could not be read."""
    parser = make_parser(
        "describe", "Say for each text how to point it out unmistakably.", "IMAGE... [options]", notes=NOTES
    )
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="photo, folder of photos, or - for stdin")
    add_photo_options(parser)
    options = parse(parser, arguments)

    def show(scene: "Scene", source: Source, sources: Sequence[Source]) -> ExitCode:
        descriptions = scene.describe()
        if options.json:
            from whichtext.export.json import description_to_dict
            from whichtext.types import SCHEMA_VERSION

            entries = [description_to_dict(description) for description in descriptions]
            print_json({"source": source.name, "schema_version": SCHEMA_VERSION, "descriptions": entries})
            return ExitCode.FOUND
        prefix = f"{visible(source.name)}: " if len(sources) > 1 else ""
        for description in descriptions:
            doubt = "" if description.verified else "  (not verified)"
            print_line(f"{prefix}{visible(description.expression)}: {quoted(description.text)}{doubt}")
        if not descriptions:
            complain(f"{source.name}: no text")
        return ExitCode.FOUND

    return worst_of(read_each(options, options.images, make_reader, show))
