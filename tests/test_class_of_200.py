"""A class of 200 from the download folder to the filled gradebook, as its teaching assistant does it.

The students are simulated: what each hands in is put together from pieces whose points are known by the sheet
(4 for a formula of exercise 1, 3 for the prelude, 15/12 for a step of exercise 2, 5 for the derivative of
exercise 3), so each total is known to the cent without the grader. Among them: ten with texts that a person
marks, two who uploaded again, one broken file, a pair, two with the same name, four without a hand-in.
"""

import csv
import io
import json
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
from crowd import random_crowd
from downloads import Person, Upload, canvas, unzipped
from shared import practical_plan
from test_cli import FAULTS, KEY, SHIPPED

from grader.exchange.gradebook import CANVAS, Mark, fill
from grader.schemas.results import NOTHING_HANDED_IN

NUMBER = 200
ABSENT = {17, 88, 140, 199}
BROKEN = 61
AGAIN = {30, 120}
PAIR = (150, 151)  # one file for both
SAME_NAME = (8, 9)
# Who wrote a text, for which question, and what the teaching assistant gives for it.
TEXTS = {
    2: ("exercise3", "purpose", "5"),
    14: ("exercise3", "purpose", "4.25"),
    30: ("exercise3", "purpose", "3.5"),
    47: ("exercise3", "purpose", "0"),
    63: ("exercise4", "answer", "1.75"),
    64: ("exercise4", "answer", "5"),
    99: ("exercise3", "purpose", "2,5"),  # as a spreadsheet writes it elsewhere
    101: ("exercise4", "answer", "3"),
    158: ("exercise3", "purpose", "0.1"),
    180: ("exercise3", "purpose", "4.95"),
}
FIRST = ("Ada", "Bo", "Chloé", "Dimitrios", "Esra", "Fátima", "Göran", "Hye-jin", "Ian", "Jörg")
LAST = ("Abbott", "Brandt", "de la Cruz", "Ekdahl", "Fuchs", "Groß", "Haddad", "Ito", "Jansen", "Kováč")
FORMULAS = ("dL_dW_out", "dL_dW_2", "dL_dW_1")
AMIRA = json.loads((SHIPPED / "amira.json").read_text(encoding="utf-8"))["answers"]  # all of it is right


def people():
    """The class: no two names are the same but those of one pair; ids have leading zeros."""
    class_ = [
        Person(
            f"{700 + 13 * i:06}", FIRST[i % 10], f"{LAST[i // 10 % 10]}{'' if i < 100 else ' Ng'}", 9000 - i
        )
        for i in range(NUMBER)
    ]
    one, other = SAME_NAME
    class_[other] = Person(class_[other].student, class_[one].first, class_[one].last, class_[other].number)
    return class_


def answers_of(i, steps):
    """What student `i` answers, and the points for it without the texts."""
    formulas, prelude, derivative = i % 4, i % 2, int(i % 5 == 0)
    taken = (12, 9, 12, 6, 0)[i % 5]
    answers = {
        "exercise1": {name: AMIRA["exercise1"][name] for name in FORMULAS[:formulas]},
        "exercise2": steps | {"steps": steps["steps"][:taken]},
        "exercise3": {"dL_do_j": AMIRA["exercise3"]["dL_do_j"]} if derivative else {},
    }
    answers |= {"prelude": AMIRA["prelude"]} if prelude else {}
    if i in TEXTS:
        question, part, _ = TEXTS[i]
        answers.setdefault(question, {})[part] = f"The text of number {i}."
    points = 4 * formulas + 3 * prelude + Decimal("1.25") * taken + 5 * derivative
    return {name: each for name, each in answers.items() if each}, points


def totals(class_, points):
    """The mark of each student who has one: at most 40, as exercise 4 is a bonus."""
    marks = {}
    for i, person in enumerate(class_):
        if i not in ABSENT | {BROKEN}:
            by_hand = Decimal(TEXTS[i][2].replace(",", ".")) if i in TEXTS else 0
            marks[person.student] = min(Decimal(40), points[min(i, PAIR[0]) if i in PAIR else i] + by_hand)
    return {student: f"{mark:.2f}" for student, mark in marks.items()}


