"""The answer keys at hand, and which one marks which submission."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from grader.exchange.keys import key_files, read_key
from grader.marking.mark import Prepared, prepare
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.submission import Submission

DEFAULT = Path("answer_keys")


def load_key(path: Path) -> Prepared:
    """Read and compile one key. Raises KeyFault, with the file named."""
    key = read_key(path)
    try:
        return prepare(key)
    except KeyFault as fault:
        raise KeyFault(f"{path}: {fault}") from None


@dataclass(slots=True)
class KeyRing:
    """The keys of a folder, each read when a submission first asks for it.

    `faults` collects those that cannot be used: they stop only their own submissions.
    """

    files: dict[str, Path]
    ready: dict[str, Prepared]
    faults: dict[str, str]

    def find(self, submission: Submission) -> Prepared:
        """Return the key of a submission. Raises KeyFault, in words for the student, where there is none."""
        name = submission.assignment
        if name is None:
            if len(self.files) > 1:
                choices = ", ".join(sorted(self.files))
                raise KeyFault(f'"assignment" is missing: which one is it? There is {choices}')
            name = next(iter(self.files))
        if name not in self.files:
            raise KeyFault(
                f"assignment: there is no answer key for {name[:60]!a}; there is {', '.join(sorted(self.files))}"
            )
        if name not in self.ready and name not in self.faults:
            self._load(name)
        if name in self.faults:
            raise KeyFault(f"the answer key of {name} cannot be used; tell who wrote it")
        return self.ready[name]

    def _load(self, name: str) -> None:
        try:
            self.ready[name] = load_key(self.files[name])
        except KeyFault as fault:
            self.faults[name] = str(fault)


def key_ring(path: Path | None) -> KeyRing:
    """Look at the keys of a file or folder, by default `answer_keys/`.

    Raises UsageFault where no key is there at all, or none of them can be used.
    """
    if path is None and not DEFAULT.exists():
        raise UsageFault(f"there is no folder {DEFAULT}/ here; name a key, or a folder of keys, with --key")
    files = key_files(path or DEFAULT)
    ring = KeyRing({_name(file): file for file in files}, {}, {})
    if len(ring.files) < len(files):
        named = ", ".join(f"{file} ({_name(file)})" for file in files)
        raise UsageFault(f"two answer keys have the same id: {named}")
    if len(files) == 1 or not any(_usable(ring, name) for name in ring.files):
        for name in ring.files:
            if not _usable(ring, name):
                raise UsageFault("\n".join(ring.faults.values()))
    return ring


def _usable(ring: KeyRing, name: str) -> bool:
    if name not in ring.ready and name not in ring.faults:
        ring._load(name)
    return name in ring.ready


def _name(file: Path) -> str:
    """Return a key's id without checking the rest of it; the file's name where it has none."""
    try:
        name = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("id")
    except (OSError, ValueError, RecursionError):
        name = None
    return name if isinstance(name, str) else file.stem
