"""The loop over photos that every verb shares: one bad photo is reported and never stops the rest."""

import argparse
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import make_lexicon, make_limits
from whichtext.cli.photos import Source, list_sources
from whichtext.cli.printing import complain, print_json
from whichtext.cli.progress import Progress
from whichtext.errors import InputError, NoMatch, OutputError, RedactionRefused, WhichtextError

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory
    from whichtext.scene import Scene

__all__ = ["read_each", "was_interrupted"]

Work = Callable[["Scene", Source, Sequence[Source]], ExitCode]
"""What a verb does with one scene: (scene, its source, all sources) to an exit code."""


def read_each(
    options: argparse.Namespace, images: Sequence[str], make_reader: "ReaderFactory", work: Work
) -> list[ExitCode]:
    """Read every photo that `images` names and let `work` answer; one exit code a photo, in order."""
    sources = list_sources(images)
    if sum(source.name == "-" for source in sources) > 1:
        complain("stdin (-) can be read only once")
        return [ExitCode.BAD_INPUT]
    try:
        reader = make_reader(options)
        limits = make_limits(options)
        lexicon = make_lexicon(options)
    except WhichtextError as error:
        complain(str(error))
        return [_code_of(error)]
    except Exception as error:
        if was_interrupted(error):
            raise KeyboardInterrupt from error
        raise
    codes = []
    with Progress(len(sources)) as progress:
        for source in sources:
            progress.show(source.name)
            try:
                scene = reader.read(
                    source.open(), limits=limits, max_side=options.max_side, lexicon=lexicon, boost=options.boost
                )
                progress.clear()
                codes.append(work(scene, source, sources))
            except BrokenPipeError:
                raise
            except Exception as error:
                progress.clear()
                if was_interrupted(error):
                    raise KeyboardInterrupt from error
                codes.append(_report(error, source, as_json=options.json))
            progress.step()
    return codes


def was_interrupted(error: BaseException | None) -> bool:
    """Whether an error goes back to Ctrl-C: a compiled module that it hits while loading makes it an ImportError."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _report(error: Exception, source: Source, *, as_json: bool) -> ExitCode:
    """Tell what went wrong with one photo; what is not one of our own errors is a bug and comes with its traceback."""
    code = _code_of(error)
    if code is ExitCode.FAILED and not isinstance(error, WhichtextError):
        traceback.print_exception(error)
    message = str(error) or type(error).__name__
    if as_json:
        print_json({"source": source.name, "error": {"type": type(error).__name__, "message": message}})
    complain(f"{source.name}: {message}")
    return code


def _code_of(error: Exception) -> ExitCode:
    if isinstance(error, NoMatch):
        return ExitCode.NONE
    if isinstance(error, RedactionRefused):
        return ExitCode.AMBIGUOUS
    if isinstance(error, InputError | OutputError | OSError):
        return ExitCode.BAD_INPUT
    return ExitCode.FAILED