def uploads(class_, answers):
    """What Canvas has of each: mostly a file without a name in it, some with, some packed."""
    for i, person in enumerate(class_):
        if i in ABSENT or i == PAIR[1]:
            continue
        own = {"assignment": "practical1", "answers": answers[i]}
        if i % 3 == 0:
            own["student"] = person.student
        if i == PAIR[0]:
            own["group"] = [class_[PAIR[1]].student]
        text = json.dumps(own)
        if i == BROKEN:
            text = text[: len(text) // 2]
        if i in AGAIN:
            first = json.dumps(own | {"answers": {"prelude": AMIRA["prelude"]}})
            yield Upload(person, {"practical.json": first}, number=50_000 + i)
            yield Upload(person, {"practical-1.json": text}, number=60_000 + i, late=True)
            continue
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mine/practical.json", text)
        files = {"practical.zip": packed.getvalue()} if i % 20 == 4 else {"practical.json": text}
        yield Upload(
            person, files | ({"notes.pdf": b"%PDF-1.7"} if i % 11 == 0 else {}), number=50_000 + 2 * i
        )


def gradebook(class_, marks):
    """Canvas' export of the gradebook with these marks in it, in an order of its own."""
    lines = ["Student,ID,SIS User ID,SIS Login ID,Section,Quiz (17),Practical 1 (4711),Final Score"]
    lines.append("    Points Possible,,,,,10.00,40.00,(read only)")
    for i, person in sorted(enumerate(class_), key=lambda each: (each[1].last, each[1].first, each[0])):
        mark = marks.get(person.student, "")
        login = person.email.split("@")[0]
        lines.append(
            f'"{person.last}, {person.first}",{person.number},{person.student},{login},'
            f'"M {i % 4}",{i % 11}.5,{mark},{i}.00'
        )
    lines.append('"Student, Test",1,,f00ba4,M 0,,,')
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def roster(class_):
    rows = [f"{each.student},{each.last},{each.first},{each.email},{each.number}" for each in class_]
    return "Student ID,Last name,First name,Email,Canvas ID\n" + "\n".join(rows) + "\n"


def mark_texts(path):
    """Fill in the points of the texts, as a person does in a spreadsheet, and return how many there are."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    given = {f"The text of number {i}.": points for i, (*_, points) in TEXTS.items()}
    for row in rows:
        row["points"] = given[row["answer"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def test_from_the_download_folder_to_the_filled_gradebook(run_here, tmp_path):
    class_ = people()
    crowd = random_crowd(practical_plan("online"), NUMBER, np.random.default_rng(200), "carry").answers()
    answered = [answers_of(i, crowd[i]) for i in range(NUMBER)]
    expected = totals(class_, [points for _, points in answered])
    unzipped(tmp_path / "submissions", canvas(uploads(class_, [answers for answers, _ in answered])))
    Path("students.csv").write_text(roster(class_), encoding="utf-8")
    Path("gradebook.csv").write_bytes(gradebook(class_, {}).encode())

    # The texts are marked by hand ...
    naming = ("--key", KEY, "--roster", "students.csv")
    assert run_here("marks", "template", "submissions", *naming, "-o", "marks.csv").code == 0
    assert mark_texts(Path("marks.csv")) == len(TEXTS)

    # ... and all of it together gives the marks of everybody.
    done = run_here("score", "submissions", *naming, "--marks", "marks.csv")
    assert done.code == FAULTS  # for one file is broken
    assert len(done.err.splitlines()) < 40  # so that the file and the attempts are seen among the notes
    grades = list(csv.DictReader(io.StringIO(Path("feedback/grades.csv").read_text(encoding="utf-8"))))
    assert Counter(row["student"] for row in grades) == Counter(each.student for each in class_)
    assert {row["student"]: row["total"] for row in grades if row["total"]} == expected
    assert all(Decimal(row["pending"] or 0) == 0 for row in grades)
    unmarked = {row["student"]: row["problems"] for row in grades if not row["total"]}
    assert "cut off" in unmarked.pop(class_[BROKEN].student)
    assert unmarked == {class_[i].student: NOTHING_HANDED_IN for i in ABSENT}
    pages = {path.stem for path in Path("feedback").glob("*.html")} - {"index"}
    assert pages == {each.student for i, each in enumerate(class_) if i not in ABSENT}
    for i in AGAIN:
        assert f"{50_000 + i}_practical.json: replaced by a later hand-in of the same student" in done.words

    # The gradebook then has each mark in its row, and is otherwise the same file.
    marks = [
        Mark(
            row["student"],
            row["assignment"] or None,
            float(row["total"]) if row["total"] else None,
            float(row["max"]) if row["max"] else None,
        )
        for row in grades
    ]
    filled = fill(Path("gradebook.csv"), CANVAS, marks)
    assert filled.data.decode() == gradebook(class_, expected)
    assert len(expected) == NUMBER - len(ABSENT) - 1
