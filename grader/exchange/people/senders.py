"""Settles whose each hand-in is, by its text, its path, a roster and a pattern. Nothing is guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import NamedTuple

from grader.exchange.findings.handin import Attempt, Finding, HandIn, Otherwise, Skipped, Unreadable
from grader.exchange.people.id_pattern import find_id
from grader.exchange.people.platforms import Beside, Sender, sender_of
from grader.exchange.people.roster import Roster
from grader.schemas.faults import Problem
from grader.schemas.wording import quoted

NAMELESS = "No student stands in it;"

_ASK = "whose work it is has to be found out"


class Told(NamedTuple):
    """What a path tells of a hand-in.

    `student` is whose it is, if that is known, with `others` of a group; `how` says how that is known. It
    `is_sure` if it is the course's own id: then another id in the file is a contradiction.
    """

    student: str
    how: str
    is_sure: bool
    sender: Sender | None = None
    others: tuple[str, ...] = ()

    @property
    def otherwise(self) -> Otherwise | None:
        """Whose the hand-in is if it does not say so itself."""
        if not self.student:
            return None
        return Otherwise(self.student, f"{NAMELESS} {self.how}.")


@dataclass(slots=True)
class Senders:
    """Knows who handed in what, one finding after the other."""

    roster: Roster | None = None
    pattern: re.Pattern[str] | None = None
    _claims: dict[str, list[tuple[Sender, str]]] = field(default_factory=dict)
    _groups: dict[str, tuple[frozenset[str], str]] = field(default_factory=dict)  # members and file
    _metadata: dict[str, bytes | None] = field(default_factory=dict)

    def told_by(self, path: str, beside: Beside) -> Told | None:
        """Return what a path tells, or None where it tells nothing."""
        if self.pattern is not None and (given := find_id(self.pattern, path)):
            own = self._own(given)
            on_roster = "" if own == given else f", which is {quoted(own)} on the roster"
            return Told(own, f"--id-regex finds {quoted(given)} in its path{on_roster}", is_sure=True)
        sender = sender_of(path, lambda place: self._beside(place, beside))
        if sender is not None:
            return self._told_of(sender)
        return None if self.roster is None else self._by_plain_name(path, self.roster)

    def settle(self, finding: Finding, told: Told | None) -> Finding:
        """Return a finding with what its path tells, and with problems for what does not fit."""
        if isinstance(finding, Unreadable):
            return self._with_sender(finding, told)
        if isinstance(finding, Skipped) or (told is None and self.roster is None and not finding.group):
            return finding
        members, notes = self._members(finding, told)
        student, *others = members
        problems = [*finding.problems, *notes]
        submission = finding.submission
        if student != submission.student:
            submission = submission.model_copy(update={"student": student})
        faults = self._contradictions(finding, members, told)
        if len(members) > 1:
            problems += self._two_groups(finding.file, members)
        return replace(
            finding,
            submission=submission,
            problems=(*problems, *faults),
            attempt=Attempt(bool(faults), told.sender.attempt if told is not None and told.sender else ()),
            group=tuple(others),
            perhaps=told.student
            if told is not None and told.is_sure and told.student not in members
            else None,
        )

    def _beside(self, place: str, beside: Beside) -> bytes | None:
        """Return a file that lies beside a hand-in; one that a whole download shares is remembered."""
        if not place.endswith(".yml"):
            return beside(place)
        if place not in self._metadata:
            self._metadata = {place: beside(place)}
        return self._metadata[place]

    def _own(self, given: str) -> str:
        """Return the course's id for an id, where the roster has one."""
        return (self.roster.of_id(given) if self.roster else None) or given

    def _told_of(self, sender: Sender) -> Told:
        student, how, is_sure = self._identified(sender)
        others = tuple(other for each in sender.more if (other := self._identified(each)[0]))
        return Told(student, how, is_sure, sender, others if student else ())

    def _identified(self, sender: Sender) -> tuple[str, str, bool]:
        """Return the student whom a platform means, how that is known, and whether by the course's own id."""
        if self.roster is None:
            given = sender.student or sender.number or sender.email or sender.name
            taken = "" if sender.student else f", so {quoted(given)} is taken"
            return given, f"it is from {sender}{taken}", bool(sender.student)
        # Moodle numbers participants anew for each assignment, so its number is no student's id.
        own = sender.platform != "Moodle"
        ids = [self.roster.of_id(given, own=own) for given in _ids(sender) if given]
        found = {student for student in (*ids, self.roster.of_name(sender.name)) if student}
        if len(found) == 1:
            student = found.pop()
            return student, f"it is from {sender}, who is {quoted(student)} on the roster", True
        reason = (
            "who is not on the roster" if not found else "whose name and id are two students' on the roster"
        )
        return "", f"it is from {sender}, {reason}", False

    def _by_plain_name(self, path: str, roster: Roster) -> Told | None:
        """Return the student whose id on the roster is the name of the file or of a folder."""
        parts = PurePath(path).parts
        for name in (PurePath(path).stem, *reversed(parts[:-1])):
            if name in roster.ids:
                return Told(name, f"{quoted(name)} in its path is on the roster", is_sure=False)
        return None

    def _with_sender(self, finding: Unreadable, told: Told | None) -> Unreadable:
        """Return an unreadable file with its student, as far as that is known."""
        if told is None:
            return finding
        if told.sender is not None:
            finding = replace(finding, attempt=Attempt(time=told.sender.attempt))
        if finding.student is not None:
            return finding
        if told.student:
            return replace(finding, student=told.student)
        return replace(finding, problems=(*finding.problems, Problem(f"{_sentence(told.how)}.")))

    def _members(self, hand_in: HandIn, told: Told | None) -> tuple[list[str], list[Problem]]:
        """Return the course's ids of everybody whose hand-in it is, and notes on that."""
        notes = []
        said = [hand_in.submission.student, *hand_in.group]
        members = [self._own(each) for each in said]
        if self.roster is not None:
            for each, own in zip(said, members, strict=True):
                if each != own:
                    notes.append(f"{quoted(each)} is {quoted(own)} on the roster.")
                elif own not in self.roster.ids:
                    notes.append(f"{quoted(own)} is not on the roster.")
        if told is not None and told.others and told.sender is not None:
            everybody = {told.student, *told.others}
            more = [each for each in (told.student, *told.others) if each not in members]
            if more and everybody & set(members):
                members += more
                names = ", ".join(map(quoted, more))
                notes.append(f"{told.sender.platform} has it from {names} as well: all get the same marks.")
        return list(dict.fromkeys(members)), [Problem(note, grave=False) for note in notes]

    def _contradictions(self, hand_in: HandIn, members: Sequence[str], told: Told | None) -> list[Problem]:
        """Return problems that speak against the student whom a hand-in names."""
        if told is None or not told.student:
            return []
        named = quoted(hand_in.submission.student)
        if told.is_sure:
            if told.student in members:
                return []
            text = f"{named} stands in it as the student, but {told.how}. Marked as the former's; {_ASK}."
            return [Problem(text)]
        if told.sender is None:
            return []
        claims = self._claims.setdefault(members[0], [])
        if any(_same(told.sender, before) for before, _ in claims):
            return []
        claims.append((told.sender, hand_in.file))
        if len(claims) <= len(members):
            return []
        before, file = claims[0]
        return [
            Problem(
                f"{named} stands in it as the student, and it is from {told.sender}; but so it does in "
                f"{_inert(file)}, which is from {before}. {_sentence(_ASK)}."
            )
        ]

    def _two_groups(self, file: str, members: Sequence[str]) -> list[Problem]:
        """Return problems that name the members of a group who are in another group as well."""
        own = frozenset(members), file
        problems = []
        for each in members:
            before, other = self._groups.setdefault(each, own)
            if before != own[0]:
                problems.append(
                    Problem(f"{quoted(each)} is in two groups: the other one is in {_inert(other)}.")
                )
        return problems


def _ids(sender: Sender) -> tuple[str, ...]:
    return (sender.student, sender.number, sender.email)


def _same(one: Sender, other: Sender) -> bool:
    """Tell whether two hand-ins are from the same person, as far as a platform's names tell."""
    if one.platform != other.platform:
        return True  # they do not know each other's numbers
    if one.name and one.name == other.name:
        return True
    return _ids(one) == _ids(other)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _inert(file: str) -> str:
    return file if file.isprintable() else repr(file)[1:-1]
