"""`whichtext redact IMAGE... QUERY -o OUT`: cover the text that a description means, irreversibly."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whichtext.cli.batch import read_each
from whichtext.cli.exit_codes import ExitCode, worst_of
from whichtext.cli.options import add_photo_options, make_parser, parse, split_query
from whichtext.cli.photos import Source, output_path
from whichtext.cli.printing import complain, print_json, print_line, visible
from whichtext.errors import OutputError

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory
    from whichtext.scene import Scene

__all__ = ["run"]

NOTES = (
    "Fails closed: where the description fits no text (4) or several (5), no picture is written.\n"
    "With many photos OUT is a folder, and the exit code is the worst of all: 2, else 5, else 4; 0 only where every\n"
    "photo was redacted. Look at the result before you publish it: a text that was not found is not covered."
)


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb; the exit code is that of `worst_of` over the photos."""
    parser = make_parser(
        "redact",
        "Cover the text that a description means.",
        "IMAGE... QUERY (-o OUT | --in-place) [options]",
        notes=NOTES,
    )
    parser.add_argument(
        "positionals", nargs="+", metavar="IMAGE... QUERY", help="photos, folders or - for stdin; then the description"
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("-o", "--output", metavar="OUT", help="picture to write; a folder for many photos")
    target.add_argument("--in-place", action="store_true", help="overwrite the photos themselves")
    parser.add_argument("--all-matches", action="store_true", help="cover every text that may be meant")
    parser.add_argument(
        "--audit", type=Path, metavar="FILE", help="write what was covered, without its text, as JSON Lines"
    )
    parser.add_argument("--audit-query", action="store_true", help="let the audit name the description too")
    add_photo_options(parser)
    options = parse(parser, arguments)
    images, query = split_query(parser, options.positionals)
    audits: list[dict[str, Any]] = []

    def cover(scene: "Scene", source: Source, sources: Sequence[Source]) -> ExitCode:
        redaction = scene.redact(query, all_matches=options.all_matches, audit_query=options.audit_query)
        output = _output(options.output, source, sources)
        audit = {"source": source.name, "saved": str(output), **redaction.save(output, in_place=options.in_place)}
        audits.append(audit)
        if options.json:
            print_json(audit)
        else:
            covered = "1 text" if len(audit["regions"]) == 1 else f"{len(audit['regions'])} texts"
            print_line(f"{visible(source.name)}: covered {covered} in {visible(str(output))}")
        if audit["same_text_elsewhere"]:
            complain(f"{source.name}: the same text stands in {audit['same_text_elsewhere']} more places, not covered")
        return ExitCode.FOUND

    code = worst_of(read_each(options, images, make_reader, cover))
    if options.audit is not None and not _write_audit(options.audit, audits):
        return ExitCode.BAD_INPUT
    return code


def _output(target: str | None, source: Source, sources: Sequence[Source]) -> Path:
    """Where the covered photo goes: `target`, a file in it, or (None) the photo itself."""
    if target is not None:
        return output_path(target, source, sources, suffix=".png")
    if source.name == "-":
        raise OutputError("a photo from stdin cannot be overwritten; name a file with -o")
    return Path(source.name)


def _write_audit(path: Path, audits: Sequence[dict[str, Any]]) -> bool:
    try:
        path.write_text("".join(json.dumps(audit) + "\n" for audit in audits), encoding="utf-8")
    except OSError as error:
        complain(f"the audit {str(path)!r} cannot be written: {error.strerror or error}")
        return False
    return True
