"""The lines of a question as a whole: which belong together, and where they stand, in as few words as can be.

"rounds 0-2, row 3", for example. A step is a mapping from loop variables to counters, the outermost loop
first. Which fields stand in which steps is the same for a whole class, so an outline of that is made once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from grader.reports.wording import DASH, plural
from grader.schemas.places import step_in_words
from grader.schemas.remembered import Remembered
from grader.schemas.results import FieldResult, Status
from grader.schemas.wording import listed

Step = Mapping[str, int]
_Counters = tuple[int, ...]
_Loops = tuple[str, ...]
_Step = tuple[tuple[str, int], ...]

LONGEST = 90  # characters; nobody reads a longer list of places
_MOST_REMEMBERED = 4096  # choices of steps, many of which a class has in common
_MOST_OUTLINES = 8  # that are remembered


class WhichSteps:
    """Puts some of a trace's steps into words; it knows all of them."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._said: Remembered[tuple[int, tuple[_Step, ...]], str] = Remembered(_MOST_REMEMBERED)
        self._inside: Counter[tuple[_Loops, _Counters]] = Counter()  # how many steps a round of a loop holds
        for loops, counters in _by_loops(steps).items():
            self._inside.update((loops, each[:depth]) for each in counters for depth in range(1, len(loops)))

    def words(self, steps: Sequence[Step], of: int) -> str:
        """Return where `steps` are, in words; `of` is how many steps they could have been."""
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
        """Return the chosen steps within a round of the outer loops; rounds of the same words go together."""
        loop = loops[len(outer)]
        rounds: dict[int, list[_Counters]] = {}
        for counters in sorted(chosen):
            rounds.setdefault(counters[len(outer)], []).append(counters)
        rounds_with: dict[str, list[int]] = {}
        for counter, inside in rounds.items():
            rounds_with.setdefault(self._inner(loops, (*outer, counter), inside), []).append(counter)
        return "; ".join([_rounds(loop, counters) + inner for inner, counters in rounds_with.items()])

    def _inner(self, loops: _Loops, outer: _Counters, inside: Sequence[_Counters]) -> str:
        """Return what follows the words for a round: nothing where all of its steps are chosen."""
        whole = len(outer) == len(loops) or len(inside) == self._inside[loops, outer]
        return "" if whole else ", " + self._within(loops, outer, inside)


def _by_loops(steps: Iterable[Step]) -> dict[_Loops, list[_Counters]]:
    """Return the counters of the steps by their nest of loops; a trace may have steps in and after a loop."""
    nests: dict[_Loops, list[_Counters]] = {}
    for step in steps:
        nests.setdefault(tuple(step), []).append(tuple(step.values()))
    return nests


def _rounds(loop: str, counters: Sequence[int]) -> str:
    """Return "row 2", "rows 0 and 2", "rows 0-2 and 4"."""
    noun = loop if len(counters) == 1 else plural(loop)
    return f"{noun} {listed(_ranges(counters))}"


def _ranges(counters: Iterable[int]) -> list[str]:
    """Return sorted counters as words, with three or more in a row as a range."""
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


class Outline:
    """Which fields a question has in which steps, without the verdicts."""

    def __init__(self, fields: Sequence[str], steps: Sequence[Step | None]) -> None:
        self.times = Counter(fields)
        self.fields = tuple(self.times)
        self._steps = steps

    @cached_property
    def by_step(self) -> list[list[int]]:
        """The numbers of the lines in each step; lines without a step are one group."""
        numbers: dict[_Step, list[int]] = {}
        for number, step in enumerate(self._steps):
            numbers.setdefault(tuple(step.items()) if step else (), []).append(number)
        return list(numbers.values())

    @cached_property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self._first)

    @cached_property
    def places(self) -> WhichSteps:
        """What puts some of the steps into words."""
        return WhichSteps(self._first)

    @cached_property
    def _first(self) -> list[Step]:
        firsts = [self._steps[numbers[0]] for numbers in self.by_step]
        return [step for step in firsts if step]


class Outlines:
    """Remembers the outlines of the questions that were met last."""

    def __init__(self) -> None:
        self._known: list[tuple[list[str], list[dict[str, int] | None], Outline]] = []

    def of(self, lines: Sequence[FieldResult]) -> Outline:
        """Return the outline of a question's lines."""
        fields, steps = [line.field for line in lines], [line.step for line in lines]
        for known_fields, known_steps, outline in self._known:
            # A quick comparison if they are the same objects, as in results that were marked together.
            if known_fields == fields and known_steps == steps:
                return outline
        outline = Outline(fields, steps)
        self._known = [(fields, steps, outline), *self._known[: _MOST_OUTLINES - 1]]
        return outline


class Trace:
    """The lines of a question, without missing ones that are worth nothing and need not be handed in.

    What takes time is worked out only when it is asked for, so never if everything is right.
    """

    def __init__(self, lines: Sequence[FieldResult], outlines: Outlines | None = None) -> None:
        self.lines = lines
        right = Status.CORRECT  # looked up once, as a class has a million lines
        # A right formula may have a message on how it was read.
        self.remarkable = [line for line in lines if line.message or line.status is not right]
        if any(_idle(line) for line in self.remarkable):
            self.lines = [line for line in lines if not _idle(line)]
            self.remarkable = [line for line in self.remarkable if not _idle(line)]
        self.all_right = all(line.status is right for line in self.remarkable)
        self._outlines = outlines or Outlines()
        self._of: dict[tuple[Status, ...], list[FieldResult]] = {}

    def of_status(self, *kinds: Status) -> list[FieldResult]:
        """Return the remarkable lines with one of these verdicts."""
        if len(kinds) == 1:
            return self._by_status.get(kinds[0], [])
        if kinds not in self._of:
            self._of[kinds] = [line for line in self.remarkable if line.status in kinds]
        return self._of[kinds]

    @cached_property
    def _by_status(self) -> Mapping[Status, list[FieldResult]]:
        lines_of: dict[Status, list[FieldResult]] = defaultdict(list)
        for line in self.remarkable:
            lines_of[line.status].append(line)
        return lines_of

    @property
    def nothing_handed_in(self) -> bool:
        """Whether there are lines, and all of them are missing."""
        return 0 < len(self.lines) == len(self.of_status(Status.MISSING))

    @property
    def only_waits(self) -> bool:
        """Whether there are lines, and all of them wait for a person without a message."""
        waiting = [line for line in self.of_status(Status.PENDING) if not line.message]
        return 0 < len(self.lines) == len(waiting)

    @cached_property
    def _outline(self) -> Outline:
        return self._outlines.of(self.lines)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields or parts that have lines."""
        return self._outline.fields

    @property
    def by_step(self) -> list[list[FieldResult]]:
        """The lines of each step; lines without a step are one group."""
        return [[self.lines[i] for i in numbers] for numbers in self._outline.by_step]

    def where(self, lines: Sequence[FieldResult]) -> str:
        """Return where some lines of one field stand, in words; nothing for a part without steps."""
        steps = [line.step for line in lines if line.step]
        return self._outline.places.words(steps, of=self._outline.times[lines[0].field]) if steps else ""

    def where_steps(self, steps: Iterable[Sequence[FieldResult]]) -> str:
        """Return where whole steps stand, in words."""
        chosen = [lines[0].step for lines in steps if lines[0].step]
        return self._outline.places.words(chosen, of=self._outline.steps)


def _idle(line: FieldResult) -> bool:
    return line.status is Status.MISSING and not line.max_score
