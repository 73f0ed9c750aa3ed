"""Why a formula is not the one asked for: a factor, a sign, one symbol in place of another.

Candidates are tried at a few points first; only what fits there is compared in earnest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import numpy as np

from grader.expressions import Array, Call, Mask, Name, Tree, in_words, names_in, walk
from grader.expressions.notation import Vocabulary
from grader.expressions.printing import in_brief
from grader.expressions.tree import Infix, Number, Repeat
from grader.marking.formulas.equivalence import are_equal
from grader.marking.formulas.factors import Factors, factors_in_words, factors_of, has_own_decimals
from grader.marking.formulas.other_symbols import Exchange, Exchanges, effort, replaced
from grader.marking.formulas.points import Formula, Points, Setting, draw, formula
from grader.schemas.wording import listed

UNEQUAL = "it is not equal to what is asked"
_FEW = 12
_CLOSE = 1e-7
_NEARLY = 0.005
_MOSTLY = 0.6  # of the points
_MOST_PARTS = 60
_MOST_FACTORS = 40
_MOST_WORK = 400  # parts of a formula that are worked once more, for a sign or a product in it
_MOST_NAMES = 4
_OTHER_SIGN = {"+": "-", "-": "+"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong in words; `exchange` has the symbol written and the one that belongs there."""

    cause: str
    says: str
    exchange: tuple[str, str] | None = None


def find_reason(answer: Tree, reference: Tree, setting: Setting, vocabulary: Vocabulary) -> Reason | None:
    """Return why an answer is not equal to the reference, or None where nothing simple tells."""
    trial = _Trial(answer, reference, setting, vocabulary)
    with np.errstate(all="ignore"):
        first = (trial.rounded, trial.constant_factor, trial.symbol, trial.factor)
        then = (trial.transposed, trial.shape, trial.summand, trial.one_sign, trial.independence)
        return next((reason for way in (*first, *then) if (reason := way())), None)


