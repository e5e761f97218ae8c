"""Retrieval on the dev photos of TextRef: which text does a natural description mean?

    python benchmarks/retrieval.py --data TEXTREF [--retriever rules] [--json FILE]

The same as `whichtext evaluate retrieval textref TEXTREF --split dev`, once with given words and once with the photo
alone, beside the bars of the foundation. Scoring as the data set says: an answer is right when the IoU of its box with
the union of the target's words exceeds 0.5.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whichtext import defaults
from whichtext.evaluation.report.markdown import to_text
from whichtext.evaluation.tasks.engines import EngineNames
from whichtext.evaluation.tasks.photos import Selection
from whichtext.evaluation.tasks.retrieval import RetrievalTask, Words, target_box
from whichtext.evaluation.tasks.running import TaskRun, run_task

SETTINGS: dict[Words, str] = {"given": "given words", "read": "photo alone"}
BARS: dict[tuple[Words, str], float] = {
    ("given", "top_1"): 0.36,
    ("read", "top_1"): 0.24,
    ("read", "top_5"): 0.45,
    ("given", "abstention_auroc"): 0.65,
}
"""Least values of the foundation."""


def measure(
    data: Path,
    words: Words,
    *,
    retriever: str = defaults.RETRIEVER,
    limit: int | None = None,
    jobs: int = 2,
    threads: int = 1,
) -> TaskRun:
    """Ask every query of the dev photos. `data`: the folder of TextRef."""
    return run_task(
        RetrievalTask(words, tuple(dict.fromkeys((retriever, "rules")))),
        Selection("textref", data, split="dev", limit=limit),
        EngineNames(retriever=retriever, threads=threads),
        jobs=jobs,
    )


def figure(run: TaskRun, key: str) -> float | None:
    """`top_1`, `top_5` over queries, or `abstention_auroc`, of the first retriever."""
    assert isinstance(run.task, RetrievalTask)
    value = run.figures["systems"][run.task.retrievers[0]][key]
    if value is None:
        return None
    return float(value["over_queries"] if isinstance(value, dict) else value)


def errors_of(run: TaskRun, setting: str) -> Iterator[dict[str, Any]]:
    """Every query with its answers and what they are worth."""
    assert isinstance(run.task, RetrievalTask)
    for photo in run.photos:
        expressions = {expression.id: expression for expression in photo.record.expressions}
        for row in run.outcomes[photo.name]["queries"]:
            expression, answer = expressions[row["id"]], row["answers"][run.task.retrievers[0]]
            if expression.status != "found":
                continue
            yield {
                "setting": setting,
                "image_id": photo.name,
                "query": expression.raw,
                "wanted": expression.reading,
                "target": target_box(expression.text_ids, photo.record),
                "status": answer["status"],
                "hits": answer["hits"],
                "reachable": row["reachable"],
                "answers": [(text, round(score, 3), box) for text, score, box in answer["texts"]],
            }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/textref-real"))
    parser.add_argument("--retriever", default=defaults.RETRIEVER)
    parser.add_argument("--words", choices=tuple(SETTINGS), help="one setting only")
    parser.add_argument("--threads", type=int, default=1, help="of each worker")
    parser.add_argument("--jobs", type=int, default=2, help="workers")
    parser.add_argument("--limit", type=int, default=None, help="first so many photos only")
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument(
        "--errors", type=Path, default=None, help="write every query with its rank and reading, JSON Lines"
    )
    options = parser.parse_args()
    report: dict[str, Any] = {"retriever": options.retriever}
    errors: list[dict[str, Any]] = []
    for words, setting in SETTINGS.items():
        if options.words not in (None, words):
            continue
        run = measure(
            options.data,
            words,
            retriever=options.retriever,
            limit=options.limit,
            jobs=options.jobs,
            threads=options.threads,
        )
        report[setting] = run.to_dict()
        errors.extend(errors_of(run, setting))
        for table in run.task.tables(run.figures):
            print(f"\n{to_text(table)}")
        for (own, key), bar in BARS.items():
            value = figure(run, key)
            if own == words and value is not None:
                print(f"  {key}: {value:.3f}, bar {bar:.3f}: {'kept' if value >= bar else 'MISSED'}")
        print(f"  a question: median {1000 * run.seconds['question_median']:.1f} ms")
    if options.json is not None:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if options.errors is not None:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in errors)
        options.errors.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
