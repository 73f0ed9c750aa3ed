"""Bulk downloads as learning platforms write them, rebuilt with people who do not exist.

Where each layout was found: Moodle, mod/assign/classes/downloader.php (4.x) and mod/assign/locallib.php
(3.x); Canvas, lib/content_zipper.rb; Brightspace, Blackboard and Gradescope, names and lists that people show
who publish scripts that take such downloads apart.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Person:
    """A student: the course's id, the name, and the number by which the platform knows them."""

    student: str
    first: str
    last: str
    number: int

    @property
    def name(self):
        return f"{self.first} {self.last}"

    @property
    def email(self):
        plain = unicodedata.normalize("NFKD", f"{self.first}.{self.last}").encode("ascii", "ignore").decode()
        return f"{re.sub('[^A-Za-z.]', '', plain).lower()}@example.org"


@dataclass(frozen=True)
class Upload:
    """What somebody handed in: files by their names, and when (month, day, hour, minute of 2026)."""

    person: Person
    files: dict
    time: tuple = (1, 31, 23, 5)
    number: int = 1  # of the attempt, or of the first attachment
    late: bool = False
    with_: tuple = ()  # the others of a group


def moodle(uploads, *, folders=True, blind=False, trailing=""):
    """`Full Name_1234_assignsubmission_file/answers.json`; 3.x has an underscore after it (`trailing`)."""
    for upload in uploads:
        name = "Participant" if blind else upload.person.name.replace("_", " ")
        before = f"{name}_{upload.person.number}_assignsubmission_file"
        for file, data in upload.files.items():
            yield (f"{before}{trailing}/{file}" if folders else f"{before}_{file}"), data


def canvas(uploads, *, anonymous=False):
    """`lastfirst_LATE_12_3456_answers.json`: words of the sortable name, user and attachment."""
    for upload in uploads:
        person = upload.person
        who = [f"{person.last}, {person.first}", "LATE" if upload.late else "", f"_{person.number}"]
        if anonymous:
            who = ["", "LATE" if upload.late else "", f"anon_x{person.number}Z"]
        words = [re.sub(r"\W", "", each) for each in who]
        words[0] = words[0].lower()
        before = "_".join(filter(None, [words[0], words[1], words[2].lstrip("_")]))
        for i, (file, data) in enumerate(upload.files.items()):
            yield f"{before}_{upload.number + i}_{re.sub(r'[/:*?<>|]+', '_', file)}", data


def gradescope(uploads, root="assignment_9100_export/"):
    """`submission_123/answers.json`, and a list of who they are of."""
    lines = []
    for upload in uploads:
        folder = f"submission_{upload.number}"
        lines += [f"{folder}:", "  :submitters:"]
        for person in (upload.person, *upload.with_):
            sid = f"'{person.student}'" if person.student.isdecimal() else person.student
            lines += [f"  - :name: {person.name}", f"    :sid: {sid}", f"    :email: {person.email}"]
        month, day, hour, minute = upload.time
        lines += [
            f"  :created_at: 2026-{month:02}-{day:02} {hour:02}:{minute:02}:00.123456000 Z",
            "  :score: 0.0",
            "  :status: processed",
            "  :results:",
            "    tests: []",
            "  :history: []",
        ]
        for file, data in upload.files.items():
            yield f"{root}{folder}/{file}", data
    yield f"{root}submission_metadata.yml", "---\n" + "\n".join(lines) + "\n"


def brightspace(uploads, *, folders=True):
    """`12-3456 - First Last - Jan 31, 2026 1105 PM/answers.json`, and an index of all."""
    yield "index.html", "<html><body><table></table></body></html>"
    for upload in uploads:
        month, day, hour, minute = upload.time
        when = f"{MONTHS[month - 1]} {day}, 2026 {hour % 12 or 12}{minute:02} {'PM' if hour > 11 else 'AM'}"
        before = f"{upload.person.number}-556677 - {upload.person.name} - {when}"
        for file, data in upload.files.items():
            yield (f"{before}/{file}" if folders else f"{before} - {file}"), data


def blackboard(uploads):
    """`Practical 1_user_attempt_2026-01-31-23-05-00_answers.json`, and a receipt of each attempt."""
    for upload in uploads:
        month, day, hour, minute = upload.time
        user = upload.person.student
        before = f"Practical 1_{user}_attempt_2026-{month:02}-{day:02}-{hour:02}-{minute:02}-00"
        receipt = [
            f"Name: {upload.person.name} ({user})",
            "Assignment: Practical 1",
            f"Date Submitted: Saturday, {day} {MONTHS[month - 1]} 2026 {hour:02}:{minute:02}:00 o'clock CET",
            "Current Grade: Needs Grading",
            "",
            "Submission Field:",
            "There is no student submission text data for this assignment.",
            "",
            "Comments:",
            "There are no student comments for this assignment.",
            "",
            "Files:",
        ]
        for file, data in upload.files.items():
            receipt += [f"\tOriginal filename: {file}", f"\tFilename: {before}_{file}", ""]
            yield f"{before}_{file}", data
        yield f"{before}.txt", "\n".join(receipt) + "\n"


def _bytes(data):
    return data if isinstance(data, bytes) else data.encode()


def unzipped(folder, files):
    """Write a download as it is after unzipping, and return its folder."""
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(data))
    return folder


def zipped(path, files, method=zipfile.ZIP_DEFLATED):
    """Write a download as it comes, and return the path of the archive."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, _bytes(data))
    return path
