"""The answer keys at hand, and which one marks which submission."""

import os
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.exchange.answer_keys.keys import first_look, in_file, key_files, read_key
from grader.exchange.secret import VARIABLE, read_secret
from grader.marking.mark import Prepared, prepare
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.submission import Submission

if TYPE_CHECKING:
    from grader.exchange.printout import KeyData

DEFAULT = Path("answer_keys")

NO_SECRET = (
    "has values that vary from student to student; name the file with the secret that they were drawn from "
    f"with --secret, or put the secret into {VARIABLE}"
)


def load_key(
    path: Path, *, formulas: bool = True, secret: bytes | None = None, method: str | None = None
) -> Prepared:
    """Read and compile one key; without `formulas`, these wait until one is handed in.

    `secret` is what values that vary are drawn from. Raises KeyFault, which names the file, and UsageFault
    where no question has the `method`.
    """
    key = read_key(path)
    try:
        prepared = prepare(key, formulas=formulas, secret=secret)
    except KeyFault as fault:
        raise in_file(path, fault) from None
    methods = dict.fromkeys(name for layouts in prepared.layouts.values() for name in layouts)
    if method is not None and method not in methods:
        raise UsageFault(f"no method {method!r}; there is {', '.join(methods) or 'none'}")
    return prepared


def one_key(path: Path) -> Path:
    """Return the only key at a path. Raises UsageFault where there is none, or several."""
    files = key_files(path)
    if len(files) > 1:
        raise UsageFault(f"{path}: which key? There is {', '.join(file.name for file in files)}")
    return files[0]


@dataclass(slots=True)
class KeyRing:
    """The keys of a folder, each read when a submission first asks for it.

    `questions` has the ids of each key's questions, as far as a first look shows them. `faults` has the keys
    that cannot be used, which stop only their own submissions. `formulas` tells whether a key's formulas are
    read at once. `secret` is what values that vary are drawn from; keys need none if these values may be
    taken `as_stated` in a hand-in.
    """

    files: dict[str, Path]
    questions: dict[str, frozenset[str]]
    ready: dict[str, Prepared] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    formulas: bool = True
    secret: bytes | None = None
    as_stated: bool = False
    _asked: set[str] = field(default_factory=set)
    _printouts: "list[KeyData]" = field(default_factory=list)

    def find(self, submission: Submission) -> Prepared:
        """Return the key of a submission. Raises KeyFault, in words for the student, where there is none."""
        name = submission.assignment
        if not name or name.isspace():
            name = self._only_one_for(submission)
        if name not in self.files:
            known = ", ".join(sorted(self.files))
            raise KeyFault(f"assignment: there is no answer key for {name[:60]!a}; there is {known}")
        if not self.usable(name):
            raise KeyFault(f"the answer key of {name} cannot be used; tell who wrote it")
        return self.ready[name]

    def usable(self, name: str) -> bool:
        """Tell whether a key is sound; read it where that has not been done."""
        self._asked.add(name)
        if name not in self.ready and name not in self.faults:
            try:
                self.ready[name] = self._load(self.files[name])
            except KeyFault as fault:
                self.faults[name] = str(fault)
        return name in self.ready

    def faults_met(self) -> dict[str, str]:
        """Return the faults of those keys that were asked for, by the name of the key."""
        return {name: self.faults[name] for name in sorted(self._asked & self.faults.keys())}

    def read_all(self) -> None:
        """Read every key, for a process without these files; the keys do not count as asked for."""
        asked = set(self._asked)
        for name in self.files:
            self.usable(name)
        self._asked = asked

    def digest(self) -> str:
        """Return a digest of all keys and the secret."""
        from grader.exchange.journal import Digest

        texts = [path.read_bytes() if path.is_file() else b"" for path in self.files.values()]
        return str(Digest(*(name.encode() for name in self.files), *texts, self.secret or b""))

    def _load(self, file: Path) -> Prepared:
        ready = load_key(file, formulas=self.formulas, secret=self.secret)
        if ready.variations and self.secret is None and not self.as_stated:
            raise KeyFault(f"{file}: {NO_SECRET}")
        return ready

    def for_printouts(self) -> "list[KeyData]":
        """Return the data of every sound key: printouts do not say which key they belong to."""
        from grader.exchange.printout import KeyData
        from grader.solver.blank import make_blank, work

        if not self._printouts:
            ready = [self.ready[name] for name in sorted(self.files) if self.usable(name)]
            self._printouts = [
                KeyData(make_blank(key.key, key.plans), partial(work, key.plans)) for key in ready
            ]
        return self._printouts

    def _only_one_for(self, submission: Submission) -> str:
        """Return the only key that has all the questions answered."""
        if len(self.files) == 1:
            return next(iter(self.files))
        answered = submission.answers.keys()
        fitting = [name for name, questions in self.questions.items() if answered and answered <= questions]
        if len(fitting) != 1:
            known = ", ".join(sorted(fitting or self.files))
            raise KeyFault(f'"assignment" is missing, and more than one key could be meant: {known}')
        return fitting[0]


def key_ring(
    path: Path | None, *, formulas: bool = True, secret: Path | None = None, as_stated: bool = False
) -> KeyRing:
    """Look at the keys of a file or folder, by default `answer_keys/`.

    Values that vary are drawn from the secret in a file, or else in the environment. Without one, and with
    `as_stated`, they are what a hand-in states: enough for a student's own check, and for texts.

    Raises UsageFault where no key is there at all, or none of them can be used.
    """
    if path is None and not DEFAULT.exists():
        raise UsageFault(f"there is no folder {DEFAULT}/ here; name a key, or a folder of keys, with --key")
    ring = KeyRing({}, {}, formulas=formulas, as_stated=as_stated)
    ring.secret = read_secret(secret, os.environ)
    for file in key_files(path or DEFAULT):
        name, questions = first_look(file)
        if name in ring.files:
            raise UsageFault(f"{ring.files[name]} and {file}: two answer keys with the id {name}")
        ring.files[name] = file
        ring.questions[name] = questions
        if not questions:
            ring.usable(name)  # says what is wrong with it, even if no submission asks for it
    if not any(ring.usable(name) for name in ring.files):
        raise UsageFault("\n".join(ring.faults.values()))
    return ring
