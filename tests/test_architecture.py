"""Arrows between the rooms go downwards only; nothing of one exercise is in the code."""

import ast
import re
import tomllib

import pytest
from shared import ROOT

PACKAGE = ROOT / "grader"
BELOW = {
    "cli": {"reports", "exchange", "trials", "marking", "solver", "schemas", "expressions"},
    "reports": {"schemas", "expressions"},  # pages print formulas in MathML, from the tree
    "exchange": {"schemas"},
    "trials": {"marking", "solver", "schemas", "expressions"},
    "marking": {"solver", "schemas", "expressions"},
    "solver": {"schemas", "expressions"},
    "schemas": {"expressions"},
    "expressions": set(),
}
_OF_CLI = {"keyring", "option_values", "engine", "terminal"}
BELOW_IN = {  # the groups of a room, and what of the room each may import; what stands beside them may all
    "cli": {
        "commands": {"options", "jobs", "drafting", "hand_ins", "ways_out", *_OF_CLI},
        "jobs": {"drafting", "hand_ins", "handouts", "ways_out", *_OF_CLI},
        "engine": {"keyring", "option_values", "terminal"},
        "terminal": set(),
    },
    "exchange": {
        "answer_keys": {"handins", "findings"},
        "handins": {"people", "tables", "printout", "findings", "last_net"},
        "forms": {"tables"},
        "people": {"findings", "csv_text", "small_file"},
        "tables": {"findings", "csv_text"},
        "printout": {"findings"},
        "gradebook": {"csv_text", "small_file"},
        "findings": set(),
    },
    "marking": {
        "readings": {"diagnosis", "lines", "sheets"},
        "wording": {"diagnosis", "lines", "sheets"},
        "diagnosis": {"lines", "sheets"},
        "lines": {"sheets"},
        "formulas": set(),
        "sheets": set(),
    },
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path):
    """Yield every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the arrow"
            yield node.module


def room_of(path):
    return path.relative_to(PACKAGE).parts[0]


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.parent != PACKAGE], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_arrows_go_downwards(path):
    room = room_of(path)
    for module in imports(path):
        if module.startswith("grader."):
            other = module.split(".")[1]
            assert other == room or other in BELOW[room], f"{room} must not import {other}"


@pytest.mark.parametrize(("room", "group"), [(room, group) for room in BELOW_IN for group in BELOW_IN[room]])
def test_arrows_between_the_groups_of_a_room_go_downwards(room, group):
    for path in (PACKAGE / room / group).glob("*.py"):
        for module in imports(path):
            if module.startswith(f"grader.{room}."):
                other = module.split(".")[2]
                assert other == group or other in BELOW_IN[room][group], f"{path} must not import {other}"


def test_what_the_jobs_share_knows_no_command_and_no_job():
    for path in (PACKAGE / "cli").glob("*.py"):
        if path.stem not in {"app", "__init__"}:
            above = [
                module
                for module in imports(path)
                if module.startswith(("grader.cli.commands", "grader.cli.jobs"))
            ]
            assert not above, f"{path} must not import {above}"


@pytest.mark.parametrize("room", BELOW_IN)
def test_every_group_of_a_room_is_known(room):
    groups = {path.parent.name for path in (PACKAGE / room).glob("*/__init__.py")}
    assert groups == set(BELOW_IN[room])


def test_every_room_is_known():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == set(BELOW)


def test_nobody_imports_click_sympy_or_evaluates_text():
    for path in MODULES:
        for module in imports(path):
            assert module.split(".")[0] not in {"click", "sympy"}, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile", "__import__"}, path


def test_only_the_command_line_prints_and_exits():
    for path in MODULES:
        if room_of(path) == "cli" or path.parent == PACKAGE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "exit", "quit", "input"}, path
        assert "sys.exit" not in path.read_text(encoding="utf-8"), path


def names_of_the_practical():
    """Field names, labels, inputs and choices of the practical's key that no general text would have."""
    key = tomllib.loads((ROOT / "answer_keys" / "practical1.toml").read_text(encoding="utf-8"))
    names = {key["id"]}
    for question in key["question"]:
        names |= {question["id"]} | {part["id"] for part in question.get("part", [])}
        names |= question.get("given", {}).keys() | question.get("choice", {}).keys()
        for options in question.get("choice", {}).values():
            for option, meanings in options.items():
                names |= {option} | meanings.keys()
        for method in question.get("method", {}).values():
            names |= method["equations"].keys() | method["loop"].keys()
    # Words of the language itself, of English, or of every exercise; single letters are variables of ours.
    general = {
        "relu",
        "tanh",
        "sum",
        "mean",
        "exact",
        "step",
        "output",
        "back",
        "answer",
        "purpose",
        "published",
        "scaled",
    }
    return {name for name in names - general if len(name) > 1}


def test_nothing_of_the_practical_is_in_the_code():
    names = names_of_the_practical()
    assert {"s_out", "delta_i", "alpha", "iteration", "sample", "hidden_delta"} <= names
    pattern = re.compile(r"(?<![A-Za-z0-9_])(" + "|".join(sorted(names)) + r")(?![A-Za-z0-9_])")
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
        docs = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, documented)}
        identifiers = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
        identifiers += [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
        for word in [*(w for w in words if w not in docs), *identifiers]:
            found = pattern.search(word)
            assert not found or "Example: " in word, f"{path}: {found[0]} in {word!r}"


def test_ci_runs_the_readmes_test_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line.strip() for line in readme.split("\n") if line.strip().startswith("python3 -m venv")]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("--quiet ", "")
    assert len(commands) == 2
    assert "grader score submissions/" in commands[0]
    assert commands[1] in script


# Of a folder that has a module for each command the name says it.
NAMED_BY_COMMANDS = {PACKAGE, PACKAGE / "cli" / "jobs"}
MAPPED = sorted({path.parent for path in PACKAGE.rglob("__init__.py")} - NAMED_BY_COMMANDS)


@pytest.mark.parametrize("folder", MAPPED, ids=lambda folder: str(folder.relative_to(PACKAGE)))
def test_a_room_says_where_everything_in_it_is(folder):
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    named = set(re.findall(r"`(\w+)`", ast.get_docstring(tree)))
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert named == modules | {path.parent.name for path in folder.glob("*/*.py")}
