"""Hand-ins that share lines which nothing explains, and how unlikely that is if all worked by themselves.

The model is simple and errs on the side of chance:

- Two who work by themselves, with a and b odd lines in a question, are both odd in one line a·b·K times on
  average, where K = sum f^2 / (sum f)^2 over its lines and f is how many of the class are odd in a line.
- In such a line they write the same with a probability q: by the digits at least one in a thousand, at
  least the rate at which the class agrees by chance ((agreeing + 1) / (both odd + 100) over all pairs), and
  where others of the class wrote it too, at least the share of those who are odd there.
- Shared lines that may have one cause count once, as the most telling of them: lines worked from the same
  inputs, lines of one step that use the same given values, all formulas of a question.
- A field that is odd again and again is a way of working it, and counts once. Two with a and b such fields of
  F meet in a·b/F of them, and one in thirty who meet works it in the same way, or the share of the class.
- The product over the causes is multiplied by the number of pairs of the class.

Pairs are found by what they share, not by trying all: the work grows with the number of odd lines.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import floor, log10

from grader.schemas.similar import OddHandIn, OddLine, SimilarPair

_MOST_ALIKE = 50  # hand-ins; a line that more of them have is common
_COMMON = 0.2  # of a class; a line that more of it have is common, too
_CAUSES = 2  # at least; a single cause can be shared by chance or through one misprint
_SAME_WAY = 1 / 30  # of those who work a field in a way of their own
_PRIOR = 100  # pairs; before anything is known of a class, one in so many agrees
_MOST_UNLIKELY = 12

_Place = tuple[object, ...]


def similar_pairs(class_: Sequence[OddHandIn], size: int, *, at_least: int = 2) -> list[SimilarPair]:
    """Return the pairs of hand-ins that fewer than one class in 10^at_least would have, the oddest first.

    `size` is how many hand-ins the class has, those with nothing odd included.
    """
    if len(class_) < 2:
        return []
    model = _Model(class_, max(size, len(class_)))
    found = [model.pair(*pair) for pair in model.candidates()]
    pairs = [pair for pair in found if pair is not None and pair.one_in >= 10**at_least]
    return sorted(
        pairs, key=lambda pair: (-pair.one_in, -len(pair.shared), pair.first.student, pair.first.file)
    )


@dataclass(slots=True)
class _Group:
    """How the odd lines of one question by one method lie in the class.

    `concentration` is K of the module's docstring, `agreement` the rate at which the class agrees by chance.
    """

    concentration: float
    agreement: float


class _Model:
    def __init__(self, class_: Sequence[OddHandIn], size: int) -> None:
        self.class_ = class_
        self.size = size
        self.lines = [{line.place: line for line in own.lines} for own in class_]
        self.odd: Counter[_Place] = Counter(place for own in self.lines for place in own)
        self.wrote: dict[tuple[_Place, object], list[int]] = defaultdict(list)
        for i, own in enumerate(self.lines):
            for place, line in own.items():
                self.wrote[place, line.written].append(i)
        self.most = max(2, min(_MOST_ALIKE, floor(_COMMON * size)))
        rare = (alike for alike in self.wrote.values() if 1 < len(alike) <= self.most)
        # How many lines each pair shares, of those that are not common.
        self.shared = Counter(pair for alike in rare for pair in combinations(alike, 2))
        self.counts = [Counter(line.group for line in own.lines) for own in class_]
        self.groups = {group: self._group(group) for group in {g for own in self.counts for g in own}}

    def _group(self, group: tuple[str, str]) -> _Group:
        odd = {place: count for place, count in self.odd.items() if place[:2] == group}
        lines = next(
            line.steps * line.fields for own in self.class_ for line in own.lines if line.group == group
        )
        # Half an odd line is added for each, as nobody knows which lines are hard.
        weights = [count + 0.5 for count in odd.values()] + [0.5] * (lines - len(odd))
        both = sum(count * (count - 1) // 2 for count in odd.values())
        agreeing = 0
        for (place, _), alike in self.wrote.items():
            # Pairs that share more than this line are those we look for; they say nothing about chance.
            if place in odd and 1 < len(alike) <= self.most:
                agreeing += sum(self.shared[pair] < _CAUSES for pair in combinations(alike, 2))
        concentration = sum(weight**2 for weight in weights) / sum(weights) ** 2
        return _Group(concentration, (agreeing + 1) / (both + _PRIOR))

    def candidates(self) -> Iterable[tuple[int, int]]:
        """Return the pairs that share enough lines to be looked at, but no pairs of one group's file."""
        files = [own.file for own in self.class_]
        return [(i, j) for (i, j), count in self.shared.items() if count >= _CAUSES and files[i] != files[j]]

    def pair(self, first: int, second: int) -> SimilarPair | None:
        """Return how alike two hand-ins are, or None where it may all have one cause."""
        one, other = self.lines[first], self.lines[second]
        places = [p for p, line in one.items() if p in other and other[p].written == line.written]
        both = [(one[place], other[place]) for place in places]
        causes = _causes(both)
        if len(causes) < _CAUSES:
            return None
        expected = self.size * (self.size - 1) / 2
        ways = 0
        for cause in causes:
            expected *= min(self._expected(*both[i], first, second) for i in cause)
            if any(_is_way(both[i]) for i in cause):
                ways += 1
                expected /= ways  # in whatever order
        unlikely = _MOST_UNLIKELY if not expected else max(0, min(_MOST_UNLIKELY, floor(-log10(expected))))
        one_in = 10**unlikely
        return SimilarPair(
            self.class_[first], self.class_[second], tuple(both), len(causes), one_in, self.size
        )

    def _expected(self, line: OddLine, other: OddLine, first: int, second: int) -> float:
        """Return how many lines like this two hand-ins would share by chance, at most 1."""
        group = self.groups[line.group]
        if _is_way((line, other)):
            ways = (len(self._throughout(i, line.group)) for i in (first, second))
            meetings, same = max(1, next(ways)) * max(1, next(ways)) / line.fields, _SAME_WAY
        else:
            meetings = self.counts[first][line.group] * self.counts[second][line.group] * group.concentration
            same = max(line.chance, group.agreement)
        others = [i for i in self.wrote[line.place, line.written] if not self._is_near(i, first, second)]
        if others:
            near = len(self.wrote[line.place, line.written]) - len(others)
            same = max(same, (len(others) + 1) / (self.odd[line.place] - near + 1))
        return min(1.0, meetings * same)

    def _throughout(self, i: int, group: tuple[str, str]) -> set[str]:
        """Return the fields of a question that a hand-in has wrong again and again."""
        return {line.field for line in self.class_[i].lines if line.throughout and line.group == group}

    def _is_near(self, i: int, first: int, second: int) -> bool:
        """Tell whether a hand-in is one of the two, or shares as many lines with one of them."""
        if i in (first, second):
            return True
        return any(self.shared[min(i, other), max(i, other)] >= _CAUSES for other in (first, second))


def _causes(both: Sequence[tuple[OddLine, OddLine]]) -> list[list[int]]:
    """Return the numbers of shared lines in groups, each of which may have one cause."""
    root = list(range(len(both)))

    def top(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    for i, j in combinations(range(len(both)), 2):
        if _may_be_one(both[i], both[j]):
            root[top(j)] = top(i)
    groups: Mapping[int, list[int]] = defaultdict(list)
    for i in range(len(both)):
        groups[top(i)].append(i)
    return list(groups.values())


def _is_way(shared: tuple[OddLine, OddLine]) -> bool:
    """Tell whether a shared line is of a field that both have wrong again and again."""
    return shared[0].throughout and shared[1].throughout


def _may_be_one(one: tuple[OddLine, OddLine], other: tuple[OddLine, OddLine]) -> bool:
    """Tell whether one error could have caused both of two shared lines."""
    a, b = one[0], other[0]
    ways = _is_way(one), _is_way(other)
    if a.group != b.group:
        return False
    if any(ways) and a.field == b.field:
        return True
    if all(ways):
        return False
    same_inputs = bool(a.inputs) and a.inputs == b.inputs
    return same_inputs or (bool(a.sources & b.sources) and (a.step == b.step or any(ways)))
