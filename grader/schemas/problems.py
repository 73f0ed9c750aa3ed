"""A fault of a hand-in in words; found while reading as well as while marking."""

from typing import NamedTuple


class Problem(NamedTuple):
    """A sentence for the student that names the place, what was expected and what was found.

    A grave one raises the exit code; another is only named (an unknown key) and changes nothing.
    """

    text: str
    grave: bool = True
