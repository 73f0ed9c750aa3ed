"""Hostile and odd inputs: the list that graders share, where it is there, and our own under tests/hostile/.

An input is one line of JSON: `name`, `kind` (a formula, a JSON file, another file, a name), `verdict`, and
what is handed in: a `payload`, a `recipe` (a sum and product of literals, for what is long) or the `hex` of
bytes.

    formula   reject: `at` is the text that the message points at; accept: `equiv` is what it means;
              flag: as accept, with a note
    json      reject: the file cannot be marked; field: something in it cannot; flag: a notice and no fault;
              accept: neither; `says` stands in the message
    file      as json, for a table or a printout (`suffix`); skip: it is none, and passed over
    name      a student's id or a file's name
"""

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent / "hostile"
SHARED = Path(__file__).parents[2] / "shared" / "conformance" / "hostile.jsonl"


@dataclass(frozen=True)
class Input:
    """One input; `row` has everything that its line says."""

    name: str
    kind: str
    verdict: str
    row: dict[str, Any]

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str | bytes:
        """What is handed in."""
        if "hex" in self.row:
            return bytes.fromhex(self.row["hex"])
        if "payload" in self.row:
            return self.row["payload"]
        return _worth(ast.parse(self.row["recipe"].removeprefix("py:"), mode="eval").body)

    @property
    def data(self) -> bytes:
        """What is handed in, as it stands in a file."""
        text = self.text
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _worth(node: ast.AST) -> Any:
    """Work a recipe without running it."""
    match node:
        case ast.Constant():
            return node.value
        case ast.BinOp(op=ast.Add()):
            return _worth(node.left) + _worth(node.right)
        case ast.BinOp(op=ast.Mult()):
            return _worth(node.left) * _worth(node.right)
        case ast.List():
            return [_worth(each) for each in node.elts]
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as glue), attr="join"), args=[parts]):
            return glue.join(_worth(parts))
    raise ValueError(ast.dump(node))


def own(kind: str) -> list[Input]:
    """Return our own inputs of a kind."""
    return _read(OWN / f"{kind}.jsonl")


def shared(kind: str) -> list[Input]:
    """Return the inputs of a kind from the shared list; none where that is not here."""
    return [each for each in _read(SHARED) if each.kind == kind] if SHARED.exists() else []


def _read(path: Path) -> list[Input]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Input(row["name"], row["kind"], row["verdict"], row) for row in rows]


# The names that the formulas of both lists are written with.
NAMES = (
    *("x", "y", "n", "a", "b", "c", "s_out", "y_out", "y_gt", "z_2", "z_1", "s_1", "s_2", "W_out", "W_2"),
    *("W_1", "w_11", "delta_out", "DeltaW_1", "epsilon", "x_in"),
)
FUNCTIONS = ("f_1", "f_2", "f_3")


def meaning(formula: Input) -> str:
    """Return what a formula means in our own notation: fp3 of the shared list is f_3', maximum is max."""
    text = formula.row["equiv"].replace("maximum", "max")
    for function in FUNCTIONS:
        text = text.replace(f"fp{function[2:]}(", f"{function}'(")
    return text
