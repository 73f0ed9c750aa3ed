"""Marking a class of any size in batches, in constant memory.

Begin with `scoring`, which sends batches out and takes in what comes of them.

- who marks: the `marker`, in this process, in other ones (`workers`) or on a `cluster`; each keeps the
  garbage collector out of the way
- what is kept of each hand-in: `records`; which of a student's `attempts` counts; a person's marks:
  `markbook`
- what comes out: `pages`; what an output folder had `earlier`
"""

import gc

_OBJECTS = 100_000  # that may be made beyond those let go before the collector looks; by default some hundred


def collect_rarely() -> None:
    """Let the collector look a hundred times less often: what marking makes goes when nobody refers to it.

    For a process that has nothing else to do: looking as often again at its end would take a twentieth of a
    short one.
    """
    _, *later = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *later)
