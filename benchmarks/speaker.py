"""What CRTR would say of a text by beam search, beside the describer: does it lead back to this text? (paper 1, 3.3)

    python benchmarks/speaker.py --data TEXTREF [--photos 40] [--beams 5] [--weights FILE]

Dev photos, scenes of given words, every legible line. Each sentence is asked back of the matcher: whether its first
answer is this text, and whether the answer is "found" with it. The describer tests its expressions with the same
matcher, so its figures are what it promises; those of the speaker are what a network that never hears a listener says.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from whichtext import Reader, Scene, Text
from whichtext.geometry import box_iou
from whichtext.retrieval.crtr.retriever import LikelihoodRetriever


def scenes(data: Path, reader: Reader, count: int) -> Iterator[Scene]:
    """Scenes of the first dev photos."""
    lines = (data / "expressions-dev.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[:count]:
        photo = json.loads(line)
        words = [(text["polygon"], text["string"]) for text in photo["texts"]]
        yield reader.scene(data / photo["file"], words=words)


def leads_back(scene: Scene, words: str, text: Text) -> tuple[bool, bool]:
    """Whether the first answer to a description is a text, and whether it is found for sure."""
    answer = scene.find(words, top_k=1)
    is_first = bool(answer.matches) and box_iou(answer.matches[0].text.box, text.box) > 0.5
    return is_first, is_first and answer.status == "found"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/textref-real"))
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--beams", type=int, default=5)
    parser.add_argument("--weights", type=Path, help="a captioner's ONNX file; by default that of the package")
    parser.add_argument("--show", type=int, default=8, help="sentences that are printed")
    options = parser.parse_args()
    reader, speaker = Reader(retriever="matcher"), LikelihoodRetriever(options.weights)
    rows: dict[str, list[tuple[bool, bool, int]]] = {"CRTR, beam search": [], "describer": []}
    shown = 0
    for scene in scenes(options.data, reader, options.photos):
        encoded = speaker.encode(scene.photo.pixels, scene.content, scene.maps)
        known = dict(zip(encoded.scene.ids, encoded.scene.words, strict=True))
        for description in scene.describe():
            text = description.text
            own = next((row for row, words in known.items() if words == _words(scene, text)), None)
            if not text.text or own is None:
                continue
            said = speaker.speak(encoded, own, beams=options.beams)[0].words
            for name, words in (("CRTR, beam search", said), ("describer", description.expression)):
                rows[name].append((*leads_back(scene, words, text), len(words.split())))
            if shown < options.show:
                print(f"{text.text[:30]!r:34} {said!r} | {description.expression!r}")
                shown += 1
    for name, values in rows.items():
        first, found, length = np.mean(values, axis=0)
        print(f"{name:18} {len(values)} lines: first answer {first:.3f}, found {found:.3f}, {length:.1f} words")


def _words(scene: Scene, text: Text) -> frozenset[int]:
    """Ids of the words of a text."""
    if text.level == "word":
        return frozenset([text.id])
    return frozenset().union(*(_words(scene, scene.texts[part]) for part in text.parts))


if __name__ == "__main__":
    main()
