"""Ways in: downloads of learning platforms, rosters, patterns, archives, attempts, groups, who is missing."""

import csv
import io
import json
import random
import stat
import struct
import time
import tracemalloc
import zipfile
from collections import Counter

import pytest
from downloads import Person, Upload, blackboard, brightspace, canvas, gradescope, moodle, unzipped, zipped
from shared import ROOT
from test_cli import FAULTS, KEY, USAGE

from grader.exchange import HandIn, Skipped, Unreadable, read_all
from grader.exchange.people.id_pattern import id_pattern
from grader.exchange.people.roster import open_roster, read_roster
from grader.exchange.people.senders import Senders
from grader.schemas.faults import UsageFault
from grader.schemas.results import NOTHING_HANDED_IN, Results

RIGHT = "(y_out - y_gt) * f_3'(s_out) * z_2"

# Names of several words, other alphabets, an apostrophe, a hyphen; ids with leading zeros.
ANA = Person("0012", "Ana María", "de la Cruz", 7001)
BO = Person("0034", "Bo", "O'Neil-Smith", 7002)
LI = Person("0056", "丽", "王", 7003)
JO = Person("0078", "Jörg", "Groß", 7004)
PEOPLE = (ANA, BO, LI, JO)
ROSTER = "\ufeffStudent ID;Last name;First name;E-mail\n" + "".join(
    f"{each.student};{each.last};{each.first};{each.email if each is not LI else ''}\n" for each in PEOPLE
)

PLATFORMS = {
    "Moodle": moodle,
    "Moodle 3": lambda uploads: moodle(uploads, trailing="_"),
    "Moodle, no folders": lambda uploads: moodle(uploads, folders=False),
    "Canvas": canvas,
    "Gradescope": gradescope,
    "Brightspace": brightspace,
    "Brightspace, no folders": lambda uploads: brightspace(uploads, folders=False),
    "Blackboard": blackboard,
}


def answers(student=None, formulas=1, **more):
    """A hand-in with so many right formulas of exercise 1, at 4 points each of the first."""
    hand_in = {"assignment": "practical1", "answers": {"exercise1": {"dL_dW_out": RIGHT} if formulas else {}}}
    return json.dumps(hand_in | ({} if student is None else {"student": student}) | more)


def one_each(people=PEOPLE, **files):
    """An upload of each, numbered apart; nobody says in the file who they are."""
    return [
        Upload(person, files or {"answers.json": answers()}, number=9000 + 10 * i)
        for i, person in enumerate(people)
    ]


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "course list.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def score(run_here, *words):
    return run_here("score", "--key", KEY, *words)


def grades(folder):
    return list(csv.DictReader(io.StringIO((folder / "grades.csv").read_text(encoding="utf-8"))))


def who(findings):
    """Return the students of what was read; nothing else may be among it but what is skipped."""
    findings = [finding for finding in findings if not isinstance(finding, Skipped)]
    assert all(isinstance(finding, HandIn) for finding in findings), findings
    return [finding.submission.student for finding in findings]


def texts(finding):
    return [problem.text for problem in finding.problems]


def grave(finding):
    return [problem.text for problem in finding.problems if problem.grave]


