"""Random exercises that nobody looked at: equations of random shapes in loops, with constants and choices.

An exercise is the text of a key, as a lecturer would write it; faults are changes to one of its equations.
Exercises whose numbers leave a sane range are drawn again: nobody works them by hand.
"""

from dataclasses import dataclass
from itertools import count, product
from typing import Any

import numpy as np

from grader.expressions import Call, Name, names_in, parse, walk
from grader.expressions.printing import in_plain
from grader.expressions.tree import Infix, Minus, Number, children, rebuild
from grader.marking.mark import prepare
from grader.schemas.faults import KeyFault
from grader.schemas.key import Key, TraceQuestion
from grader.solver import Line, Plan, make_plans, solve

UNARY = ("tanh", "sigmoid", "relu", "sin", "cos", "abs", "softplus")
DIGITS = 3  # that an exercise asks for
LARGEST, SMALLEST = 50.0, 0.05


@dataclass(frozen=True)
class Exercise:
    """A key ready to mark with, and its plan; `faults` are lines done wrong, one of them known to the key."""

    prepared: Any
    plan: Plan
    faults: dict[str, dict[str, Line]]
    question: dict[str, Any]


def plan_of(question):
    """Return the plan of a question in the words of a key.

    Raises KeyFault where it does not hang together.
    """
    return make_plans(TraceQuestion.model_validate(question))["m"]


def sane(plan):
    """Tell whether all numbers of an exercise are such as a person would work with, under every choice."""
    for options in product(*plan.choices.values()):
        choice = dict(zip(plan.choices, options, strict=True))
        with np.errstate(all="ignore"):
            trace = solve(plan, choice, plan.default_given)
        for values in trace.values():
            if not (np.isfinite(values).all() and SMALLEST < np.max(np.abs(values)) < LARGEST):
                return False
    return True


