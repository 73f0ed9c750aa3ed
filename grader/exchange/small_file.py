"""Files that are named on the command line beside the hand-ins, read up to a bound."""

from pathlib import Path

from grader.schemas.faults import UsageFault


def read_small(path: Path, most: int, what: str, expected: str) -> bytes:
    """Return the bytes of a file. A fault says `what` the file is and what is `expected`.

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
