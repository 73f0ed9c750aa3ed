"""Round numbers to draw from, and draws that come out the same on every machine for ever.

A draw is made of the bytes of a keyed hash, with whole numbers only. So it depends on no version of a random
generator, no hash seed and no rounding mode. In the last step a whole number is divided by a power of ten,
which rounds to the same number that is read from "0.37" in a file.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Shape, in_words
from grader.schemas.base import shape_of
from grader.schemas.faults import Misplaced
from grader.schemas.given import Vary

MAX_COUNT = 1_000_000
_LARGEST = 2**53  # whole numbers up to this are exact
_BYTES = 8
_VERSION = "grader/variant/v1"


class LatticeFault(Misplaced):
    """The author wrote something that cannot be drawn from; the place in the table, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The numbers that each component of a quantity is drawn from, as whole numbers over `scale`.

    Component k is one of `first[k] + step * i`. The i in `holes[k]`, which ascend, are left out; `counts[k]`
    numbers remain. Where numbers are `listed`, it is one of those instead.
    """

    shape: Shape
    counts: NDArray[np.int64]
    first: NDArray[np.int64]
    step: int
    scale: float
    holes: tuple[tuple[int, ...], ...]
    listed: Array | None = None

    @property
    def size(self) -> int:
        """How many numbers are drawn."""
        return prod(self.shape)

    @property
    def variants(self) -> int:
        """How many different values the quantity can have."""
        return prod(self.counts.tolist())

    def at(self, draws: NDArray[np.uint64]) -> Array:
        """Return values (N, *shape) from draws (N, size), whole numbers of 64 bits."""
        places = (draws % self.counts.astype(np.uint64)).astype(np.int64)
        if self.listed is not None:
            return self.listed[places].reshape(-1, *self.shape)
        for component, holes in enumerate(self.holes):
            for hole in holes:
                places[:, component] += places[:, component] >= hole
        values: Array = (self.first + self.step * places) / self.scale
        return values.reshape(-1, *self.shape) + 0.0  # no -0


def make_lattice(vary: Vary, shape: Shape) -> Lattice:
    """Return what a quantity of a given shape is drawn from. Raises LatticeFault."""
    size = prod(shape)
    if vary.among is not None:
        counts = np.full(size, len(vary.among), dtype=np.int64)
        nothing = np.zeros(size, dtype=np.int64)
        return Lattice(shape, counts, nothing, 0, 1.0, ((),) * size, np.array(vary.among))
    least, most = (_spread(end, bound, shape) for end, bound in (("least", vary.least), ("most", vary.most)))
    step = Decimal(repr(vary.step)) if vary.step is not None else Decimal(1).scaleb(-(vary.decimals or 0))
    decimals = max(0, *(-_exponent(number) for number in (*least, step)))
    first = [_whole(number, decimals) for number in least]
    last = [_whole(number, decimals, floor=True) for number in most]
    width = _whole(step, decimals)
    counts_each, holes = [], []
    for low, high in zip(first, last, strict=True):
        if high < low:
            raise LatticeFault("most", "is below least")
        places = (high - low) // width + 1
        if places > MAX_COUNT or max(abs(low), abs(high)) >= _LARGEST:
            raise LatticeFault("", f"too fine: at most {MAX_COUNT:,} different numbers, found {places:,}")
        left_out = _holes(vary.without, low, width, places, decimals)
        if len(left_out) == places:
            raise LatticeFault("without", "leaves no number to draw")
        counts_each.append(places - len(left_out))
        holes.append(left_out)
    return Lattice(shape, np.array(counts_each), np.array(first), width, float(10**decimals), tuple(holes))


def _spread(end: str, bound: float | list[float] | list[list[float]] | None, shape: Shape) -> list[Decimal]:
    """Return an end of the range for every component; the end of a row holds for all rows and all rounds."""
    if not isinstance(bound, list):
        return [Decimal(repr(bound))] * prod(shape)
    own = shape_of(bound)
    if own != shape[len(shape) - len(own) :]:
        whole = in_words(shape[-2:])
        raise LatticeFault(end, f"expected a number, or {whole} as the quantity is, found {in_words(own)}")
    rows = [row if isinstance(row, list) else [row] for row in bound]
    numbers = [Decimal(repr(number)) for row in rows for number in row]
    return numbers * (prod(shape) // len(numbers))


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _whole(number: Decimal, decimals: int, *, floor: bool = False) -> int:
    scaled = number.scaleb(decimals)
    return int(scaled.to_integral_value("ROUND_FLOOR" if floor else "ROUND_HALF_EVEN"))


def _holes(without: Sequence[float], low: int, width: int, places: int, decimals: int) -> tuple[int, ...]:
    """Return the places of the numbers that are left out."""
    found = set()
    for number in without:
        scaled = Decimal(repr(number)).scaleb(decimals) - low
        if scaled % width == 0 and 0 <= scaled // width < places:
            found.add(int(scaled // width))
    return tuple(sorted(found))


def seeds(
    secret: bytes, place: Sequence[str], students: Sequence[str], attempts: Sequence[int]
) -> list[bytes]:
    """Return the seeds from which the numbers of each student are drawn, for one attempt of each.

    A seed is the HMAC-SHA-256 (RFC 2104) of the place, the number of the attempt and the student.
    """
    head = "\0".join((_VERSION, *map(_normal, place), ""))
    texts = (
        f"{head}{attempt}\0{_normal(student)}".encode("utf-8", "surrogatepass")
        for student, attempt in zip(students, attempts, strict=True)
    )
    return [hmac.digest(secret, text, "sha256") for text in texts]


def draws(seeds_: Sequence[bytes], name: str, size: int) -> NDArray[np.uint64]:
    """Return whole numbers of 64 bits, drawn from seeds for the quantity of that name: (N, size).

    SHAKE-256 stretches the seed to the bytes needed. The remainder of such a number by up to a million is
    uniform to one part in 10^13.
    """
    label = _normal(name).encode()
    stream = b"".join([hashlib.shake_256(seed + label).digest(_BYTES * size) for seed in seeds_])
    return np.frombuffer(stream, dtype=">u8").astype(np.uint64).reshape(len(seeds_), size)


def _normal(label: str) -> str:
    """Return a label that is the same however it was typed: no blanks around it, accents composed."""
    return unicodedata.normalize("NFC", label).strip()
