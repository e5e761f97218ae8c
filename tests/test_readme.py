"""The README keeps its promises: two commands, files that exist, the same words as the script that runs them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)


def fresh_machine_commands() -> list[str]:
    """The shell blocks before the first section."""
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", README.split("\n## ")[0], flags=re.DOTALL)]


def test_readme_has_exactly_two_commands_for_a_fresh_machine() -> None:
    commands = fresh_machine_commands()
    assert len(commands) == 2
    assert all("\n" not in command for command in commands)


def test_first_command_uses_the_example_that_ships() -> None:
    from whichtext.cli.doctor import EXAMPLE_QUERY

    command, _ = fresh_machine_commands()
    (path,) = re.findall(r"\S+\.jpg", command)
    assert (ROOT / path).is_file()
    assert f'"{EXAMPLE_QUERY}"' in command


def test_ci_runs_the_second_command_word_for_word_and_last() -> None:
    _, command = fresh_machine_commands()
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(command)


def test_example_picture_is_small() -> None:
    assert (ROOT / "src" / "whichtext" / "examples" / "street.jpg").stat().st_size <= 250_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_the_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    assert not [target for target in targets if "://" not in target and not (document.parent / target).exists()]


NAMED_FILE = re.compile(
    r"`((?:tests|tools|benchmarks|docs|src|localization|recognition|retrieval|context)/[\w./]+\.\w+)`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_the_documents_name_exist(document: Path) -> None:
    named = NAMED_FILE.findall(document.read_text(encoding="utf-8"))
    places = (ROOT, ROOT / "src" / "whichtext")
    assert not [name for name in named if not any((place / name).exists() for place in places)]
