"""`whichtext doctor`: what is installed, whether the weights are whole, what the processor can do, does it read."""

import os
import platform
import time
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whichtext import __version__
from whichtext.cli.batch import was_interrupted
from whichtext.cli.exit_codes import ExitCode
from whichtext.cli.options import add_engine_options, make_parser, parse
from whichtext.cli.printing import complain, print_json, print_line, visible
from whichtext.errors import UnknownComponent, WhichtextError

if TYPE_CHECKING:
    from whichtext.cli import ReaderFactory

__all__ = ["EXAMPLE_QUERY", "EXAMPLE_READING", "run"]

PACKAGES = ("numpy", "Pillow", "onnxruntime", "scipy", "rapidfuzz", "safetensors")

EXAMPLE_QUERY = "the phone number on the white van"
EXAMPLE_READING = "555 0142"
"""What the self-test asks of the example picture, and what the answer must say."""

CPU_FLAGS = ("avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimd", "asimddp", "sve")
"""Processor features that decide how fast the networks run."""


def run(arguments: Sequence[str], make_reader: "ReaderFactory") -> ExitCode:
    """Run the verb: 0 where all is well, 1 where weights are damaged or the self-test fails."""
    parser = make_parser("doctor", "Check versions, weights and processor, and read the example picture.", "[options]")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    add_engine_options(parser)
    options = parse(parser, arguments)
    weights = _weights()
    report: dict[str, Any] = {
        "schema_version": 1,
        "versions": _versions(),
        "processor": _processor(),
        "weights": weights,
    }
    code = ExitCode.FOUND if weights and all(entry["whole"] for entry in weights) else ExitCode.FAILED
    try:
        report["self_test"] = _self_test(lambda: make_reader(options))
    except UnknownComponent as error:
        complain(str(error))
        return ExitCode.BAD_INPUT
    except Exception as error:  # whatever is broken here is what the doctor was called for
        if was_interrupted(error):
            raise KeyboardInterrupt from error
        if not isinstance(error, WhichtextError):
            traceback.print_exception(error)
        report["self_test"] = {"passed": False, "error": {"type": type(error).__name__, "message": str(error)}}
    if not report["self_test"]["passed"]:
        code = ExitCode.FAILED
    report["well"] = code is ExitCode.FOUND
    if options.json:
        print_json(report)
    else:
        _print_report(report)
    return code


def _versions() -> dict[str, str | None]:
    versions: dict[str, str | None] = {
        "whichtext": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = None
    return versions


def _processor() -> dict[str, Any]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    name, flags = _cpu_name_and_flags()
    return {
        "machine": platform.machine(),
        "name": name,
        "cores": os.cpu_count(),
        "usable_cores": usable,
        "flags": [flag for flag in CPU_FLAGS if flag in flags],
    }


def _cpu_name_and_flags() -> tuple[str | None, frozenset[str]]:
    """Linux tells both; elsewhere the name is what Python knows and the flags stay empty."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or None, frozenset()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = facts.get("flags") or facts.get("Features") or ""
    return facts.get("model name"), frozenset(flags.split())


def _weights() -> list[dict[str, Any]]:
    from whichtext.weights import list_weights, load_bytes

    entries = []
    try:
        files = list_weights()
    except WhichtextError as error:
        return [{"name": "manifest.json", "whole": False, "problem": str(error)}]
    for file in files:
        entry: dict[str, Any] = {
            "name": file.name,
            "bytes": file.bytes,
            "licence": file.licence,
            "origin": file.origin,
            "purpose": file.purpose,
            "sha256": file.sha256,
        }
        try:
            load_bytes(file.name)
            entries.append({**entry, "whole": True})
        except WhichtextError as error:
            entries.append({**entry, "whole": False, "problem": str(error)})
    return entries


def _self_test(make_reader: Any) -> dict[str, Any]:
    from whichtext.examples import street_path

    start = time.perf_counter()
    reader = make_reader()
    loaded = time.perf_counter()
    scene = reader.read(str(street_path()))
    was_read = time.perf_counter()
    answer = scene.find(EXAMPLE_QUERY)
    answered = time.perf_counter()
    reading = answer.best.text if answer.best is not None else None
    passed = answer.status == "found" and reading is not None and _digits(reading) == _digits(EXAMPLE_READING)
    return {
        "passed": passed,
        "query": EXAMPLE_QUERY,
        "status": answer.status,
        "reading": reading,
        "expected": EXAMPLE_READING,
        "texts": len(scene.texts),
        "seconds": {
            "load": round(loaded - start, 3),
            "read": round(was_read - loaded, 3),
            "find": round(answered - was_read, 3),
        },
    }


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _print_report(report: dict[str, Any]) -> None:
    for name, version in report["versions"].items():
        print_line(f"{name:12} {version or 'MISSING'}")
    processor = report["processor"]
    flags = " ".join(processor["flags"]) or "flags unknown"
    print_line(f"{'processor':12} {processor['name'] or processor['machine']}")
    print_line(f"{'cores':12} {processor['usable_cores']} usable of {processor['cores']}; {flags}")
    for entry in report["weights"]:
        if entry["whole"]:
            print_line(f"weights      {entry['name']}: whole, {entry['bytes'] / 1e6:.1f} MB, {entry['licence']}")
        else:
            print_line(f"weights      {entry['name']}: NOT WHOLE: {visible(entry['problem'])}")
    if not report["weights"]:
        print_line("weights      NONE: the manifest is empty")
    test = report["self_test"]
    if "error" in test:
        print_line(f"self-test    FAILED: {visible(test['error']['message'])}")
    else:
        seconds = test["seconds"]
        times = f"load {seconds['load']:.2f} s, read {seconds['read']:.2f} s, find {seconds['find']:.3f} s"
        said = visible(test["reading"] or test["status"])
        print_line(f"self-test    {'passed' if test['passed'] else 'FAILED'}: {test['query']} says {said}; {times}")
    print_line("all is well" if report["well"] else "NOT well")
