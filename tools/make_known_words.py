"""Make the list of known words of the package out of word lists of SCOWL, as Debian packs them.

    python tools/make_known_words.py /usr/share/dict/american-english /usr/share/dict/british-english \
        --copyright /usr/share/doc/wamerican/copyright

Kept are words of three letters or more, without signs; small letters without accents, sorted. The copyright notice
stands at the head of the file, as its licence asks.
"""

import argparse
from pathlib import Path

from register_weights import WEIGHTS, register
from whichtext.recognition.known_words import LEAST_LETTERS, WORD_FILE
from whichtext.recognition.lexicon import fold


def words_of(path: Path) -> set[str]:
    """The words of a list, one a line, that may vouch for a reading."""
    folded = (fold(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
    return {word for word in folded if word.isalpha() and len(word) >= LEAST_LETTERS}


def notice_of(path: Path) -> list[str]:
    """The notice of SCOWL as comments."""
    text = path.read_text(encoding="utf-8")
    start, end = text.index("The collective work is Copyright"), text.index("Alan Beale")
    return [f"# {line.strip()}".rstrip() for line in text[start:end].strip().splitlines()]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path, nargs="+")
    parser.add_argument("--copyright", type=Path, required=True, help="Debian's copyright file of the lists")
    options = parser.parse_args()
    words = sorted(set().union(*map(words_of, options.lists)))
    head = ["# Words of SCOWL (Spell Checker Oriented Word Lists), folded.", "#", *notice_of(options.copyright)]
    (WEIGHTS / WORD_FILE).write_text("\n".join([*head, *words]) + "\n", encoding="utf-8")
    register(
        WORD_FILE,
        purpose="recognition: words that vouch for a doubtful reading",
        origin="SCOWL by Kevin Atkinson, Debian packages wamerican and wbritish 2020.12.07",
        licence="SCOWL (permissive; the notice stands in the file)",
        command="python tools/make_known_words.py /usr/share/dict/american-english /usr/share/dict/british-english "
        "--copyright /usr/share/doc/wamerican/copyright",
        data="none",
    )
    print(f"{len(words)} words, {(WEIGHTS / WORD_FILE).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