# --- platforms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("pack", ["unzipped", "zipped", "stored"])
def test_a_download_and_a_roster_tell_whose_everything_is(platform, pack, tmp_path, roster):
    files = PLATFORMS[platform](one_each())
    if pack == "unzipped":
        place = unzipped(tmp_path / "download", files)
    else:
        method = zipfile.ZIP_STORED if pack == "stored" else zipfile.ZIP_DEFLATED
        place = zipped(tmp_path / "download.zip", files, method)
    found = list(read_all([place], senders=Senders(roster=open_roster(roster))))
    assert sorted(who(found)) == sorted(each.student for each in PEOPLE)
    assert not [text for finding in found if isinstance(finding, HandIn) for text in grave(finding)]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_without_a_roster_the_platforms_own_number_is_taken_and_said(platform, tmp_path):
    place = unzipped(tmp_path / "download", PLATFORMS[platform](one_each()))
    found = [each for each in read_all([place]) if isinstance(each, HandIn)]
    own = platform in {"Gradescope", "Blackboard"}  # these are told the course's ids
    expected = {each.student if own else str(each.number) for each in PEOPLE}
    assert {each.submission.student for each in found} == expected
    assert all("No student stands in it; it is from " in " ".join(texts(each)) for each in found)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_kind_of_file_of_a_download_is_told_apart(platform, tmp_path, roster):
    """A form filled in by program, a JSON file, an archive of one, and what is no hand-in at all."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("work/answers.json", answers())
    table = "assignment,practical1\nquestion,part,value\nexercise1,dL_dW_out,y_out\n"
    uploads = [
        Upload(ANA, {"answers.zip": inner.getvalue()}, number=1),
        Upload(BO, {"answers.csv": table, "scan.pdf": b"%PDF-1.7"}, number=20),
        Upload(LI, {"my answers (final).json": answers()}, number=30),
    ]
    place = zipped(tmp_path / "download.zip", PLATFORMS[platform](uploads))
    found = list(read_all([place], senders=Senders(roster=open_roster(roster))))
    assert sorted(who(found)) == ["0012", "0034", "0056"]
    skipped = [each.file for each in found if isinstance(each, Skipped)]
    assert any("scan.pdf" in file for file in skipped)


def test_the_id_in_the_file_counts_where_a_platform_has_only_numbers(tmp_path):
    uploads = [Upload(each, {"answers.json": answers(each.student)}) for each in PEOPLE]
    found = list(read_all([unzipped(tmp_path / "download", moodle(uploads))]))
    assert sorted(who(found)) == [each.student for each in PEOPLE]
    assert not any(texts(each) for each in found)


def test_blind_marking_and_anonymous_submissions_keep_students_apart(tmp_path):
    for name, files in {
        "moodle": moodle(one_each(), blind=True),
        "canvas": canvas(
            [*one_each(), Upload(ANA, {"a.json": answers()}, number=99, late=True)], anonymous=True
        ),
    }.items():
        found = list(read_all([unzipped(tmp_path / name, files)]))
        assert len(set(who(found))) == len(PEOPLE), name
        assert all("Participant" not in text for each in found for text in texts(each))


def test_moodles_name_of_a_group_before_that_of_a_student_does_no_harm(tmp_path, roster):
    person = Person("", f"Group 7-{ANA.first}", ANA.last, 5)
    files = moodle([Upload(person, {"answers.json": answers()})])
    found = list(read_all([unzipped(tmp_path / "download", files)], senders=Senders(open_roster(roster))))
    assert who(found) == ["0012"]


@pytest.mark.parametrize(
    "name",
    [
        "exercise_1.json",
        "my_attempt_2.json",
        "submission_3/answers.json",  # without Gradescope's list
        "12-34 - notes.json",
        "a_1_2.json",
    ],
)
def test_a_name_that_only_looks_like_a_platforms_tells_nothing(name, tmp_path):
    path = tmp_path / "download" / name
    path.parent.mkdir(parents=True)
    path.write_text(answers(), encoding="utf-8")
    (found,) = read_all([tmp_path / "download"])
    assert isinstance(found, Unreadable)
    assert '"student"' in texts(found)[0]


def test_a_students_folder_within_the_platforms_does_not_pass_for_another(tmp_path, roster):
    """Whoever names a folder or a file like a platform's does so within what the platform itself named."""
    for i, name in enumerate(
        (
            "Bo O'Neil-Smith_7002_assignsubmission_file_",
            "oneilsmithbo_7002_55_a",
            "0034_attempt_2027-01-01-00-00-00_a",
            "7002-1 - Bo O'Neil-Smith - Jan 1, 2027 100 PM - a",
            "submission_9010",
        )
    ):
        for platform, files in PLATFORMS.items():
            place = unzipped(
                tmp_path / f"{platform} {i}", files([Upload(ANA, {f"{name}.json": answers()}, number=5)])
            )
            found = list(read_all([place], senders=Senders(open_roster(roster))))
            assert who(found) == ["0012"], (platform, name)
            assert "2027" not in str([each.attempt for each in found if isinstance(each, HandIn)])


# --- conflicts ----------------------------------------------------------------------------------------------


def test_another_id_in_the_file_than_in_its_path_is_reported_and_never_guessed(run_here, tmp_path, roster):
    uploads = [
        Upload(ANA, {"answers.json": answers("0034")}),  # says that it is Bo's
        Upload(BO, {"answers.json": answers("0034", formulas=0)}),
        Upload(LI, {"answers.json": answers("0056")}),
    ]
    unzipped(tmp_path / "download", moodle(uploads))
    done = score(run_here, "download", "--roster", roster)
    assert done.code == FAULTS
    assert (
        "'0034' stands in it as the student, but it is from Moodle's Ana María de la Cruz (7001)"
        in done.words
    )
    assert "whose work it is has to be found out" in done.words
    rows = {row["student"]: row for row in grades(tmp_path / "feedback")}
    assert rows["0034"]["total"] == "0.00"  # Bo's own counts, though it is worse
    assert rows["0012"]["total"] == ""
    assert (
        "perhaps download/Ana María de la Cruz_7001_assignsubmission_file/answers.json is theirs"
        in (rows["0012"]["problems"])
    )
    assert rows["0078"]["problems"] == NOTHING_HANDED_IN
    results = Results.model_validate_json((tmp_path / "feedback" / "results.json").read_bytes())
    aside = [each for each in results.results if "not counted" in " ".join(each.problems)]
    assert [each.student for each in aside] == ["0034"]