class _Trial:
    """An answer beside the reference, at a few points of the question's."""

    def __init__(self, answer: Tree, reference: Tree, setting: Setting, vocabulary: Vocabulary) -> None:
        self.answer, self.reference = answer, reference
        self.setting, self.vocabulary = setting, vocabulary
        names = [Name(name) for name in vocabulary.symbols if self._worked(name)]
        every = [formula(tree, setting.most) for tree in (answer, reference, *names)]
        random = np.random.Generator(np.random.Philox(key=1))
        self.points: Points = draw(setting, every, random, "usual").first(_FEW)
        self.given, self.right = self._values(answer), self._values(reference)

    def _worked(self, name: str) -> bool:
        return name in self.setting.symbols or name in dict(self.setting.definitions)

    def _values(self, tree: Tree) -> Array:
        (values,), usable = self.points.real([formula(tree, self.setting.most)])
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
        return self._equals(tree)

    def _equals(self, tree: Tree) -> bool:
        return are_equal(tree, self.reference, self.setting)

    def rounded(self) -> Reason | None:
        """Find that it is nearly right, with a number that is rounded: 3.14 for pi."""
        if self.given.shape != self.right.shape or not has_own_decimals(self.answer, self.reference):
            return None
        if not np.nanmax(np.abs(self.given / self.right - 1), initial=0.0) < _NEARLY:
            return None
        return Reason("rounded_number", "a number in it is not exact; write pi, 1/3 or ln(10) as they are")

    def constant_factor(self) -> Reason | None:
        """Find a sign or another number that the formula is off by."""
        if self.given.shape != self.right.shape:
            return None
        ratio = (self.given / self.right).ravel()
        ratio = ratio[np.isfinite(ratio)]
        off = float(np.median(ratio)) if ratio.size else 0.0
        # A few points may have lost their digits to cancellation.
        if not np.count_nonzero(np.isclose(ratio, off, rtol=_CLOSE, atol=0.0)) > _MOSTLY * ratio.size:
            return None
        number = Fraction(off).limit_denominator(24)
        told = number != 0 and abs(float(number) - off) <= _CLOSE * abs(off)
        if not told and _is_constant(self.right):
            return None
        if not self._equals(Infix("/", self.answer, Number(float(number) if told else off))):
            return None
        if number == -1:
            return Reason("sign", "it has the wrong sign")
        times = number if told else f"{off:.{4 if abs(abs(off) - 1) > _NEARLY else 8}g}"
        return Reason("constant_factor", f"it is {times} times what it should be")

    def symbol(self) -> Reason | None:
        """Find one symbol that stands in place of another: throughout, or where it is not right as well."""
        shapes = self.vocabulary.symbols
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
        """Find a factor that is missing, or one too many; or two of them, or one in place of another."""
        if self.given.shape != self.right.shape or self.given.ndim > 1:
            return None
        written = factors_of(self.answer)
        own = sorted((tree for tree, above in written if above), key=in_brief)[:_MOST_FACTORS]
        known = list(islice(dict.fromkeys(self._factors()), _MOST_FACTORS))
        known.sort(key=lambda tree: not {(tree, True), (tree, False)} & written)
        for missing, surplus in self._likely_factors(known, [*own, *known]):
            tree = self.answer
            for one in missing:
                tree = Infix("*", tree, one)
            for one in surplus:
                tree = Infix("/", tree, one)
            if self._fits(tree):
                return _by_factors(missing, surplus, written)
        return None

    def _likely_factors(
        self, known: Sequence[Tree], others: Sequence[Tree]
    ) -> Iterator[tuple[list[Tree], list[Tree]]]:
        """Yield factors that may be missing, all `known`, and too many: those that fit at a few points."""
        ratio = self.right / self.given
        known, times = self._numbers_only(known)
        others, by = self._numbers_only(others)
        for (i,) in _places(times, ratio):
            yield [known[i]], []
        for (i,) in _places(1.0 / by, ratio):
            yield [], [others[i]]
        # Two of each are the same in either order.
        for i, j in _places(times[:, None] * times, ratio):
            if i <= j:
                yield [known[i], known[j]], []
        for i, j in _places(times[:, None] / by, ratio):
            yield [known[i]], [others[j]]
        for i, j in _places(1.0 / (by[:, None] * by), ratio):
            if i <= j:
                yield [], [others[i], others[j]]

    def _numbers_only(self, trees: Iterable[Tree]) -> tuple[list[Tree], Array]:
        """Return those of some formulas that have one number at each point, and these: (formulas, points)."""
        values = [(tree, self._values(tree)) for tree in trees]
        numbers = [(tree, value) for tree, value in values if value.ndim == 1]
        return [tree for tree, _ in numbers], np.array([value for _, value in numbers]).reshape(-1, _FEW)

    def summand(self) -> Reason | None:
        """Find a number or symbol by which the formula is too large or too small."""
        if self.given.shape != self.right.shape or self.given.ndim > 1 or _is_constant(self.right):
            return None
        gap = self.right - self.given
        number = Fraction(float(np.nan_to_num(gap[0]))).limit_denominator(24)
        for one in (*([Number(abs(float(number)))] if number else []), *self._numbers()):
            for operator, value in (("+", self._values(one)), ("-", -self._values(one))):
                if _alike(value, gap) and self._fits(Infix(operator, self.answer, one)):
                    by = str(abs(number)) if isinstance(one, Number) else in_brief(one)
                    return Reason("summand", f"it is too {'small' if operator == '+' else 'large'} by {by}")
        return None

    def one_sign(self) -> Reason | None:
        """Find one plus or minus that should be the other."""
        parts = list(walk(self.answer))[:_MOST_PARTS]
        signs = [node for node in parts if isinstance(node, Infix) and node.operator in _OTHER_SIGN]
        for node in signs[: int(_MOST_WORK / effort(self.answer))]:
            turned = Infix(_OTHER_SIGN[node.operator], node.left, node.right)
            if self._fits(replaced(self.answer, node, turned)):
                return Reason("sign", f"the sign in {in_brief(node)} is wrong")
        return None

    def independence(self) -> Reason | None:
        """Find what the right formula changes with, and the answer cannot."""
        setting = self.setting
        right = formula(self.reference, setting.most)
        asked, own = (setting.needed([one])[0] for one in (right, formula(self.answer, setting.most)))
        names = [name for name in sorted(asked - own - setting.indices.keys()) if self._changes(right, name)]
        if not names:
            return None
        shown = names if len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "others"]
        also = " as well" if own else ""
        return Reason("independent", f"{UNEQUAL}, which depends on {listed(shown)}{also}")

    def _changes(self, right: Formula, name: str) -> bool:
        """Tell whether a formula changes with a name that is drawn."""
        free = {**self.points.free, name: np.roll(self.points.free[name], 1, axis=0)}
        other = Points(free, self.points.definitions, self.points.functions, self.points.combinations)
        (values,), _ = other.real([right])
        both = np.isfinite(values) & np.isfinite(self.right)
        return bool(np.any(both & ~_close(values, self.right)))

    def _numbers(self) -> list[Tree]:
        shapes = self.vocabulary.symbols
        return [Name(name) for name, shape in shapes.items() if not shape and self._worked(name)]

    def _factors(self) -> Iterator[Tree]:
        yield from self._numbers()
        functions = self.vocabulary.functions
        for tree in (*(tree for _, tree in self.setting.definitions), self.answer):
            bound = {node.index for node in walk(tree) if isinstance(node, Repeat)}  # without a value outside
            for node in walk(tree):
                if isinstance(node, Call) and node.function in functions and not bound & names_in(node):
                    yield Call(node.function, node.primes + 1, node.arguments)

    def transposed(self) -> Reason | None:
        """Find a result that is turned, or a product written the other way round."""
        if self._fits(Call("transpose", 0, (self.answer,))):
            return Reason("transposed", "rows and columns are exchanged")
        parts = list(walk(self.answer))[:_MOST_PARTS]
        products = [node for node in parts if isinstance(node, Infix) and node.operator == "@"]
        for node in products[: int(_MOST_WORK / effort(self.answer))]:
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


