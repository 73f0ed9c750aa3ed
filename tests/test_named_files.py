"""Files that whoever runs a command names: `-` is stdout, and what is no such file is told with its place."""

import errno
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from test_cli import KEY, SHIPPED

from grader.exchange.marks_file import read_marks, read_table
from grader.exchange.people.roster import read_roster
from grader.exchange.write import write_named
from grader.schemas.faults import UsageFault


@pytest.mark.parametrize(
    ("command", "begins"),
    [
        (["template", str(KEY), "--out"], '{\n  "assignment"'),
        (["worksheet", str(KEY), "--out"], "<!DOCTYPE html>"),
        (["schema", "key", "--out"], "{\n"),
        (["marks", "template", str(SHIPPED), "--key", str(KEY), "--out"], "\ufeffstudent,question"),
        (["new", "rest", "--field", "a = 2 * u", "--start", "u=1", "--out"], "#:schema"),
        (["score", str(SHIPPED / "amira.json"), "--key", str(KEY), "--no-feedback", "--output"], "student"),
    ],
)
def test_a_dash_is_stdout(run_here, tmp_path, command, begins):
    done = run_here(*command, "-")
    assert done.code == 0, done.err
    assert done.out.startswith(begins)
    assert not (tmp_path / "-").exists()


def test_an_archive_goes_to_stdout_but_not_to_a_terminal(run_here, tmp_path, monkeypatch):
    build = ["gradescope", "build", str(KEY), "--out", "-"]
    done = subprocess.run(
        [sys.executable, "-m", "grader", *build], capture_output=True, cwd=tmp_path, check=True
    )
    assert "run_autograder" in ZipFile(BytesIO(done.stdout)).namelist()
    assert not (tmp_path / "-").exists()
    monkeypatch.setattr("grader.cli.terminal.streams.is_terminal", lambda: True)
    shown = run_here(*build)
    assert (shown.code, shown.out) == (2, "")
    assert "an archive cannot be shown in a terminal" in shown.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_notes_that_nobody_can_be_told_end_nothing(tmp_path):
    score = ["score", str(SHIPPED), "--key", str(KEY), "--out", str(tmp_path / "out")]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "grader", *score], stdout=subprocess.PIPE, stderr=full, check=False
        )
    assert b"amira" in done.stdout
    assert (tmp_path / "out" / "amira.md").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["score", str(SHIPPED), "--key", str(KEY)],
        ["report", "results.json"],
        ["assign", str(KEY), "--roster", "students.csv"],
    ],
)
def test_a_dash_is_no_folder(run_here, tmp_path, command):
    done = run_here(*command, "--out", "-")
    assert done.code == 2
    assert "expected a folder" in done.err
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize(
    "command",
    [["template", str(KEY)], ["score", "--no-feedback", str(SHIPPED / "amira.json"), "--key", str(KEY)]],
)
def test_a_link_that_leads_to_itself_is_told(run_here, tmp_path, command):
    (tmp_path / "loop").symlink_to("loop")
    done = run_here(*command, "-o", "loop")
    assert done.code == 2
    assert done.err.endswith("loop: a link that leads back to itself; expected the name of a file to write\n")
    assert (tmp_path / "loop").is_symlink()


def test_marks_are_not_said_to_be_entered_where_they_cannot_be_written(run_here, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "book.csv").write_text(
        "Student,ID,SIS User ID,practical1 (7)\nA,1,amira,\n", encoding="utf-8"
    )
    score = ["score", str(SHIPPED / "amira.json"), "--key", str(KEY), "--no-feedback"]
    fill = ["--format", "canvas", "--gradebook", "book.csv"]
    assert "1 of 1 marks entered" in run_here(*score, *fill, "-o", "filled.csv").err
    done = run_here(*score, *fill, "-o", "loop")
    assert done.code == 2
    assert "entered" not in done.err


