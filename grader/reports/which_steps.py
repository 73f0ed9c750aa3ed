"""Where in a trace something happened, in as few words as possible: "rounds 0-2, row 3".

A step is a mapping from loop variables to counters, the outermost loop first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from grader.reports.wording import DASH, plural
from grader.schemas.places import step_in_words
from grader.schemas.remembered import Remembered
from grader.schemas.wording import listed

Step = Mapping[str, int]
_Counters = tuple[int, ...]
_Loops = tuple[str, ...]
_Step = tuple[tuple[str, int], ...]

LONGEST = 90  # characters; a longer list of places is not read by anyone
_MOST_REMEMBERED = 4096  # choices of steps, of which a class has many in common


class WhichSteps:
    """Words for some of the steps of a trace, which is known as a whole."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._said: Remembered[tuple[int, tuple[_Step, ...]], str] = Remembered(_MOST_REMEMBERED)
        self._inside: Counter[tuple[_Loops, _Counters]] = Counter()  # how many steps a round of a loop holds
        for loops, counters in _by_loops(steps).items():
            self._inside.update((loops, each[:depth]) for each in counters for depth in range(1, len(loops)))

    def words(self, steps: Sequence[Step], of: int) -> str:
        """Return where `steps` are, in words; `of` is the number of steps that they could have been."""
        key = of, tuple([tuple(step.items()) for step in steps])
        return self._said.or_make(key, lambda: self._words(steps, of))

    def _words(self, steps: Sequence[Step], of: int) -> str:
        if len(steps) == of > 1:
            return "both steps" if of == 2 else f"all {of} steps"
        text = "; ".join([self._within(loops, (), chosen) for loops, chosen in _by_loops(steps).items()])
        if len(text) > LONGEST:
            return f"{len(steps)} of {of} steps, the first is {step_in_words(steps[0].items())}"
        return text

    def _within(self, loops: _Loops, outer: _Counters, chosen: Sequence[_Counters]) -> str:
        """Return the chosen steps within a round of the outer loops; rounds with the same words together."""
        loop = loops[len(outer)]
        rounds: dict[int, list[_Counters]] = {}
        for counters in sorted(chosen):
            rounds.setdefault(counters[len(outer)], []).append(counters)
        rounds_with: dict[str, list[int]] = {}
        for counter, inside in rounds.items():
            rounds_with.setdefault(self._inner(loops, (*outer, counter), inside), []).append(counter)
        return "; ".join([_rounds(loop, counters) + inner for inner, counters in rounds_with.items()])

    def _inner(self, loops: _Loops, outer: _Counters, inside: Sequence[_Counters]) -> str:
        """Return what follows the words for a round: nothing where all its steps are chosen."""
        whole = len(outer) == len(loops) or len(inside) == self._inside[loops, outer]
        return "" if whole else ", " + self._within(loops, outer, inside)


def _by_loops(steps: Iterable[Step]) -> dict[_Loops, list[_Counters]]:
    """Return the counters of the steps in each nest of loops; a trace may have lines in and after a loop."""
    nests: dict[_Loops, list[_Counters]] = {}
    for step in steps:
        nests.setdefault(tuple(step), []).append(tuple(step.values()))
    return nests


def _rounds(loop: str, counters: Sequence[int]) -> str:
    """Return "row 2", "rows 0 and 2", "rows 0-2 and 4"."""
    noun = loop if len(counters) == 1 else plural(loop)
    return f"{noun} {listed(_ranges(counters))}"


def _ranges(counters: Iterable[int]) -> list[str]:
    """Return sorted counters as words, three or more in a row as a range."""
    runs: list[list[int]] = []
    for counter in counters:
        if runs and counter == runs[-1][-1] + 1:
            runs[-1].append(counter)
        else:
            runs.append([counter])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]}{DASH}{run[-1]}"] if len(run) > 2 else map(str, run)
    return words
