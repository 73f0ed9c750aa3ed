"""What comes of a question's ranges: draws for made-up students, and how many of them would spoil it."""

from collections import Counter
from collections.abc import Iterator
from math import prod

from grader.solver.findings import DrawsTried, Oddity
from grader.solver.variants import Variation, draw, rejected

_TRIED = 300
_MOST_REASONS = 4
_TOO_MANY = 0.9  # rejected: with more, a student in some thousands would have no variant at all
_NOBODY = b"the secret of the audit"


def try_draws(variation: Variation) -> DrawsTried:
    """Draw once for each of some made-up students."""
    reasons: Counter[str] = Counter()
    drawn = draw(variation, _NOBODY, [str(number) for number in range(_TRIED)], [0] * _TRIED)
    bad = int(rejected(variation, drawn, reasons).sum())
    return DrawsTried(
        question=variation.name[1],
        quantities=tuple(variation.lattices),
        tried=_TRIED,
        rejected=bad,
        reasons=tuple(reasons.most_common(_MOST_REASONS)),
        variants=prod(lattice.variants for lattice in variation.lattices.values()),
    )


def few_are_sound(about: DrawsTried) -> Iterator[Oddity]:
    """Yield what is wrong with ranges of which hardly any draw can be used, or that leave nothing to draw."""
    place = f"{about.question}, vary"
    if about.variants == 1:
        yield Oddity(place, "there is one variant only, so nothing varies")
    elif about.rejected > _TOO_MANY * about.tried:
        says, _ = about.reasons[0]
        yield Oddity(
            place,
            f"{about.rejected} of {about.tried} draws would spoil the exercise, most often because {says}; "
            "narrower ranges are needed",
        )
