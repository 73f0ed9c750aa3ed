"""The secret from which each student's own values are drawn, in a file or in the environment.

It never stands in a key, which students may see, nor in anything that is written.
"""

from collections.abc import Mapping
from pathlib import Path

from grader.exchange.small_file import read_small
from grader.schemas.faults import UsageFault

VARIABLE = "GRADER_SECRET"
_FEWEST_BYTES = 16
_MOST_BYTES = 4096


def read_secret(path: Path | None, environment: Mapping[str, str]) -> bytes | None:
    """Return the secret in a file, else the one in the environment, else None, without space around it.

    Raises UsageFault where the file cannot be read, and for a secret short enough to be guessed: anybody who
    has a sheet could try, and would then know everybody's values.
    """
    if path is None:
        text = environment.get(VARIABLE)
        return None if text is None else _long_enough(text.encode("utf-8", "surrogateescape"), VARIABLE)
    return _long_enough(read_small(path, _MOST_BYTES, "secret", "one line of text"), str(path))


def needed(secret: bytes | None) -> bytes:
    """Return a secret that must be there. Raises UsageFault where it is not."""
    if secret is None:
        raise UsageFault(
            "each student has own values, drawn from a secret; name a file with it (--secret), or put it "
            f"into {VARIABLE}"
        )
    return secret


def _long_enough(data: bytes, place: str) -> bytes:
    secret = data.strip()
    if len(secret) < _FEWEST_BYTES:
        raise UsageFault(
            f"{place}: expected a secret of at least {_FEWEST_BYTES} characters, that nobody can guess, "
            f"found {len(secret)}; python3 -c 'import secrets; print(secrets.token_hex())' makes one"
        )
    return secret