def test_of_a_disk_that_is_only_read_the_file_is_named_and_not_the_temporary_one(tmp_path, monkeypatch):
    def refused(path, *_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(OSError, match="Read-only") as caught:
        write_named(tmp_path / "x.json", [b"x"])
    assert caught.value.filename == str(tmp_path / "x.json")


@pytest.mark.skipif(os.name != "posix", reason="a bound on the size of files is one of Unix")
@pytest.mark.parametrize(
    ("words", "where"),
    [
        (["--out", "out"], "out/"),
        (["--no-feedback", "--format", "jsonl", "--jobs", "1"], "the_disk"),
    ],
)
def test_a_full_disk_is_told_with_what_could_not_be_written_while_marking(tmp_path, words, where):
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
    limited += "from grader.cli import main; main()"
    (tmp_path / "the_disk").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", limited, "score", str(SHIPPED), "--key", str(KEY.parent), *words],
        cwd=tmp_path,
        # What Python compiles would be cut off as well, and would be read again as it is.
        env={**os.environ, "TMPDIR": str(tmp_path / "the_disk"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    said = done.stderr.splitlines()[-1]
    assert where in said
    assert said.endswith(f": {os.strerror(errno.EFBIG)}")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04rest", "found a workbook"),
        (b"%PDF-1.4", "found a PDF"),
        (b'{"student": "a"}', "found JSON"),
        (b'id,name\n1,"Ann\n2,Ben\n', "line 2: not CSV: a closing double quote was expected"),
        (b'id,name\n1,Ann\n2,"Ben"x\n', "line 3: not CSV: a separator was expected"),
        (b"id,name\n1,A\0nn\n", "line 2: expected text, found a zero byte"),
        (b"id,name\n1,Ann\n2,J\xf6rg\n", "line 3: not saved as UTF-8"),
    ],
)
@pytest.mark.parametrize("read", [read_roster, read_table])
def test_what_is_no_csv_is_told_with_its_line(tmp_path, read, data, told):
    file = tmp_path / "list.csv"
    file.write_bytes(data)
    with pytest.raises(UsageFault) as fault:
        read(file)
    assert str(fault.value).startswith(f"{file}: ")
    assert told in str(fault.value)


@pytest.mark.parametrize("before", ["", "sep=;\r\n", "\ufeff", '\ufeff"sep=;"\r\n'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_list_is_read_with_the_separator_that_it_states(tmp_path, before, encoding):
    file = tmp_path / "list.csv"
    file.write_bytes(f"{before}id;name\r\n007;Ann\r\n8;Jörg\r\n".encode(encoding))
    assert [each.student for each in read_roster(file)] == ["007", "8"]


def test_a_step_of_a_marks_file_has_each_label_once(tmp_path):
    file = tmp_path / "marks.csv"
    file.write_text("student,question,step,points\na,q,round=0 round=1,2\n", encoding="utf-8")
    marks, faults = read_marks(file)
    assert not marks
    assert "each once" in str(faults[0])


def test_results_that_are_cut_off_are_said_to_be(run_here, tmp_path):
    run_here("score", str(SHIPPED), "--key", str(KEY), "--out", "out")
    text = (tmp_path / "out" / "results.json").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    (tmp_path / "old.json").write_text("".join(lines[:4]), encoding="utf-8")
    done = run_here("diff", "old.json", "out/results.json")
    assert done.code == 2
    assert done.err.strip() == "grader: old.json: the end is missing; the file was cut off"


def test_results_that_are_too_deep_are_told_without_a_traceback(run_here, tmp_path):
    deep = '{"student": ' + "[" * 100_000 + "]" * 100_000 + ', "questions": []}\n'
    head = json.dumps({"schema": "grader/results/v1"})[:-1] + ', "results": [\n'
    (tmp_path / "r.json").write_text(head + deep + "]}\n", encoding="utf-8")
    for command in (["report", "r.json"], ["diff", "r.json", "r.json"]):
        done = run_here(*command)
        assert (done.code, "Traceback" in done.err) == (2, False)
        assert "r.json" in done.err
