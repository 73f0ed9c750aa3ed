"""Who handed a file in, by what learning platforms make of its name in a bulk download.

The schemes, from the platforms' sources and from what people publish who take such downloads apart:

- Moodle, `download_submissions` in mod/assign/locallib.php: `Full Name_1234567_assignsubmission_file_`, as a
  folder or, without folders, before the file's name. Underscores in a name become blanks; a group's name and
  a hyphen may stand before it; 1234567 is the participant's number in this assignment. In blind marking a
  word for "participant" stands for the name. Where groups hand in, it is a group's name and number.
- Canvas, lib/content_zipper.rb: `lastnamefirstname_LATE_12345_67890_original.json`: letters and digits of the
  sortable name, the user, the attachment; `-1` after `original` marks another try. Without names it is
  `LATE_anon_x1Y2z_67890_original.json`.
- Gradescope, "Export submissions": `submission_123456/` beside `submission_metadata.yml`, which has the
  `:submitters:` of each with `:name:`, `:sid:` and `:email:`.
- Brightspace, "Download" of an assignment: `1234-5678 - First Last - Jan 31, 2026 1105 PM`, as a folder or
  before ` - original.json`: the user, the assignment, the time of handing in.
- Blackboard, "Assignment file download":
  `gradebook_COURSE_ASSIGNMENT_userid_attempt_2026-01-31-12-00-00_file`, older ones without
  `gradebook_COURSE_`, and a receipt of the same name in `.txt` without `_file`.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from grader.schemas.wording import printable

# Reads what lies beside a hand-in by its path, within limits: None where nothing does.
Beside: TypeAlias = Callable[[str], bytes | None]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_HINT = re.compile(r"_assignsubmission_|_attempt_\d|submission_\d|\d-\d+ - |_\d+_\d+_|anon_[A-Za-z0-9]+_\d")
_MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<number>\d{1,20})_assignsubmission_[a-z]+(?:_.*)?", re.DOTALL)
_CANVAS = re.compile(
    r"(?:(?P<name>[^_\s]{1,200})(?:_LATE)?_(?P<number>\d{1,20})|(?:LATE_)?(?P<anonymous>anon_[A-Za-z0-9]{1,20}))"
    r"_(?P<attempt>\d{1,20})_(?P<file>.+)",
    re.DOTALL,
)
_CANVAS_TRY = re.compile(r"-(\d{1,4})\.\w+")
_BRIGHTSPACE = re.compile(
    r"(?P<number>\d{1,20})-\d{1,20} - (?P<name>.{1,200}?)"
    r" - (?P<month>[A-Za-z]{3})[a-z]*\.? (?P<day>\d{1,2}), (?P<year>\d{4}) "
    r"(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?: ?(?P<half>[AaPp][Mm]))?(?: - .*)?",
    re.DOTALL,
)
_BLACKBOARD = re.compile(
    r"(?:.*?_)??(?P<number>[^_]{1,200})_attempt_(?P<time>\d{4}(?:-\d\d){5})(?P<file>_.*|\.txt)",
    re.DOTALL,
)
_BLACKBOARD_NAME = re.compile(r"Name: (?P<name>[^\n]{1,200}) \((?P<number>[^()\n]{1,200})\)\s")
_GRADESCOPE = re.compile(r"submission_(?P<number>\d{1,20})")
_NO_NAMES = {"participant"}

_METADATA = "submission_metadata.yml"
RECEIPT = "what Blackboard says of a hand-in"

_MOST_PARTS = 50  # of a path that are looked at, from the outermost
_MOST_LINES = 2_000_000
_FOLDER = re.compile(r"([^\s:#'\"-][^:\s]*):\s*")
_SUBMITTERS = re.compile(r"( +):submitters:\s*")
_FIELD = re.compile(r"( +)(- )?:(\w+): ?(.*?)\s*")
_FIELDS = {"name": "name", "sid": "student", "email": "email"}


class Sender(NamedTuple):
    """Whom a platform names in a path. `by` is its part of the path, `number` the platform's own id.

    `student` is the id that the course gave the platform, where it tells it, and `more` who else of a group
    handed the same in. Later attempts have a larger `attempt`.
    """

    platform: str
    by: str
    number: str
    name: str = ""
    student: str = ""
    email: str = ""
    attempt: tuple[int, ...] = ()
    more: tuple["Sender", ...] = ()

    def __str__(self) -> str:
        known = [printable(text) for text in (self.name, self.number or self.student or self.email) if text]
        who = f"{known[0]} ({known[1]})" if len(known) > 1 else "".join(known) or printable(self.by)
        return f"{self.platform}' {who}" if self.platform.endswith("s") else f"{self.platform}'s {who}"


def is_receipt(name: str) -> bool:
    """Tell the text file that Blackboard writes beside what a student handed in."""
    found = _BLACKBOARD.fullmatch(name) if name.endswith(".txt") else None
    return found is not None and found["file"] == ".txt"


def sender_of(path: str, beside: Beside) -> Sender | None:
    """Return who handed a file in, or None where no platform's name is in its path.

    Of several such names the outermost counts: what lies within was named by the student.
    """
    if not _HINT.search(path):
        return None
    parts = path.replace("\\", "/").split("/")
    for i, part in enumerate(parts[:_MOST_PARTS]):
        is_file = i == len(parts) - 1 or part.lower().endswith(".zip")
        sender = _of_part(part, is_file=is_file)
        if sender is None:
            continue
        folder = "".join(f"{part}/" for part in parts[:i])
        if sender.platform == "Gradescope":
            sender = _with_metadata(sender, folder, beside)
        if sender is not None:
            return _with_receipt(sender, folder, part, beside) if sender.platform == "Blackboard" else sender
    return None


@lru_cache(maxsize=256)  # the files of a folder follow each other
def _of_part(part: str, *, is_file: bool) -> Sender | None:
    """Return whom a name is from. What a student can choose of it, its end, must not pass for the rest."""
    if found := _BRIGHTSPACE.fullmatch(part):
        return _brightspace(part, found)
    if found := _MOODLE.fullmatch(part):
        # Moodle's part of the name is all of it where that is a folder's.
        by = part[: found.end("number")] + "_assignsubmission"
        name = "" if found["name"].casefold() in _NO_NAMES else found["name"]
        return Sender("Moodle", by, found["number"], name)
    if found := _GRADESCOPE.fullmatch(part):
        return Sender("Gradescope", part, "", attempt=(int(found["number"]),))
    if is_file and (found := _BLACKBOARD.fullmatch(part)):
        return Sender("Blackboard", part, found["number"], attempt=(*map(int, found["time"].split("-")),))
    return _canvas(part) if is_file else None


def _canvas(part: str) -> Sender | None:
    found = _CANVAS.fullmatch(part)
    if found is None:
        return None
    again = _CANVAS_TRY.search(found["file"])
    attempt = (int(found["attempt"]), int(again[1]) if again else 0)
    number = found["number"] or found["anonymous"]
    return Sender("Canvas", part, number, found["name"] or "", attempt=attempt)


def _brightspace(part: str, found: re.Match[str]) -> Sender | None:
    month = found["month"].lower()
    if month not in _MONTHS:
        return None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    attempt = (int(found["year"]), _MONTHS.index(month) + 1, int(found["day"]), hour, int(found["minute"]))
    return Sender("Brightspace", part, found["number"], found["name"].strip(), attempt=attempt)


def _with_receipt(sender: Sender, folder: str, part: str, beside: Beside) -> Sender:
    """Add the name from Blackboard's receipt, and the user's id where it has an underscore in it.

    Without one, a name that might be Canvas' is taken for that: its end is then whatever a student chose.
    """
    found = _BLACKBOARD.fullmatch(part)
    stem = "" if found is None else part[: found.start("file")]
    receipt = beside(f"{folder}{stem}.txt")
    said = _BLACKBOARD_NAME.match(receipt.decode("utf-8-sig", "replace")) if receipt else None
    # Only what stands in the file's name as well: else it is no receipt of this hand-in.
    if said is None or f"_{said['number']}_attempt_" not in f"_{part}":
        might_be = None if part.startswith("gradebook_") else _canvas(part)
        return might_be or sender
    return Sender("Blackboard", part, said["number"], said["name"].strip(), attempt=sender.attempt)


def _with_metadata(sender: Sender, folder: str, beside: Beside) -> Sender | None:
    """Add who Gradescope says has handed a folder in; without that, it is no export of Gradescope's."""
    data = beside(folder + _METADATA)
    if data is None:
        return None
    people = [sender._replace(**each) for each in _submitters(data).get(sender.by, ())]
    return people[0]._replace(more=tuple(people[1:])) if people else sender