def test_two_senders_of_one_id_are_reported_without_a_roster_too(run_here, tmp_path):
    uploads = [Upload(ANA, {"answers.json": answers("0012")}), Upload(BO, {"answers.json": answers("0012")})]
    unzipped(tmp_path / "download", moodle(uploads))
    done = score(run_here, "download")
    assert done.code == FAULTS
    assert "'0012' stands in it as the student, and it is from Moodle's Bo O'Neil-Smith (7002)" in done.words
    assert "which is from Moodle's Ana María de la Cruz (7001)" in done.words


def test_two_of_one_name_are_never_guessed_but_found_by_their_number(tmp_path):
    people = [Person("1", "Kim", "Lee", 11), Person("2", "Kim", "Lee", 12)]
    path = tmp_path / "roster.csv"
    path.write_text("student id,name\n1,Kim Lee\n2,Kim Lee\n", encoding="utf-8")
    place = unzipped(tmp_path / "download", canvas(one_each(people)))
    for finding in read_all([place], senders=Senders(open_roster(path))):
        assert isinstance(finding, Unreadable)
        assert "who is not on the roster" in " ".join(texts(finding))
    path.write_text("student id,name,canvas id\n1,Kim Lee,11\n2,Kim Lee,12\n", encoding="utf-8")
    assert sorted(who(read_all([place], senders=Senders(open_roster(path))))) == ["1", "2"]


def test_what_cannot_be_read_keeps_its_student(run_here, tmp_path, roster):
    uploads = [Upload(ANA, {"answers.json": answers()[:30]}), Upload(BO, {"answers.zip": b"PK no archive"})]
    unzipped(tmp_path / "download", moodle(uploads))
    done = score(run_here, "download", "--roster", roster)
    assert done.code == FAULTS
    rows = {row["student"]: row for row in grades(tmp_path / "feedback")}
    assert set(rows) == {each.student for each in PEOPLE}
    assert "Line 1, column 30" in rows["0012"]["problems"]
    assert "Not an archive" in rows["0034"]["problems"]


# --- attempts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["Brightspace", "Blackboard", "Canvas"])
@pytest.mark.parametrize("earlier_is_broken", [False, True])
def test_the_latest_attempt_counts_by_the_platforms_time_and_the_others_are_named(
    platform, earlier_is_broken, run_here, tmp_path, roster
):
    """February's stands before January's in a folder, and one of 10:00 before one of 9:59."""
    early = answers()[: 20 if earlier_is_broken else None]
    uploads = [
        Upload(ANA, {"answers.json": early}, time=(1, 31, 9, 59), number=100),
        Upload(ANA, {"answers-1.json": answers(formulas=0)}, time=(2, 1, 10, 0), number=1000, late=True),
    ]
    unzipped(tmp_path / "download", PLATFORMS[platform](uploads))
    done = score(run_here, "download", "--roster", roster)
    rows = [row for row in grades(tmp_path / "feedback") if row["student"] == "0012"]
    assert [row["total"] for row in rows] == ["0.00"]
    assert "answers-1.json" in rows[0]["file"]
    assert "answers.json: replaced by a later hand-in of the same student:" in done.words
    assert "0 of 40 points" in " ".join((tmp_path / "feedback" / "0012.md").read_text().split())


@pytest.mark.parametrize("late", [(2, 1, 9, 0), (1, 31, 23, 0)])  # read before the earlier one, and after it
def test_a_later_attempt_that_cannot_be_read_stands_beside_the_one_that_counts(
    late, run_here, tmp_path, roster
):
    uploads = [
        Upload(ANA, {"answers.json": answers()}, time=(1, 31, 9, 0)),
        Upload(ANA, {"answers.json": answers()[:20]}, time=late),
    ]
    unzipped(tmp_path / "download", brightspace(uploads))
    done = score(run_here, "download", "--roster", roster)
    assert done.code == FAULTS
    rows = [row for row in grades(tmp_path / "feedback") if row["student"] == "0012"]
    assert sorted(row["total"] for row in rows) == ["", "4.00"]
    assert "4 of 40" in (tmp_path / "feedback" / "0012.md").read_text(encoding="utf-8")


def test_a_page_is_that_of_the_attempt_that_counts_whichever_is_read_first(run_here, tmp_path, roster):
    for early, late in (((1, 31, 9, 0), (2, 1, 9, 0)), ((2, 1, 9, 0), (3, 1, 9, 0))):
        uploads = [
            Upload(ANA, {"answers.json": answers(formulas=0)}, time=early),
            Upload(ANA, {"answers.json": answers()}, time=late),
        ]
        place = zipped(tmp_path / "download.zip", brightspace(uploads))
        score(run_here, place, "--roster", roster)
        assert "4 of 40" in (tmp_path / "feedback" / "0012.md").read_text(encoding="utf-8")
        assert "4 of 40" in (tmp_path / "feedback" / "0012.html").read_text(encoding="utf-8")


# --- groups -------------------------------------------------------------------------------------------------