class Draw:
    """Draws one exercise after the other, all from one seed."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)

    def pick(self, options):
        options = list(options)
        return options[self.random.integers(len(options))]

    def chance(self, share):
        return self.random.random() < share

    def exercise(self):
        """Return an exercise in a sane range."""
        for _ in count():
            try:
                found = self._exercise()
            except KeyFault:
                continue  # shapes that do not fit: drawn again
            if found is not None:
                return found
        raise AssertionError

    def _exercise(self):
        question = self._question()
        if question is None:
            return None
        plan = plan_of(question)
        if not sane(plan):
            return None
        known, unknown = self._mistake(question, plan), self._mistake(question, plan)
        question["mistake"] = {"known": known}
        both = plan_of(question | {"mistake": {"known": known, "unknown": unknown}})
        prepared = prepare(Key.model_validate({"id": "random", "question": [question]}))
        faults = {way.name: dict(way.lines) for way in both.mistakes}
        return Exercise(prepared, prepared.layouts["q"]["m"].plan, faults, question)

    def number(self):
        return float(round(self.random.uniform(0.2, 2.0) * self.pick([-1, 1]), 2))

    def value(self, shape):
        return np.array([self.number() for _ in range(int(np.prod(shape)))]).reshape(shape).tolist()

    def shape(self, n, m):
        return self.pick([(), (), (n,), (n,), (m,), (m, n)])

    def _question(self):
        n, m = int(self.random.integers(2, 4)), int(self.random.integers(2, 4))
        lines = int(self.random.integers(2, 7))
        pool, start, constants, given, choice = {}, {}, {}, {}, {}
        for i in range(int(self.random.integers(1, 4))):
            pool[f"c_{i}"] = self.shape(n, m)
            constants[f"c_{i}"] = self.value(pool[f"c_{i}"])
        if self.chance(0.4):
            given = {"rate": {"default": 0.5, "above": 0.0, "most": 2.0}}
            pool["rate"] = ()
        loop = self._loop(pool, n, m)
        if loop is None:
            return None
        states = [f"f_{i}" for i in range(lines) if self.chance(0.4)]
        fields = {f"f_{i}": self.shape(n, m) for i in range(lines)}
        for name in states:
            start[name] = self.value(fields[name])
            pool[name] = fields[name]
        act = self.chance(0.25)
        equations = {}
        for i, (name, shape) in enumerate(fields.items()):
            equations[name] = self._equation(shape, pool, [f"f_{j}" for j in range(i)])
            if name in states and self.chance(0.5):
                equations[name] = f"{name} - 0.3 * ({equations[name]})"
            pool[name] = shape
        if act:
            where = self.pick(fields)
            equations[where] = f"act({equations[where]})"
            choice = {"activation": {"tanh": {"act": "tanh"}, "sigmoid": {"act": "sigmoid"}}}
        if self.chance(0.15):
            where = self.pick(fields)
            equations[where] = f"sense * ({equations[where]})"
            choice["sense"] = {"up": {"sense": "1"}, "down": {"sense": "-1"}}
        used = set().union(*(names_in(parse(text)) for text in equations.values()))
        if not used & set(fields):
            return None
        constants = {k: v for k, v in constants.items() if k in used}
        return {
            "id": "q",
            "kind": "trace",
            "points": 10.0,
            "digits": DIGITS,
            "given": {k: v for k, v in given.items() if k in used},
            "start": start,
            "constants": constants,
            "method": {"m": {"loop": loop, "equations": equations}},
            "choice": choice,
        }

    def _loop(self, pool, n, m):
        steps = int(self.random.integers(1, 6))
        if self.chance(0.5):
            return {"step": steps}
        shape = self.shape(n, m)
        pool["x"] = shape
        rounds = [{"x": self.value(shape)} for _ in range(steps)]
        if steps <= 2 and self.chance(0.5):
            return {"turn": 2, "row": rounds}
        return {"row": rounds}

    def _equation(self, shape, pool, fields):
        """Return an equation, that uses one of the fields before it where that can be."""
        for _ in range(20):
            text = self._expression(shape, pool, 2)
            if text is not None and (not fields or names_in(parse(text)) & set(fields)):
                return text
        text = self._expression(shape, pool, 2)
        if text is None:
            raise KeyFault("nothing of this shape")
        return text

    def _expression(self, shape, pool, depth):
        fitting = [name for name, own in pool.items() if own == shape]
        if depth == 0 or (fitting and self.chance(0.15)):
            if fitting:
                return self.pick(fitting)
            return None if shape else str(self.number())
        way = self.pick([self._infix, self._infix, self._unary, self._product, self._product, self._tamed])
        return way(shape, pool, depth)

    def _two(self, shape, pool, depth):
        one, other = (self._expression(shape, pool, depth - 1) for _ in range(2))
        return (one, other) if one is not None and other is not None else None

    def _infix(self, shape, pool, depth):
        operator = self.pick("++--**")
        if operator == "*" and shape and self.chance(0.5):
            scalar, rest = self._expression((), pool, 0), self._expression(shape, pool, depth - 1)
            return None if rest is None else f"({scalar} * {rest})"
        two = self._two(shape, pool, depth)
        return two and f"({two[0]} {operator} {two[1]})"

    def _unary(self, shape, pool, depth):
        inner = self._expression(shape, pool, depth - 1)
        return inner and f"{self.pick(UNARY)}({inner})"

    def _tamed(self, shape, pool, depth):
        two = self._two(shape, pool, depth)
        return two and f"({two[0]} / (1 + {two[1]}^2))"

    def _product(self, shape, pool, _):
        vectors = {name: own[0] for name, own in pool.items() if len(own) == 1}
        matrices = {name: own for name, own in pool.items() if len(own) == 2}
        options = []
        if shape == ():
            options += [f"({a} @ {b})" for a in vectors for b in vectors if vectors[a] == vectors[b]]
            options += [f"{f}({a})" for f in ("sum", "mean") for a in [*vectors, *matrices]]
        elif len(shape) == 1:
            size = shape[0]
            options += [
                f"({a} @ {v})"
                for a, (r, c) in matrices.items()
                for v in vectors
                if (r, c) == (size, vectors[v])
            ]
            options += [
                f"({v} @ {a})"
                for a, (r, c) in matrices.items()
                for v in vectors
                if (r, c) == (vectors[v], size)
            ]
        else:
            options += [
                f"outer({a}, {b})" for a in vectors for b in vectors if (vectors[a], vectors[b]) == shape
            ]
            options += [f"({a} @ {b})" for a in matrices for b in matrices if _fits(matrices, a, b, shape)]
        return self.pick(options) if options else None

    def _mistake(self, question, plan):
        """Return a known mistake as a key has it: one equation done wrong, of the shape of the right one."""
        equations = question["method"]["m"]["equations"]
        shapes = {line.field: line.shape for line in plan.lines}
        shapes |= {name: array.shape[1:] for name, array in plan.inputs.items()} | dict.fromkeys(
            plan.given, ()
        )
        field = self.pick(equations)
        tree = parse(equations[field])
        for _ in range(100):
            mistake = {
                "says": "A known mistake.",
                "credit": 0.5,
                field: in_plain(self._changed(tree, shapes)),
            }
            try:
                plan_of(question | {"mistake": {"wrong": mistake}})
            except KeyFault:
                continue
            if parse(mistake[field]) != tree:
                return mistake
        raise KeyFault("no fault found")

    def _changed(self, tree, shapes):
        """Return a tree with one thing done wrong."""
        ways = [Minus(tree), Infix("*", Number(2.0), tree), Infix("+", tree, Number(0.5))]
        if self.chance(0.15):
            return self.pick(ways)
        spot = self.pick(list(walk(tree)))
        return _put(tree, spot, self._wrong(spot, shapes))

    def _wrong(self, node, shapes):
        if isinstance(node, Infix):
            others = {"+": "-", "-": "+", "*": "+", "/": "*", "^": "*"}
            options = [node.left, node.right]
            if node.operator in others:
                options.append(Infix(others[node.operator], node.left, node.right))
            if node.operator in "-/":
                options.append(Infix(node.operator, node.right, node.left))
            return self.pick(options)
        if isinstance(node, Call) and len(node.arguments) == 1:
            other = self.pick(name for name in UNARY if name != node.function)
            return self.pick([node.arguments[0], Call(other, 0, node.arguments)])
        if isinstance(node, Name):
            same = [n for n, s in shapes.items() if s == shapes.get(node.name) and n != node.name]
            return Name(self.pick(same)) if same else Minus(node)
        return Infix("*", Number(2.0), node)


def _fits(matrices, a, b, shape):
    return matrices[a][1] == matrices[b][0] and (matrices[a][0], matrices[b][1]) == shape


def _put(tree, old, new):
    if tree is old:
        return new
    return rebuild(tree, tuple(_put(child, old, new) for child in children(tree)), tree.span)
