"""Mutation testing of the rooms that decide marks: small changes, one at a time, that tests must notice.

    python tests/mutation/run.py marking/digits.py marking/part_marks.py --sample 60

Each mutant is tried in a copy of the project, with the quick tests that RUNNERS names for its module (the
whole suite would take days). A mutant is killed when a test fails or takes ten times as long. The sample is
drawn with a fixed seed; without --sample all mutants of the modules are tried. Survivors are printed with
their line. Figures and explained survivors: tests/mutation/README.md.
"""

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNNERS = {
    "expressions/arithmetic.py": ("test_repeats", "test_expressions", "test_picking"),
    "expressions/ball.py": ("test_balls", "test_picking"),
    "expressions/ball_dual.py": ("test_explain", "test_equivalence", "test_balls"),
    "expressions/dual.py": ("test_dual",),
    "marking/digits.py": ("test_sheet", "test_marking"),
    "marking/equivalence.py": ("test_equivalence",),
    "marking/points.py": ("test_equivalence",),
    "marking/explain.py": ("test_explain",),
    "marking/part_marks.py": ("test_formula", "test_marks"),
    "marking/mark.py": ("test_marking", "test_formula", "test_marks"),
    "marking/person.py": ("test_marks",),
    "marking/trace_marks.py": ("test_marking", "test_steps", "test_marks"),
}
_SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_CALLS = {"max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum", "any": "all", "all": "any"}


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Return what a node could be instead, each with words for it."""
    match node:
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in _SWAPS:
            yield _changed(node, "op", _SWAPS[type(op)]())
        case ast.Compare(ops=[op]) if type(op) in _SWAPS:
            yield _changed(node, "ops", [_SWAPS[type(op)]()])
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield f"{ast.unparse(node)} → {ast.unparse(operand)}", operand
        case ast.Constant(value=bool() as value):
            yield _changed(node, "value", not value)
        case ast.Constant(value=int() | float() as value):
            yield _changed(node, "value", value + 1)
        case ast.Attribute(attr=name) if name in _CALLS:
            yield _changed(node, "attr", _CALLS[name])
        case ast.Name(id=name) if name in _CALLS:
            yield _changed(node, "id", _CALLS[name])
        case ast.IfExp() | ast.If():
            yield _changed(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield f"return {ast.unparse(value)} → return None", ast.Return(ast.Constant(None))
        case ast.Continue():
            yield "continue → break", ast.Break()


def _changed(node: ast.AST, part: str, new: object) -> tuple[str, ast.AST]:
    other = copy.copy(node)
    setattr(other, part, new)
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)} → if not", other
    ast.fix_missing_locations(other)
    return f"{ast.unparse(node)} → {ast.unparse(other)}", other


def mutants(source: str) -> list[tuple[int, str, str]]:
    """Return all mutants of a module: line, words, source. Annotations and docstrings stay."""
    tree = ast.parse(source)
    found = []
    for parent in ast.walk(tree):
        for name, old in ast.iter_fields(parent):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for index, node in enumerate(old if isinstance(old, list) else [old]):
                if not isinstance(node, ast.AST):
                    continue
                for words, other in variants(node):
                    line = getattr(node, "lineno", getattr(parent, "lineno", 0))
                    found.append((line, words, _with(parent, name, old, index, other, tree)))
    return found


def _with(parent: ast.AST, name: str, old: object, index: int, other: ast.AST, tree: ast.Module) -> str:
    setattr(parent, name, [*old[:index], other, *old[index + 1 :]] if isinstance(old, list) else other)
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
    setattr(parent, name, old)
    return text


def tested(project: Path, tests: tuple[str, ...], seconds: float) -> bool:
    """Tell whether the tests pass in time."""
    files = [f"tests/{name}.py" for name in tests]
    options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
    command = [sys.executable, "-B", "-m", "pytest", *options, *files]
    try:
        done = subprocess.run(command, cwd=project, timeout=seconds, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def tried(module: str, sample: int | None) -> tuple[int, int, int]:
    """Try the mutants of a module: how many there are, were tried, were killed."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        project.mkdir()
        for name in ("grader", "tests", "answer_keys", "submissions"):
            shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, project / name)
        (Path(folder) / "shared").symlink_to(ROOT.parent / "shared")
        path = project / "grader" / module
        everything = mutants(path.read_text())
        some = everything
        if sample is not None and sample < len(everything):
            some = random.Random(7).sample(everything, sample)
        path.write_text(ast.unparse(ast.parse(path.read_text())))
        began = time.monotonic()
        if not tested(project, RUNNERS[module], 600):
            raise SystemExit(f"{module}: its tests fail without any mutant")
        limit = 20 + 10 * (time.monotonic() - began)
        killed = 0
        for line, words, text in some:
            path.write_text(text)
            if tested(project, RUNNERS[module], limit):
                print(f"  survived  grader/{module}:{line}  {words}", flush=True)
            else:
                killed += 1
    return len(everything), len(some), killed


def main() -> None:
    """Try the modules that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*", default=list(RUNNERS))
    parser.add_argument("--sample", type=int)
    asked = parser.parse_args()
    for module in asked.modules:
        there, some, killed = tried(module, asked.sample)
        print(f"{module}: {killed} of {some} killed ({killed / some:.0%}); {there} mutants", flush=True)


if __name__ == "__main__":
    main()