def _along(mask: Mask, values: Array) -> Mask:
    return mask.reshape(-1, *(1,) * (values.ndim - 1))


def _alike(values: Array, right: Array) -> bool:
    finite = np.isfinite(values) & np.isfinite(right)
    return bool(finite.any()) and bool(np.all(_close(values, right) | ~finite))


def _close(values: Array, right: Array) -> Mask:
    return np.abs(values - right) <= _CLOSE * np.abs(right)


def _places(values: Array, right: Array) -> list[list[int]]:
    """Return where numbers (..., points) are what is right: (points,)."""
    finite = np.isfinite(values) & np.isfinite(right)
    fits = finite.any(axis=-1) & np.all(_close(values, right) | ~finite, axis=-1)
    return np.argwhere(fits).tolist()


def _is_constant(values: Array) -> bool:
    known = values[np.isfinite(values)]
    return not known.size or bool(np.all(known == known[0]))


def _by_factors(missing: Sequence[Tree], surplus: Sequence[Tree], written: Factors) -> Reason:
    """Return the reason of factors that are missing, or too many."""
    says = factors_in_words(missing, surplus, written)
    match missing, surplus:
        case [Name(meant)], [Name(name)] if (surplus[0], True) in written:
            return Reason("symbol_exchanged", f"{name} stands where {meant} belongs", (name, meant))
        case _, []:
            return Reason("factor_missing", says)
        case [], _:
            return Reason("factor_too_many", says)
    return Reason("factor_exchanged", says)
