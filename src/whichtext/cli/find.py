"""`whichtext find IMAGE... QUERY`: the text that a description means."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from whichtext.cli.batch import read_each
from whichtext.cli.exit_codes import ExitCode, best_of
from whichtext.cli.options import add_answer_options, add_photo_options, make_parser, parse, split_query
from whichtext.cli.photos import Source, output_path
from whichtext.cli.printing import complain, print_json, print_line, quoted, visible, where

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory
    from whichtext.scene import Scene
    from whichtext.types import Answer, PhotoInfo

__all__ = ["STATUS_CODES", "run"]

STATUS_CODES = {"found": ExitCode.FOUND, "ambiguous": ExitCode.AMBIGUOUS, "none": ExitCode.NONE}

NOTES = (
    "With many photos the exit code is 2 if any photo could not be read, else 0 if the text was found in any,\n"
    "else 5 if it was ambiguous in any, else 4."
)


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb; the exit code is that of `best_of` over the photos."""
    parser = make_parser("find", "Find the text that a description means.", "IMAGE... QUERY [options]", notes=NOTES)
    parser.add_argument(
        "positionals", nargs="+", metavar="IMAGE... QUERY", help="photos, folders or - for stdin; then the description"
    )
    parser.add_argument(
        "--save", metavar="PATH", help="draw the answer on a copy: a picture, or a folder for many photos"
    )
    add_answer_options(parser)
    add_photo_options(parser)
    options = parse(parser, arguments)
    images, query = split_query(parser, options.positionals)

    def show(scene: "Scene", source: Source, sources: Sequence[Source]) -> ExitCode:
        answer = scene.find(query, top_k=options.top_k)
        if options.save is not None:
            from whichtext.drawing import draw_answer, save_picture

            save_picture(
                draw_answer(scene.photo, scene.content, answer),
                output_path(options.save, source, sources, suffix=".png"),
            )
        if options.json:
            from whichtext.export.json import answer_to_dict

            print_json({"source": source.name, **answer_to_dict(answer)})
        else:
            _print_answer(answer, scene.content.photo, prefix=f"{visible(source.name)}: " if len(sources) > 1 else "")
            for note in answer.notes:
                complain(f"{source.name}: {note}")
        return STATUS_CODES[answer.status]

    return best_of(read_each(options, images, make_reader, show))


def _print_answer(answer: "Answer", photo: "PhotoInfo", *, prefix: str) -> None:
    if answer.status == "found" and answer.best is not None:
        print_line(
            f"{prefix}{quoted(answer.best)}  ({where(answer.best, photo)}, probability {answer.matches[0].score:.2f})"
        )
    elif answer.status == "ambiguous":
        print_line(f"{prefix}ambiguous. {visible(answer.question or 'Which one?')}")
        scores = {match.text.id: match.score for match in answer.matches}
        for number, rival in enumerate(answer.rivals, start=1):
            score = f", probability {scores[rival.id]:.2f}" if rival.id in scores else ""
            print_line(f"{prefix}  {number}. {quoted(rival)}  ({where(rival, photo)}{score})")
    else:
        print_line(f"{prefix}none: no text fits (probability {answer.none_score:.2f})")