def test_a_file_may_list_several_students_who_all_get_its_marks(run_here, tmp_path, roster):
    unzipped(tmp_path / "download", [("a.json", answers("0012", group=["0034", "0056", "0012"]))])
    done = score(run_here, "download", "--roster", roster)
    assert done.code == 0, done.err
    rows = {row["student"]: row["total"] for row in grades(tmp_path / "feedback")}
    assert rows == {"0012": "4.00", "0034": "4.00", "0056": "4.00", "0078": ""}
    for student in ("0012", "0034", "0056"):
        assert f"Feedback for {student}" in (tmp_path / "feedback" / f"{student}.md").read_text()


def test_gradescopes_groups_are_told_by_its_list(run_here, tmp_path, roster):
    files = gradescope(
        [Upload(ANA, {"a.json": answers()}, with_=(BO, LI)), Upload(JO, {"a.json": answers()}, number=2)]
    )
    zipped(tmp_path / "export.zip", files)
    done = score(run_here, "export.zip", "--roster", roster)
    assert done.code == 0, done.err
    assert Counter(row["student"] for row in grades(tmp_path / "feedback")) == Counter(
        each.student for each in PEOPLE
    )


PRINTOUT = """student: 0012
group: 0034; 0056
-Iteration: 0
s_i: [ 0.458 0.869 0.704]
z_i: [ 0.458 0.869 0.704]
s_out: 0.099
z_out: 0.098
"""
TABLE = "student,0012\n{}\nquestion,part,value\nexercise1,dL_dW_out,y_out\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", TABLE.format('group,"0034, 0056"')),
        ("b.csv", TABLE.format("group,0034;0056").replace(",", "\t").replace(";", ", ")),
        ("c.csv", "question,field,value\n,student,0012\n,group,0034;0056\nexercise1,dL_dW_out,y_out\n"),
        ("d.txt", PRINTOUT),
    ],
)
def test_a_table_and_a_printout_may_list_a_group_as_well(name, text, run_here, tmp_path):
    unzipped(tmp_path / "download", [(name, text)])
    score(run_here, "download")
    assert [row["student"] for row in grades(tmp_path / "feedback")] == ["0012", "0034", "0056"]


@pytest.mark.parametrize("group", ["0034", ["0034", 5], [["0034"]], [str(i) for i in range(51)], {"a": "b"}])
def test_a_group_that_is_none_is_reported(group, tmp_path):
    (found,) = read_all([unzipped(tmp_path / "download", [("a.json", answers("0012", group=group))])])
    assert '"group"' in " ".join(grave(found))
    assert found.submission.student == "0012"


def test_who_is_in_two_groups_is_reported(tmp_path):
    files = [
        ("a.json", answers("0012", group=["0034"])),
        ("b.json", answers("0056", group=["0034"])),
    ]
    first, second = read_all([unzipped(tmp_path / "download", files)])
    assert not grave(first)
    assert grave(second) == [f"'0034' is in two groups: the other one is in {first.file}."]


# --- who is missing -----------------------------------------------------------------------------------------


def test_with_a_roster_those_who_handed_in_nothing_stand_in_every_table(run_here, tmp_path, roster):
    unzipped(tmp_path / "download", moodle(one_each((ANA, LI))))
    done = score(run_here, "download", "--roster", roster)
    assert done.code == 0
    feedback = tmp_path / "feedback"
    assert [line.split()[0] for line in done.out.splitlines() if line.endswith(NOTHING_HANDED_IN)] == [
        "0034",
        "0078",
    ]
    assert [
        (row["student"], row["total"], row["problems"]) for row in grades(feedback) if not row["total"]
    ] == [
        ("0034", "", NOTHING_HANDED_IN),
        ("0078", "", NOTHING_HANDED_IN),
    ]
    results = Results.model_validate_json((feedback / "results.json").read_bytes())
    assert [each.student for each in results.results] == [each.student for each in PEOPLE]
    index = (feedback / "index.html").read_text(encoding="utf-8")
    assert index.count("nothing handed in") == 2
    assert "<dt>handed in nothing</dt><dd>2</dd>" in index
    assert not (feedback / "0034.md").exists()
    assert not (feedback / "0034.html").exists()
    for format_ in ("json", "jsonl", "csv"):
        done = score(run_here, "download", "--roster", roster, "--no-feedback", "--format", format_)
        assert done.out.count(NOTHING_HANDED_IN) == 2, format_
    (feedback / "index.html").unlink()
    assert run_here("report", feedback).code == 0
    assert (feedback / "index.html").read_text(encoding="utf-8") == index


def test_who_handed_in_nothing_is_not_below_the_pass_mark(run_here, tmp_path, roster):
    unzipped(tmp_path / "download", moodle(one_each((ANA,))))
    assert score(run_here, "download", "--roster", roster, "--no-feedback", "--fail-under", "10").code == 0


