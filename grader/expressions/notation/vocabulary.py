"""What the names of a formula may mean, and the spelling of each: `Wout`, `W_{out}` and `W_out` are one.

A name is looked up as it stands, then without its underscores, braces and commas, and then as a product
of names (`xy`, where there is an x and a y). What is still unknown is a fault with the nearest known name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from grader.expressions.functions import ELEMENTWISE, functions_of_formulas
from grader.expressions.shapes import Shape
from grader.expressions.tree import Tree

_DIGITS = frozenset("23456789")
_HINTS = {
    **dict.fromkeys(
        ("np", "numpy", "jnp", "math", "torch", "tf", "scipy", "sp", "sympy", "Math"),
        "write functions without their module: exp(x), sum(x), A @ b",
    ),
    **dict.fromkeys(
        ("lambda", "def", "return", "print"), "write the formula alone, without a program around it"
    ),
    **dict.fromkeys(("lim", "int", "integral", "Integral"), "write what comes out of it, worked out"),
    **dict.fromkeys(
        ("var", "Var", "std", "Std", "sd", "cov", "Cov"),
        "write it out, for by n or by n - 1 is not said: sum((x - mean(x))^2)/n",
    ),
    **dict.fromkeys(("dots", "ldots", "cdots"), "write a sum in full, such as sum_{k=1}^n k^2"),
    "or": "write one formula",
    "∑": "write over which index it runs: sum_k x_k",
}
_LONGEST_WORD = 40
_MOST_MEANT = 4  # names that one is perhaps short for
_IGNORED = re.compile(r"[_{},\s]")
_SAME_LETTER = {"eps": "epsilon", "epsilon": "eps"}  # as programs and as people write it

# Other names of known functions.
ALIASES = {
    "sgn": "sign",
    "signum": "sign",
    "ReLU": "relu",
    "Softmax": "softmax",
    "Sigmoid": "sigmoid",
    "logistic": "sigmoid",
    "Tanh": "tanh",
    "Max": "max",
    "Min": "min",
    "fact": "factorial",
    "binom": "binomial",
    "ceiling": "ceil",
    "heaviside": "step",
    **{
        f"a{name}": f"arc{name}"
        for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "sec", "csc", "cot", "sech", "csch", "coth")
    },
    **{
        f"{before}{name}": f"{meant}{short}"
        for before, meant in (("", ""), ("a", "arc"), ("arc", "arc"))
        for name, short in (("cotan", "cot"), ("cosec", "csc"), ("cosech", "csch"))
    },
    **{f"ar{name}": f"arc{name}" for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
}

# Reciprocals and their inverses: 1/f of the argument, or f of 1/argument.
RECIPROCALS = {
    "sec": "cos",
    "csc": "sin",
    "cot": "tan",
    "sech": "cosh",
    "csch": "sinh",
    "coth": "tanh",
}
INVERSE_RECIPROCALS = {f"arc{name}": f"arc{of}" for name, of in RECIPROCALS.items()}
INVERSES = {name: f"arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", *RECIPROCALS)}
INVERSES |= {"exp": "log", "sigmoid": "logit"}

# Functions of scalars that only formulas know, and how many arguments they take.
MORE = dict.fromkeys(("arcsinh", "arccosh", "arctanh", "factorial", "cbrt", "lg", "logit"), 1)
MORE |= {"binomial": 2, "root": 2}

FUNCTIONS = (
    functions_of_formulas() | set(ALIASES) | set(RECIPROCALS) | set(INVERSE_RECIPROCALS) | set(MORE)
) - {"identity"}
ONE_ARGUMENT = (
    frozenset(ELEMENTWISE)
    | set(RECIPROCALS)
    | set(INVERSE_RECIPROCALS)
    | {name for name, count in MORE.items() if count == 1}
    | {"tan", "square", "norm", "leaky_relu"}
)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The names of a question, by what they are.

    `symbols`: each quantity with its shape; one that is a vector or matrix may stand with indices (`o_j`).
    `functions`: those that a formula may leave open, such as an activation f of any kind.
    `indices`: each free index with the largest number that it takes, counted from 1.
    `sizes`: names of numbers of components, such as the K of a sum from 1 to K.
    `arguments`: of an open function that the question has of one argument only, this; where a derivative of
    the function stands without its brackets, it is meant.
    `counts`: how many arguments an open function takes, where that is known.
    `kronecker`: the letter whose two indices mean 1 where they are the same, 0 elsewhere.
    """

    symbols: Mapping[str, Shape] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    indices: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    kronecker: str | None = None
    arguments: Mapping[str, Tree] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every name that the question gives a meaning."""
        return frozenset(self.symbols) | self.functions | frozenset(self.indices) | frozenset(self.sizes)

    @cached_property
    def of_numbers(self) -> bool:
        """Whether every quantity is a number, so that there is one kind of product."""
        return not any(self.symbols.values())

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        spellings: dict[str, list[str]] = {}
        for name in sorted(self.declared):
            spellings.setdefault(normal(name), []).append(name)
        return spellings

    def spelled(self, text: str) -> str | None:
        """Return the declared name that a text spells, if there is exactly one."""
        if text in self.declared:
            return text
        found = self._spellings.get(normal(text)) or self._spellings.get(_SAME_LETTER.get(text, ""), [])
        return found[0] if len(found) == 1 else None

    def shape_of(self, text: str) -> Shape:
        """Return the shape of the quantity that a text spells; that of a number where it spells none."""
        return self.symbols.get(self.spelled(text) or "", ())

    def has_meaning(self, word: str) -> bool:
        """Tell whether a word is a name of the question, a product of some, or a known function."""
        return self.spelled(word) is not None or word in FUNCTIONS or self.factors(word) is not None

    def begins(self, text: str) -> bool:
        """Tell whether a declared name is what a text spells, or begins so, as m_hat_t does."""
        spelled = normal(text)
        return any(normal(name).startswith(spelled) for name in self.symbols)

    def factors(self, word: str, bound: frozenset[str] = frozenset()) -> list[str] | None:
        """Return the names whose product a word can be read as: 'xy' is x·y, where both are known.

        A word that can be cut in several ways is cut in the fewest, longest names first.
        """
        if not 1 < len(word) <= _LONGEST_WORD:
            return None
        best: list[list[str] | None] = [None] * len(word) + [[]]
        for start in reversed(range(len(word))):
            for end in range(len(word), start, -1):
                rest, current = best[end], best[start]
                if rest is None or (current is not None and len(rest) + 1 >= len(current)):
                    continue
                if name := self._factor(word, start, end, bound):
                    best[start] = [name, *rest]
        return best[0]

    def names_in(self, word: str) -> list[str]:
        """Return the names of which a word is the product; a word that is none, or of none, by itself."""
        return [word] if self.spelled(word) is not None else self.factors(word) or [word]

    def _factor(self, word: str, start: int, end: int, bound: frozenset[str]) -> str | None:
        piece = word[start:end]
        if piece[0] == "_" or (start, end) == (0, len(word)):
            return None
        if piece in bound or piece == "pi":
            return piece
        # x_y is no product of x and y: what stands behind the underscore is an index.
        name = None if piece[-1] == "_" else self.spelled(piece)
        return None if name in self.functions else name

    def hint(self, text: str, bound: frozenset[str] = frozenset(), base: str = "") -> str:
        """Return '; did you mean …?' with the nearest known name, else the names there are.

        Who writes y where there are y_in and y_out means one of them. For words of other languages than
        formulas: what to write in their place. `base`: the text without its subscript.
        """
        if (said := _HINTS.get(text) or _HINTS.get(base)) is not None:
            return f"; {said}"
        if text[-1:] in _DIGITS and text[:-1] in ONE_ARGUMENT:
            return f"; write {text[:-1]}(x)^{text[-1]} for a power, {text[:-1]}({text[-1]} x) for a product"
        if text[-1:].isdigit() and self.shape_of(text[:-1]):
            power = f", {text[:-1]}^{text[-1]} for a power" if text[-1] in _DIGITS else ""
            return f"; write {text[:-1]}_{text[-1]} for a component{power}"
        if text[-1:] in _DIGITS and (self.spelled(text[:-1]) or self.factors(text[:-1], bound)):
            return f"; write ^ for a power: {text[:-1]}^{text[-1]}"
        known = sorted(self.declared | bound)
        several = [name for name in known if name.startswith(f"{text.removesuffix('hat').rstrip('_')}_")]
        if len(several) > _MOST_MEANT:
            return f"; did you mean {', '.join(several[: _MOST_MEANT - 1])}, …?"
        if len(several) > 1:
            return f"; did you mean {', '.join(several[:-1])} or {several[-1]}?"
        folded = {normal(name).lower(): name for name in known}
        near = get_close_matches(normal(text).lower(), sorted(folded), n=1)
        if near:
            return f"; did you mean {folded[near[0]]}?"
        few = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
        return f"; known are {few}" if known else "; there are no names in this formula"


def normal(text: str) -> str:
    """Return a name without what spelling may leave out."""
    return _IGNORED.sub("", text)
