"""`whichtext read IMAGE...`: every text of the photos."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from whichtext.cli.batch import read_each
from whichtext.cli.exit_codes import ExitCode, worst_of
from whichtext.cli.options import add_photo_options, make_parser, parse
from whichtext.cli.photos import Source, output_path
from whichtext.cli.printing import complain, print_json, print_line, quoted, visible, where

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory
    from whichtext.scene import Scene

__all__ = ["run"]


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb: 0 where every photo was read (a photo without text too), 2 where one could not be."""
    parser = make_parser(
        "read", "Read every text of the photos: lines, where they are and what they are on.", "IMAGE... [options]"
    )
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="photo, folder of photos, or - for stdin")
    parser.add_argument(
        "--level", choices=("word", "line", "block"), default="line", help="what to list (default: %(default)s)"
    )
    parser.add_argument(
        "--save", metavar="PATH", help="draw the texts on a copy: a picture, or a folder for many photos"
    )
    add_photo_options(parser)
    options = parse(parser, arguments)

    def show(scene: "Scene", source: Source, sources: Sequence[Source]) -> ExitCode:
        if options.save is not None:
            from whichtext.drawing import draw_scene, save_picture

            save_picture(
                draw_scene(scene.photo, scene.content), output_path(options.save, source, sources, suffix=".png")
            )
        if options.json:
            print_json({"source": source.name, **scene.to_dict()})
            return ExitCode.FOUND
        photo = scene.content.photo
        prefix = f"{visible(source.name)}: " if len(sources) > 1 else ""
        shown = [text for text in scene.texts if text.level == options.level]
        for text in shown:
            print_line(f"{prefix}{quoted(text)}  ({where(text, photo)}, score {text.score:.2f})")
        if not shown:
            complain(f"{source.name}: no text")
        if photo.downscaled:
            complain(
                f"{source.name}: text was looked for at {photo.analysis_scale:.2f} of its size;"
                " tiny text may be missed (--max-side)"
            )
        return ExitCode.FOUND

    return worst_of(read_each(options, options.images, make_reader, show))