def test_pages_of_students_who_are_gone_are_reported_and_left(run_here, tmp_path):
    files = dict(moodle([Upload(each, {"a.json": answers(each.student)}) for each in PEOPLE]))
    score(run_here, unzipped(tmp_path / "before", files.items()))
    (tmp_path / "feedback" / "notes.md").write_text("# Notes of mine\n", encoding="utf-8")
    files.pop(next(name for name in files if "7002" in name))
    done = score(run_here, unzipped(tmp_path / "after", files.items()))
    assert "feedback/0034.html and 0034.md: from an earlier run" in done.words
    assert "notes.md" not in done.err
    assert "0012" not in done.err
    assert (tmp_path / "feedback" / "0034.md").exists()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "mine.docx",
            "PK",
            "A text processor's document cannot be read: save what is printed or written in it",
        ),
        ("mine.PDF", "%PDF-1.7", "A PDF file cannot be read"),
        ("mine.ipynb", '{"cells": []}', "A notebook cannot be read"),
        ("mine.ods", "PK", "A workbook of this kind cannot be read: save it as .xlsx or .csv"),
        ("mine.csv", "a,b", "not a submission: no table of answers"),
        ("mine.md", "I did it", "not a submission: no printout of steps"),
    ],
)
def test_check_says_of_a_file_of_another_kind_what_to_do(name, text, says, run_here, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = run_here("check", name, "--key", KEY)
    assert says in done.words
    assert "`grader template` writes" in done.words


def test_check_says_of_an_archive_to_take_the_file_out(run_here, tmp_path):
    zipped(tmp_path / "mine.zip", [("a.json", answers("a"))])
    done = run_here("check", "mine.zip", "--key", KEY)
    assert done.code == USAGE
    assert "mine.zip: an archive; take out what was handed in" in done.words


# --- rosters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        # As Canvas, Moodle, Brightspace, Gradescope and Blackboard export them.
        """Student,ID,SIS User ID,SIS Login ID,Section,Practical 1 (4711)
,,,,,Manual Posting
    Points Possible,,,,,40
"O'Neil-Smith, Bo",7002,0034,bo1,M1,
"Student, Test",1,,f00ba4,M1,
""",
        """Identifier,Full name,ID number,Email address,Status,Grade
Participant 7002,Bo O'Neil-Smith,0034,bo@example.org,Submitted,
""",
        "OrgDefinedId,Last Name,First Name,Email,End-of-Line\n#0034,O'Neil-Smith,Bo,b@example.org,#\n",
        "First Name,Last Name,SID,Email,Sections\nBo,O'Neil-Smith,0034,bo@example.org,\n",
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\n"O\'Neil-Smith"\t"Bo"\t"bo1"\t"0034"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lists_as_platforms_export_them_are_read(text, encoding, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    (enrolled,) = read_roster(path)
    assert enrolled.student == "0034"
    roster = open_roster(path)
    for name in ("Bo O'Neil-Smith", "oneilsmithbo", "O'Neil-Smith, Bo", "Group A-Bo O'Neil-Smith"):
        assert roster.of_name(name) == "0034", name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no students"),
        ("student id\n", "no students below the headings"),
        ("name,email\nBo,b@example.org\n", "line 1: no column of ids"),
        ("student id,name\n1,Bo\n1,Ana\n", "line 3: the id '1' stands in line 2"),
        ("student id,name\n,Bo\n", "line 2: expected a student's id, found nothing"),
        ('student id,name\n1,"Bo\n', "line 2: not CSV"),
    ],
)
def test_a_roster_that_cannot_be_right_is_refused_with_the_line(text, words, run_here, tmp_path):
    unzipped(tmp_path / "download", moodle(one_each()))
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    done = score(run_here, "download", "--roster", "roster.csv")
    assert done.code == USAGE
    assert words in done.words
    assert not (tmp_path / "feedback").exists()


def test_a_roster_among_the_hand_ins_is_none_of_them(run_here, tmp_path, roster):
    place = unzipped(tmp_path / "download", moodle(one_each()))
    own = roster.rename(place / "roster.csv")
    for command in (["score", "--no-feedback"], ["marks", "template"], ["similar"]):
        done = run_here(*command, "download", "--key", KEY, "--roster", own)
        assert "roster.csv" not in done.err, command


def test_a_name_on_the_roster_that_is_the_files_own_name_is_an_id(tmp_path, roster):
    place = unzipped(tmp_path / "download", [("0012.json", answers()), ("x/0034/work.json", answers())])
    assert sorted(who(read_all([place], senders=Senders(open_roster(roster))))) == ["0012", "0034"]


# --- patterns -----------------------------------------------------------------------------------------------


