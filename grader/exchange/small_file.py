"""A file that whoever runs a command names beside the hand-ins, read with a bound."""

from pathlib import Path

from grader.schemas.faults import UsageFault


def read_small(path: Path, most: int, what: str, expected: str) -> bytes:
    """Return what is in a file. `what` it is and what is `expected` are for the words of a fault.

    Raises UsageFault where it cannot be read, or has more than `most` bytes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UsageFault(f"{path}: the {what} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise UsageFault(f"{path}: larger than {most:,} bytes; a {what} is {expected}")
    return data
