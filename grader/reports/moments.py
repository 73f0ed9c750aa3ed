"""Means, deviations and correlations of numbers that come one by one and are not kept."""

from dataclasses import dataclass
from math import sqrt

# Sums of shares are not exact: deviations below this are none.
_NOTHING = 1e-9
_FEWEST = 3  # through two points there is always a line


@dataclass(slots=True)
class Moments:
    """Of pairs (x, y): how many, their means, and the sums of squares and products about the means.

    Updated as by B. P. Welford, "Note on a method for calculating corrected sums of squares and products"
    (1962), which does not subtract large sums from each other.
    """

    count: int = 0
    mean: float = 0.0
    mean_y: float = 0.0
    squares: float = 0.0
    squares_y: float = 0.0
    products: float = 0.0

    def add(self, x: float, y: float) -> None:
        self.count += 1
        off, off_y = x - self.mean, y - self.mean_y
        self.mean += off / self.count
        self.mean_y += off_y / self.count
        self.squares += off * (x - self.mean)
        self.squares_y += off_y * (y - self.mean_y)
        self.products += off * (y - self.mean_y)

    @property
    def deviation(self) -> float | None:
        """The standard deviation of x (with n - 1); None for fewer than two numbers."""
        return sqrt(self.squares / (self.count - 1)) if self.count > 1 else None

    @property
    def correlation(self) -> float | None:
        """Pearson's coefficient; None for fewer than three pairs, or where x or y is all the same."""
        if self.count < _FEWEST:
            return None
        if min(self.squares, self.squares_y) <= self.count * _NOTHING**2:
            return None
        return self.products / sqrt(self.squares * self.squares_y)
