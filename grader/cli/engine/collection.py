"""The garbage collector, kept out of the way of work that makes much and leaves no cycles."""

import gc

_OBJECTS = 100_000  # that may be made beyond those let go before it looks; by default some hundred


def collect_rarely() -> None:
    """Let it look a hundred times less often than usual: what marking makes goes when nobody refers to it.

    For a process that has nothing else to do: looking as often again at its end would take a twentieth of a
    short one.
    """
    _, *later = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *later)
