"""Read many photos once and keep what was seen, one JSON object a line: {"image_id", "scene"}.

    python tools/cache_scenes.py --data TEXTREF --split train --words given --output cache/scenes-given.jsonl

`--words given` builds the scenes from the annotated words, `--words read` from the photo alone; photos of fewer than
`--least-words` annotated words are left out. With `--judges FOLDER`, filled by `tools/train_context.py`, photos are
looked at by judges that have not learned from them, as new photos will be. Resumes where it stopped.
"""

import argparse
import json
from pathlib import Path

from unseen_judges import UnseenJudges
from whichtext.export.json import content_to_dict
from whichtext.reader import Reader


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the TextRef JSON Lines")
    parser.add_argument("--split", choices=("train", "dev"), default="train")
    parser.add_argument("--words", choices=("given", "read"), required=True)
    parser.add_argument("--least-words", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--judges", type=Path, help="folder of judges that have not seen each part of the photos")
    parser.add_argument("--part", default="0/1", help="K/N: only photos number K, K + N, ... of the file")
    options = parser.parse_args()
    first, step = map(int, options.part.split("/"))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    lines = options.output.read_text(encoding="utf-8").splitlines() if options.output.exists() else []
    done = {json.loads(line)["image_id"] for line in lines if line.endswith("}")}
    reader = Reader(threads=options.threads)
    judges = UnseenJudges(options.judges, threads=options.threads) if options.judges else None
    with options.output.open("a", encoding="utf-8") as output:
        rows = (options.data / f"expressions-{options.split}.jsonl").read_text(encoding="utf-8").splitlines()
        for line in rows[first::step]:
            photo = json.loads(line)
            if photo["image_id"] in done or len(photo["texts"]) < options.least_words:
                continue
            if judges is not None:
                reader = reader.looking_with(judges.engine_for(photo["image_id"]))
            path = options.data / photo["file"]
            if options.words == "given":
                scene = reader.scene(path, words=[(text["polygon"], text["string"]) for text in photo["texts"]])
            else:
                scene = reader.read(path)
            output.write(
                json.dumps({"image_id": photo["image_id"], "scene": content_to_dict(scene.content)}, ensure_ascii=False)
                + "\n"
            )
            output.flush()


if __name__ == "__main__":
    main()