def test_a_pattern_finds_ids_where_no_platform_is_known(run_here, tmp_path, roster):
    unzipped(
        tmp_path / "download", [("hw1-s0012-final.json", answers()), ("hw1-s0034.json", answers("0056"))]
    )
    done = score(run_here, "download", "--roster", roster, "--id-regex", r"-s(?P<student>\d{4})")
    assert done.code == FAULTS
    assert "'0056' stands in it as the student, but --id-regex finds '0034' in its path" in done.words
    assert grades(tmp_path / "feedback")[0]["student"] == "0012"


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        r"\d+",
        "(?P<student>" + "x" * 400 + ")",
        r"(?P<student>(a+)+)$",
        r"(?P<student>(a|a)*)$",
        r".*.*.*(?P<student>\d+).*",
        r"(?P<student>a)(\1)*",
        r"(?x)(?P<student> a )",
        r"(?P<student>(a{1,9}){1,9}b)",
    ],
)
def test_a_pattern_that_is_none_or_can_take_for_ever_is_refused(pattern):
    with pytest.raises(UsageFault, match="--id-regex"):
        id_pattern(pattern)


def test_patterns_that_are_taken_are_quick_on_any_path():
    for text in (
        r"(?P<student>\w+)\.json",
        r"s?(?P<student>\d{7})",
        r"(?P<student>a*)a*b",
        r"_(?P<student>[^_]+)_x",
    ):
        pattern = id_pattern(text)
        senders = Senders(pattern=pattern)
        start = time.process_time()
        for path in ("a" * 4000, "_" * 4000, "0123456" * 600, "x_" * 2000):
            senders.told_by(path, lambda _: None)
        assert time.process_time() - start < 1.0, text


# --- archives -----------------------------------------------------------------------------------------------


