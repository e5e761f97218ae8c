"""The rules of the house, read off the source: which way imports point, and what may be imported and written."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "whichtext"
MODULES = sorted(PACKAGE.rglob("*.py"))

LAYERS: tuple[tuple[str, ...], ...] = (
    (
        *(
            "types",
            "errors",
            "defaults",
            "geometry",
            "image",
            "image_header",
            "crops",
            "weights",
            "feature_maps",
            "sentences",
            "wordpieces",
        ),
        "examples",
    ),
    ("localization", "recognition", "context", "retrieval", "description"),
    ("reader", "scene"),
    ("redaction", "drawing", "export", "output"),
    ("cli", "batch", "server", "networks", "training", "data", "evaluation"),
)
"""Each may import what stands in its own row or in a row before it; nothing imports the last row."""
LAYER_OF = {part: number for number, layer in enumerate(LAYERS) for part in layer}
STEPS = LAYERS[1]

CONVENIENCE = {
    ("scene", "redaction"),  # Scene.redact
    ("scene", "export"),  # Scene.to_dict
    ("types", "export"),  # Answer.to_dict
}
"""Documented convenience methods may look up the row: inside the method, or for a type annotation."""

TRAINING = ("networks", "training")
"""What runs for no user: may import what the `train` extra brings, and nothing else may import these."""
TRAINING_DEPENDENCIES = {"torch", "onnx", "sklearn"}
DEPENDENCIES = {"numpy", "onnxruntime", "PIL", "rapidfuzz", "safetensors", "scipy"}
FORBIDDEN_IMPORTS = {
    *("pickle", "dill", "marshal", "shelve", "cloudpickle", "joblib", "torch", "cv2", "yaml"),
    *("socket", "urllib", "http", "ftplib", "requests", "httpx", "smtplib"),
}
FORBIDDEN_NAMES = {"utils", "misc", "helpers", "common", "base"}


def part_of(path: Path) -> str:
    """Name of a file's or folder's place in `LAYERS`; empty for the package's own `__init__` and `__main__`."""
    inside = path.relative_to(PACKAGE)
    name = inside.parts[0] if len(inside.parts) > 1 else inside.stem
    return "" if name in {"__init__", "__main__"} else name


def imported(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Every imported module and whether the import stands at the top level of the file, outside `if TYPE_CHECKING`."""
    eager = set(_eager(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node in eager
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or "", node in eager
            if node.module == "whichtext":
                for alias in node.names:
                    yield f"whichtext.{alias.name}", node in eager


def _eager(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _eager(child)


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.fixture(scope="module", params=MODULES, ids=relative)
def module(request) -> tuple[Path, ast.Module]:
    return request.param, ast.parse(request.param.read_text(encoding="utf-8"))


def test_every_part_of_the_package_has_a_layer() -> None:
    assert {part_of(path) for path in MODULES} - {""} <= set(LAYER_OF)


def test_arrows_point_one_way(module) -> None:
    path, tree = module
    part = part_of(path)
    if not part:
        return
    for name, is_eager in imported(tree):
        target = name.split(".")[1] if name.startswith("whichtext.") else ""
        if target not in LAYER_OF or target == part:
            continue
        if (part, target) in CONVENIENCE and not is_eager:
            continue
        assert LAYER_OF[target] <= LAYER_OF[part], f"{relative(path)} must not import {name}"


def test_steps_know_each_other_only_by_protocol(module) -> None:
    path, tree = module
    part = part_of(path)
    if part not in STEPS:
        return
    for name, _ in imported(tree):
        pieces = name.split(".")
        if pieces[0] == "whichtext" and len(pieces) > 1 and pieces[1] in STEPS and pieces[1] != part:
            assert pieces[2:] == ["protocol"], f"{relative(path)} must not import {name}"


def test_only_the_dependencies_are_imported(module) -> None:
    path, tree = module
    extra = TRAINING_DEPENDENCIES if part_of(path) in TRAINING else set()
    for name, _ in imported(tree):
        root = name.split(".")[0]
        known = {"whichtext", *DEPENDENCIES, *extra}
        assert root in known or root in sys.stdlib_module_names, f"{relative(path)}: {name}"
        assert root not in FORBIDDEN_IMPORTS - extra, f"{relative(path)} must not import {name}"


def test_nothing_that_runs_imports_the_training(module) -> None:
    path, tree = module
    if part_of(path) in TRAINING:
        return
    names = {name for name, _ in imported(tree)}
    assert not {name for name in names if name.startswith(tuple(f"whichtext.{part}" for part in TRAINING))}


def test_dependencies_are_those_of_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {requirement.split(">")[0].strip() for requirement in project["dependencies"]}
    assert declared == {"Pillow" if name == "PIL" else name for name in DEPENDENCIES}
    extra = project["optional-dependencies"]["train"]
    train = {requirement.split(">")[0].strip() for requirement in extra}
    assert train == {"scikit-learn" if name == "sklearn" else name for name in TRAINING_DEPENDENCIES}


def test_nothing_dangerous_is_called(module) -> None:
    path, tree = module
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        assert name not in {"eval", "exec", "compile", "__import__"}, f"{relative(path)} calls {name}"
        for keyword in node.keywords:
            is_true = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            assert not (keyword.arg in {"shell", "allow_pickle", "trust_remote_code"} and is_true), relative(path)


def test_only_the_command_line_prints(module) -> None:
    path, tree = module
    calls = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert part_of(path) == "cli" or "print" not in calls


def test_no_error_is_swallowed(module) -> None:
    path, tree = module
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            is_wide = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            )
            is_silent = all(isinstance(statement, ast.Pass) for statement in node.body)
            assert not (is_wide and is_silent), f"{relative(path)}:{node.lineno}"


def test_every_module_says_what_it_is(module) -> None:
    path, tree = module
    assert ast.get_docstring(tree), relative(path)


def test_files_are_named_after_ideas() -> None:
    assert not [relative(path) for path in MODULES if path.stem in FORBIDDEN_NAMES]


def test_library_reads_no_environment(module) -> None:
    path, tree = module
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert part_of(path) == "cli" or not names & {"environ", "getenv"}


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after running `code`."""
    script = f"import sys\n{code}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.splitlines()[-1].split())


def test_import_loads_no_numerical_library() -> None:
    assert not loaded_by("import whichtext") & DEPENDENCIES


@pytest.mark.parametrize("verb", [[], ["read"], ["find"], ["describe"], ["redact"], ["evaluate"], ["doctor"]])
def test_help_loads_no_numerical_library(verb: list[str]) -> None:
    assert not loaded_by(f"from whichtext.cli import main; main({[*verb, '--help']!r})") & DEPENDENCIES


def test_every_public_name_exists_and_is_listed() -> None:
    import whichtext

    assert set(whichtext.__all__) <= set(dir(whichtext))
    for name in whichtext.__all__:
        assert getattr(whichtext, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        whichtext.reed  # noqa: B018


def test_version_is_that_of_the_project_file() -> None:
    import whichtext

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert whichtext.__version__ == project["version"]