@lru_cache(maxsize=2)  # asked for every folder of an export
def _submitters(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return who handed in which folder, as fields of a sender: the list in Gradescope's metadata.

    Of the YAML only the layout that Gradescope itself writes is read, line by line:

        submission_123456:
          :submitters:
          - :name: Jane Doe
            :sid: '0012345'
            :email: jane@example.org
          :created_at: 2026-01-31 12:00:00.000000000 Z

    Nothing in it is ever made into an object, as a whole YAML reader would (Ruby's symbols and dates).
    """
    found: dict[str, list[dict[str, Any]]] = {}
    people: list[dict[str, Any]] = []
    indent = -1  # of the list of submitters that is being read
    for line in data.decode("utf-8-sig", "replace").split("\n")[:_MOST_LINES]:
        folder = _FOLDER.fullmatch(line)
        if folder:
            people, indent = found.setdefault(folder[1], []), -1
            continue
        if begins := _SUBMITTERS.fullmatch(line):
            indent = len(begins[1])
            continue
        field = _FIELD.fullmatch(line) if indent >= 0 else None
        if field is None or len(field[1]) + (0 if field[2] else -1) < indent:
            indent = -1 if line.strip() else indent
            continue
        if field[2]:
            people.append({})
        if people and field[3] in _FIELDS:
            people[-1][_FIELDS[field[3]]] = _scalar(field[4])
    return found


def _scalar(text: str) -> str:
    """Return the text that a plain or quoted YAML scalar stands for."""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return "" if text in {"null", "~"} else text