def archive_of(entries):
    """An archive of entries given as (ZipInfo or name, data)."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return data.getvalue()


def link(name, target="/etc/passwd"):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target


def device(name):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFIFO | 0o666) << 16
    return info, b""


def read_archive(tmp_path, data, senders=None):
    (tmp_path / "download.zip").write_bytes(data)
    return list(read_all([tmp_path / "download.zip"], senders=senders))


GOOD = ("good.json", answers("good"))


@pytest.mark.parametrize(
    "name", ["../x.json", "a/../../x.json", "/etc/x.json", "C:/x.json", "..\\x.json", "\\x.json"]
)
def test_names_that_lead_out_of_an_archive_are_refused_and_the_rest_is_read(name, tmp_path):
    found = read_archive(tmp_path, archive_of([(name, answers("evil")), GOOD]))
    assert [f.submission.student for f in found if isinstance(f, HandIn)] == ["good"]
    (refused,) = [f for f in found if isinstance(f, Unreadable)]
    assert texts(refused) == ["A name that leads out of its archive: one below it was expected."]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["download.zip"]  # nothing is unpacked anywhere


def test_links_and_devices_in_an_archive_are_not_followed(tmp_path):
    found = read_archive(tmp_path, archive_of([link("a.json"), device("b.json"), GOOD]))
    assert [f.submission.student for f in found if isinstance(f, HandIn)] == ["good"]
    assert [f.reason for f in found if isinstance(f, Skipped)] == ["a link, not followed"]
    assert len([f for f in found if isinstance(f, Unreadable)]) == 1


def test_what_comes_to_far_more_than_its_size_is_not_read_to_its_end(tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(200):
            archive.writestr(f"{i}.json", b" " * 1_000_000)
    assert len(bomb.getvalue()) < 300_000
    start = time.process_time()
    found = read_archive(tmp_path, bomb.getvalue())
    assert time.process_time() - start < 2
    assert "far more than its size" in texts(found[-1])[0]
    assert len(found) < 100


def test_an_entry_that_lies_about_its_size_is_no_way_around_the_limits(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", b" " * 3_000_000)
    small = data.getvalue().replace(struct.pack("<I", 3_000_000), struct.pack("<I", 10))
    (found,) = read_archive(tmp_path, small)
    assert isinstance(found, Unreadable)


def test_archives_in_archives_are_opened_once_and_no_deeper(tmp_path):
    inner = archive_of([("deep.json", answers("deep"))])
    middle = archive_of([("inner.zip", inner), ("mid.json", answers("mid"))])
    found = read_archive(tmp_path, archive_of([("middle.zip", middle), ("inner.zip", inner)]))
    assert sorted(f.submission.student for f in found if isinstance(f, HandIn)) == ["deep", "mid"]
    (refused,) = [f for f in found if isinstance(f, Unreadable)]
    assert texts(refused) == ["An archive in an archive in an archive: it was not opened."]


def test_too_many_entries_are_not_looked_at(tmp_path):
    inner = archive_of([(f"{i}.json", b"") for i in range(1001)])
    found = read_archive(tmp_path, archive_of([("x.zip", inner), GOOD]))
    assert [f.submission.student for f in found if isinstance(f, HandIn)] == ["good"]
    assert any("Too many files" in text for f in found if isinstance(f, Unreadable) for text in texts(f))


def packed(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("line", ["{}\n", "\n", "nothing\n", answers("a") + "\n"])
def test_an_archive_of_lines_is_read_as_far_as_its_size_allows(line, tmp_path):
    found = read_archive(tmp_path, packed([("a.jsonl", line * 60_000), ("b.jsonl", line), GOOD]))
    assert isinstance(found[-1], HandIn)
    first, second = [f for f in found if isinstance(f, Unreadable) and "Too many lines" in texts(f)[0]]
    assert first.file.endswith("a.jsonl")
    assert second.file.endswith("b.jsonl")
    assert len(found) < 40_000


def test_what_archives_in_an_archive_have_counts_for_that_one(tmp_path):
    inner = packed([("a.jsonl", "{}\n" * 1_000)])
    found = read_archive(tmp_path, packed([(f"{i}.zip", inner) for i in range(50)]))
    assert 30_000 <= len([f for f in found if f.file.rpartition(":")[2].isdigit()]) < 40_000
    bomb = packed([("a.csv", " " * 1_000_000), ("b.csv", " " * 1_000_000)])
    found = read_archive(tmp_path, packed([(f"{i}.zip", bomb) for i in range(12)]))
    assert any(
        "far more than its size" in text for f in found if isinstance(f, Unreadable) for text in texts(f)
    )


def test_a_class_in_an_archive_is_read_whole(tmp_path):
    lines = "".join(f"{answers(str(i))}\n" for i in range(5_000))
    found = read_archive(tmp_path, packed([("class.jsonl", lines)]))
    assert [f.submission.student for f in found if isinstance(f, HandIn)] == [str(i) for i in range(5_000)]


def test_a_large_class_in_an_archive_is_read_whole_and_line_by_line(tmp_path):
    """With all digits a hand-in of a dozen steps has some 10 kB: a class of 2,500 has 25 MB."""
    draw = random.Random(1)
    numbers = [repr(draw.random()) for _ in range(500)]
    place = tmp_path / "class.zip"
    with (
        zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("class.jsonl", "w") as file,
    ):
        for i in range(2_500):
            written = ", ".join(draw.sample(numbers, len(numbers)))
            file.write(f'{{"student": "{i}", "answers": {{"q": {{"n": [{written}]}}}}}}\n'.encode())
    tracemalloc.start()
    found = [(f.submission.student if isinstance(f, HandIn) else texts(f)) for f in read_all([place])]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [str(i) for i in range(2_500)]
    assert most < 20 << 20


def test_lines_that_come_to_far_more_than_their_archive_are_not_read_to_their_end(tmp_path):
    lines = (" " * (1 << 19) + "\n") * 80
    found = read_archive(tmp_path, packed([("a.jsonl", answers("a") + "\n" + lines), GOOD]))
    assert found[0].submission.student == "a"
    assert "far more than its size" in texts(found[-1])[0]
    assert len(found) <= 4


def test_a_line_without_an_end_in_an_archive_keeps_no_other_file_from_being_read(tmp_path):
    flood = ("a.jsonl", answers("a") + "\n" + " " * (40 << 20))
    first, unread, good = read_archive(tmp_path, packed([flood, GOOD]))
    assert first.submission.student == "a"
    assert texts(unread)[0].startswith(
        "Line 2: at most 1,048,576 bytes were expected, found no end in 16 times"
    )
    assert isinstance(good, HandIn)


def test_one_student_hands_in_no_flood_of_lines(tmp_path):
    place = unzipped(tmp_path / "download", moodle([Upload(ANA, {"x.jsonl": "{}\n" * 50_000})]))
    found = list(read_all([place]))
    assert len(found) == 1_001
    assert "Too many lines: at most 1,000" in texts(found[-1])[0]


def test_a_long_name_in_an_archive_is_told_in_short(tmp_path):
    found = read_archive(tmp_path, archive_of([("n" * 60_000 + ".json", answers("a")), GOOD]))
    (refused,) = [f for f in found if isinstance(f, Unreadable)]
    assert texts(refused) == ["A name of 60,005 characters: at most 4,096 were expected."]
    assert len(refused.file) < 300


@pytest.mark.parametrize("folder", ["submission_1/", "_attempt_1//"])
def test_a_name_in_an_archive_that_nests_deeply_is_told_and_keeps_no_other_from_being_read(tmp_path, folder):
    found = read_archive(tmp_path, archive_of([(folder * 300 + "x.json", answers("a")), GOOD]))
    (refused,) = [f for f in found if isinstance(f, Unreadable)]
    deep = 300 * folder.count("/")
    assert texts(refused) == [f"In {deep} folders within each other: at most 100 were expected."]
    assert any(isinstance(f, HandIn) for f in found)


def test_a_name_that_is_not_the_utf8_it_claims_to_be_costs_no_other_file(tmp_path):
    entries = [("zoé.json", answers("a")), GOOD, ("zoë.json", answers("b"))]
    data = archive_of(entries).replace("é".encode(), b"\xff\xfe")
    found = read_archive(tmp_path, data)
    assert sorted(each.submission.student for each in found if isinstance(each, HandIn)) == ["b", "good"]
    (refused,) = [each for each in found if isinstance(each, Unreadable)]
    assert texts(refused)[0].startswith("Cannot be read from its archive")


def test_one_students_archive_in_a_folder_has_a_students_limits(tmp_path):
    data = archive_of([(f"{i}.json", b"") for i in range(1001)])
    place = unzipped(tmp_path / "download", moodle([Upload(ANA, {"x.zip": data})]))
    (found,) = read_all([place])
    assert isinstance(found, Unreadable)
    assert found.student == "7001"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[: len(data) // 2], "Not an archive that can be read"),
        (lambda _: b"", "Not an archive that can be read"),
        (
            lambda data: data.replace(answers("good")[:20].encode(), b"x" * 20),
            "Cannot be read from its archive",
        ),
    ],
)
def test_a_damaged_archive_is_named_and_stops_nobody(damage, words, run_here, tmp_path):
    folder = unzipped(
        tmp_path / "download", [("z.zip", damage(archive_of([GOOD]))), ("a.json", answers("a"))]
    )
    done = score(run_here, folder)
    assert done.code == FAULTS
    assert words in done.words
    assert [row["total"] for row in grades(tmp_path / "feedback") if row["student"] == "a"] == ["4.00"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_damage_to_an_archive_is_more_than_a_finding(platform, tmp_path, roster):
    """Bytes changed, left out and put in, in 60 ways each; what comes is a finding, and never an error."""
    known = open_roster(roster)
    inner = archive_of([("work/answers.json", answers())])
    uploads = [*one_each(), Upload(ANA, {"answers.zip": inner}, number=4)]
    whole = zipped(tmp_path / "download.zip", PLATFORMS[platform](uploads)).read_bytes()
    draw = random.Random(platform)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(draw.choice([1, 2, 5, 20])):
            i = draw.randrange(len(data))
            data[i : i + draw.choice([0, 1, 20])] = draw.randbytes(draw.choice([0, 1, 8]))
        assert read_archive(tmp_path, bytes(data), senders=Senders(roster=known))


def test_a_file_without_a_name_is_refused(tmp_path):
    data = archive_of([("x.json", answers("x")), GOOD]).replace(b"x.json", b"\0.json")
    found = read_archive(tmp_path, data)
    assert [f.submission.student for f in found if isinstance(f, HandIn)] == ["good"]
    assert [texts(f) for f in found if isinstance(f, Unreadable)] == [["A file without a name in it."]]


def test_an_encrypted_file_is_named(tmp_path):
    data = bytearray(archive_of([GOOD]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (found,) = read_archive(tmp_path, bytes(data))
    assert "Encrypted" in texts(found)[0]


def test_two_entries_of_one_name_are_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        data = archive_of([("a.json", answers("a")), ("a.json", answers("b")), GOOD])
    found = read_archive(tmp_path, data)
    assert [f.submission.student for f in found if isinstance(f, HandIn)] == ["good"]
    assert any(
        "Two files of one name" in text for f in found if isinstance(f, Unreadable) for text in texts(f)
    )


def test_a_download_says_the_same_zipped_and_unzipped(run_here, tmp_path, roster):
    files = [*moodle(one_each()), *canvas([Upload(BO, {"b.json": answers("0034", formulas=0)}, number=4)])]
    rows = []
    for place in (unzipped(tmp_path / "download", files), zipped(tmp_path / "download.zip", files)):
        score(run_here, place, "--roster", roster, "--out", tmp_path / "out")
        text = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8")
        rows.append(text.replace("download.zip/", "download/"))
    assert rows[0] == rows[1]


def test_names_in_a_path_are_inert_on_a_terminal(run_here, tmp_path, roster):
    evil = Person("9", "Ev\x1b[31mil", "[bold]X", 66)
    zipped(tmp_path / "download.zip", moodle([Upload(evil, {"a.json": answers()})]))
    done = score(run_here, "download.zip", "--roster", roster)
    assert "\x1b" not in done.out + done.err
    assert "who is not on the roster" in done.words


def test_who_handed_in_nothing_stands_once_in_the_table_of_each_assignment(run_here, tmp_path):
    (tmp_path / "list.csv").write_text("id\namira\ngoran\nzoe\n")
    files = [ROOT / "submissions" / f"{name}.json" for name in ("amira", "goran")]
    done = run_here("score", *files, "--key", ROOT / "answer_keys", "--roster", "list.csv", "--no-feedback")
    first, second = done.out.split("practical1-strict\n")
    for table, absent in ((first, ["goran", "zoe"]), (second, ["amira", "zoe"])):
        assert [line.split()[0] for line in table.splitlines() if "nothing handed in" in line] == absent
