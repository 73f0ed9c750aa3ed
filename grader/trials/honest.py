"""Honest hand-ins: the key's own numbers, with all digits and rounded in many ways; and an empty one."""

from collections.abc import Iterator
from itertools import product

from grader.schemas.places import step_in_words
from grader.schemas.results import QuestionResult, Status
from grader.trials.bench import Bench, in_words, points_fault
from grader.trials.students import Practice, Rounding, Student
from grader.trials.trial import Made, Trial

_DIGITS = (3, 4, 6, 8)
_ADVICE = {
    True: "The key's own numbers must be right: look at this equation and those before it.",
    False: "Rounding does more to this line than is allowed for: ask for more digits, or tolerate more.",
}
_NOT_FINITE = {
    True: "a division by zero?",
    False: "is something rounded to zero that it is divided by? Then ask for more digits.",
}
_PRACTICES = (Practice.CARRY, Practice.FULL, Practice.MIXED)


def try_honest(bench: Bench) -> Iterator[Trial]:
    """Yield the trials that must have full marks, then the empty hand-in, which must have none."""
    students = [Student(choice) for choice in bench.choices]
    perfect = len(students)
    students += [
        Student(rounding=rounding, seed=i) for i, rounding in enumerate(_roundings(bench.question.digits))
    ]
    fewest = Rounding(bench.question.digits, significant=True)
    students += [Student(choice, rounding=fewest) for choice in bench.choices[1:]]
    _, results = bench.work(students)
    for i, (student, result) in enumerate(zip(students, results, strict=True)):
        made = Made.PERFECT if i < perfect else Made.ROUNDED
        choice = ", ".join(f"{group} = {option}" for group, option in student.choice.items())
        name = student.rounding.in_words() if made is Made.ROUNDED else choice
        yield _trial(bench, made, name, result, _lost(bench, result, student))
    (result,) = bench.mark([{}])
    blank = all(field.status == Status.MISSING for field in result.fields) and result.score == 0
    miss = (
        "" if blank else f"an empty answer has {result.score:g} points, found as {in_words(result.fields)}."
    )
    yield _trial(bench, Made.EMPTY, "", result, miss)


def _roundings(digits: int) -> list[Rounding]:
    """Return the ways of rounding that a question allows: no fewer digits than it asks for."""
    several = [digits, *(more for more in _DIGITS if more > digits)]
    return [Rounding(*way) for way in product(several, (False, True), _PRACTICES)]


def _lost(bench: Bench, result: QuestionResult, student: Student) -> str:
    """Return why an honest hand-in has lost marks, and what to do; nothing if it has not."""
    if blamed := bench.blamed(result):
        (t, field), first = min(blamed.items())
        where = step_in_words(bench.labels(t))
        place = f"{field} in {where}" if where else field
        exact = student.rounding.digits is None
        if first.status == Status.MISSING:
            return f"{place} is no finite number; {_NOT_FINITE[exact]}"
        advice = _ADVICE[exact]
        points = f"it has {result.score:.4g} of {result.max_score:g} points"
        return f"{points}; {place} is found as {in_words([first])}. {advice}"
    if abs(result.score - result.max_score) > 1e-9:
        return f"nothing is wrong in it, and it has {result.score:.4g} of {result.max_score:g} points."
    return points_fault(result)


def _trial(bench: Bench, made: Made, name: str, result: QuestionResult, miss: str) -> Trial:
    found = "nothing" if made is Made.EMPTY else in_words(bench.blamed(result).values())
    if result.score == result.max_score:
        found = "full marks"
    return bench.trial(made, name, result, found=found, miss=miss)
