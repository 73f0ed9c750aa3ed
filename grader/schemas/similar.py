"""What two hand-ins have in common that nothing explains."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OddLine:
    """A line or formula that a student got wrong in a way that nothing explains.

    `written` identifies what was written. `shown` and `due` are, in words, what was written and what should
    stand there, for the `components` that are odd. `chance` is how likely another student who errs in this
    line writes the same, by the digits alone.

    The others tell which lines may have one cause. `inputs` identifies what the step was given, if the line
    uses it; `sources` are the names of everything else that is given and the line is worked from;
    `throughout` says that the field is odd again and again. The question has so many `steps` of so many
    `fields`.
    """

    question: str
    method: str
    field: str
    step: tuple[tuple[str, int], ...]
    written: tuple[float | None, ...] | str
    shown: str
    due: str
    chance: float
    components: str = ""
    inputs: bytes = b""
    sources: frozenset[str] = frozenset()
    throughout: bool = False
    steps: int = 1
    fields: int = 1

    @property
    def group(self) -> tuple[str, str]:
        return self.question, self.method

    @property
    def place(self) -> tuple[object, ...]:
        return self.question, self.method, self.field, self.step


@dataclass(frozen=True, slots=True)
class OddHandIn:
    """The lines of one hand-in that nothing explains."""

    student: str
    file: str
    lines: tuple[OddLine, ...]


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two hand-ins with the same odd lines, in a class of `size`.

    `causes` is how many of these cannot have had one cause; `one_in` a power of ten: if all had worked by
    themselves, at most one in so many classes like this would have such a pair.
    """

    first: OddHandIn
    second: OddHandIn
    shared: tuple[tuple[OddLine, OddLine], ...]
    causes: int
    one_in: int
    size: int
