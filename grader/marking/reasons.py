"""Why a formula is not the one asked for: a factor, a sign, one symbol in place of another.

Candidates are tried at a few points first; only what fits there is compared in earnest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Call, Name, Tree, in_words, names_in, walk
from grader.expressions.notation import Vocabulary
from grader.expressions.printing import in_brief
from grader.expressions.tree import Infix, Number
from grader.marking.equivalence import Equal, compare
from grader.marking.other_symbols import Exchange, Exchanges, replaced
from grader.marking.points import Points, Setting, draw, formula

_FEW = 12
_CLOSE = 1e-7
_MOST_PARTS = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong in words; `exchange` has the symbol written and the one that belongs there."""

    cause: str
    says: str
    exchange: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """The question around a formula."""

    setting: Setting
    vocabulary: Vocabulary


def find_reason(answer: Tree, reference: Tree, setup: Setup) -> Reason | None:
    """Return why an answer is not equal to the reference, or None where nothing simple tells."""
    trial = _Trial(answer, reference, setup)
    with np.errstate(all="ignore"):
        found = trial.constant_factor() or trial.symbol() or trial.factor() or trial.transposed()
        return found or trial.shape()


class _Trial:
    def __init__(self, answer: Tree, reference: Tree, setup: Setup) -> None:
        self.answer, self.reference, self.setup = answer, reference, setup
        every = [formula(tree, setup.setting.most) for tree in (answer, reference, *self._everything())]
        random = np.random.Generator(np.random.Philox(key=1))
        self.points: Points = draw(setup.setting, every, random, "usual").first(_FEW)
        self.given, self.right = self._values(answer), self._values(reference)

    def _everything(self) -> Iterator[Tree]:
        yield from (Name(name) for name in self.setup.vocabulary.symbols if self._worked(name))

    def _worked(self, name: str) -> bool:
        return name in self.setup.setting.symbols or name in dict(self.setup.setting.definitions)

    def _values(self, tree: Tree) -> Array:
        (values,), usable = self.points.real([formula(tree, self.setup.setting.most)])
        known = np.where(_along(usable, values), values, np.nan)
        # A formula without names has one value for all points.
        return np.broadcast_to(known, (_FEW, *known.shape[1:]))

    def _fits(self, tree: Tree) -> bool:
        """Tell whether a formula is the right one: at a few points, and if so everywhere."""
        try:
            values = self._values(tree)
        except (KeyError, ValueError):  # a name without a value here, or shapes that do not fit
            return False
        if values.shape[1:] != self.right.shape[1:] or not _alike(values, self.right):
            return False
        return isinstance(compare(tree, self.reference, self.setup.setting), Equal)

    def constant_factor(self) -> Reason | None:
        """Find a sign or another number that the formula is off by."""
        if self.given.shape != self.right.shape:
            return None
        ratio = (self.given / self.right).ravel()
        ratio = ratio[np.isfinite(ratio)]
        if not ratio.size or not np.allclose(ratio, ratio[0], rtol=_CLOSE):
            return None
        number = Fraction(float(ratio[0])).limit_denominator(24)
        if number == 0 or abs(float(number) - ratio[0]) > _CLOSE * abs(ratio[0]):
            return None
        repaired = Infix("/", self.answer, Number(float(number)))
        if not self._fits(repaired):
            return None
        if number == -1:
            return Reason("sign", "it has the wrong sign")
        return Reason("constant_factor", f"it is {number} times what it should be")

    def symbol(self) -> Reason | None:
        """Find one symbol that stands in place of another: throughout, or where it is not right as well."""
        shapes = self.setup.vocabulary.symbols
        names = [name for name in shapes if self._worked(name)]
        inside = names_in(self.answer)
        exchanges = Exchanges(self.answer, self.points)
        for written in [name for name in names if name in inside]:
            others = [name for name in names if name != written and shapes[name] == shapes[written]]
            forms = [(form, self._likely(form)) for form in exchanges.of(written, others)]
            for i, meant in enumerate(others):
                for form, likely in forms:
                    if (likely is None or likely[i]) and self._fits(form.by(meant)):
                        says = f"{written} stands where {meant} belongs"
                        return Reason("symbol_exchanged", says, (written, meant))
        return None

    def _likely(self, form: Exchange) -> list[bool] | None:
        """Tell for each other symbol whether a formula is right with it at a few points, if that is known."""
        if form.values is None:
            return None
        usable = _along(self.points.usable, form.values[0])
        return [
            values.shape[1:] == self.right.shape[1:] and _alike(np.where(usable, values, np.nan), self.right)
            for values in form.values
        ]

    def factor(self) -> Reason | None:
        """Find a factor that is missing, or one too many; or two numbers that are missing."""
        values = [(candidate, self._values(candidate)) for candidate in self._factors()]
        if self.given.shape != self.right.shape or self.given.ndim > 1:
            return None
        for candidate, value in values:
            if self._would_fit(self.given * value, Infix("*", self.answer, candidate)):
                return Reason("factor_missing", f"the factor {in_brief(candidate)} is missing")
            if self._would_fit(self.given / value, Infix("/", self.answer, candidate)):
                return Reason("factor_too_many", f"the factor {in_brief(candidate)} is one too many")
        for (one, first), (other, second) in combinations(values, 2):
            both = Infix("*", one, other)
            if self._would_fit(self.given * first * second, Infix("*", self.answer, both)):
                says = f"the factors {in_brief(one)} and {in_brief(other)} are missing"
                return Reason("factor_missing", says)
        return None

    def _would_fit(self, values: Array, tree: Tree) -> bool:
        """Tell whether a formula is the right one, of which the values at a few points are known."""
        return values.shape == self.right.shape and _alike(values, self.right) and self._fits(tree)

    def _numbers(self) -> list[Tree]:
        shapes = self.setup.vocabulary.symbols
        return [Name(name) for name, shape in shapes.items() if not shape and self._worked(name)]

    def _factors(self) -> Iterator[Tree]:
        yield from self._numbers()
        for _, tree in self.setup.setting.definitions:
            for node in walk(tree):
                if isinstance(node, Call) and node.function in self.setup.vocabulary.functions:
                    yield Call(node.function, node.primes + 1, node.arguments)

    def transposed(self) -> Reason | None:
        """Find a result that is turned, or a product written the other way round."""
        if self._fits(Call("transpose", 0, (self.answer,))):
            return Reason("transposed", "rows and columns are exchanged")
        for node in list(walk(self.answer))[:_MOST_PARTS]:
            if isinstance(node, Infix) and node.operator == "@":
                turned = Infix("@", node.right, node.left)
                if self._fits(replaced(self.answer, node, turned)):
                    return Reason("order", f"the factors of {in_brief(node)} are in the wrong order")
        return None

    def shape(self) -> Reason | None:
        """Find that a result is of another shape than what is asked, such as a vector for its sum."""
        given, right = self.given.shape[1:], self.right.shape[1:]
        if given == right:
            return None
        says = f"it is {in_words(given)}, where {in_words(right)} is asked for"
        return Reason("shape", f"{says}; is an index or a sum missing?" if given and not right else says)


def _along(mask: NDArray[np.bool_], values: Array) -> NDArray[np.bool_]:
    return mask.reshape(-1, *(1,) * (values.ndim - 1))


def _alike(values: Array, right: Array) -> bool:
    finite = np.isfinite(values) & np.isfinite(right)
    close = np.abs(values - right) <= _CLOSE * np.abs(right)
    return bool(finite.any()) and bool(np.all(close | ~finite))
