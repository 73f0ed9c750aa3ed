"""Nothing that a student writes is run, opened or connected to: seen by Python itself, and held by a lint."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shared import ROOT
from test_hostile import all_hostile

KEY = ROOT / "answer_keys" / "practical1.toml"
BIN = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """What Python saw while all hostile inputs were marked, and where that was."""
    folder = tmp_path_factory.mktemp("audit")
    all_hostile(folder / "hostile")
    words = [KEY, ROOT / "submissions", folder / "hostile", folder / "out"]
    script = ROOT / "tests" / "audited.py"
    (folder / "temporary").mkdir()
    environment = os.environ | {"TMPDIR": str(folder / "temporary")}
    done = subprocess.run(
        [sys.executable, script, *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), folder


def test_student_text_opens_imports_runs_and_connects_to_nothing(watched):
    found, _ = watched
    assert found["code"] == 1  # all of them were read
    assert found["seen"] == []


def test_the_watch_would_have_seen_it(watched):
    found, _ = watched
    assert {"open", "compile", "exec", "socket.__new__", "os.system", "import"} <= set(found["control"])


def test_it_leaves_nothing_behind(watched):
    _, folder = watched
    assert {path.name for path in folder.iterdir()} == {"hostile", "out", "temporary"}
    assert not any((folder / "temporary").iterdir())


# --- the lint -----------------------------------------------------------------------------------------------

# What runs text or makes objects of it, by import; and by name, wherever it comes from.
BANNED_MODULES = {
    "pickle",
    "cPickle",
    "marshal",
    "shelve",
    "dill",
    "joblib",
    "yaml",
    "code",
    "codeop",
    "runpy",
}
BANNED_NAMES = {"eval", "exec", "compile", "__import__"}
SNIPPETS = {
    "eval('1')\n": "S307",
    "exec('1')\n": "S102",
    "import pickle\n\npickle.loads(b'')\n": "S301",
    "import pickle\n": "TID251",
    "import marshal\n": "TID251",
    "import yaml\n\nyaml.load('')\n": "S506",
    "import yaml\n": "TID251",
    "import subprocess\n\nsubprocess.run('x', shell=True, check=True)\n": "S602",
}


def test_no_module_of_ours_can_run_text():
    for path in (ROOT / "grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & BANNED_MODULES, where
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in BANNED_MODULES, where
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in BANNED_NAMES, where


@pytest.mark.skipif(shutil.which("ruff", path=BIN) is None, reason="ruff is not installed here")
@pytest.mark.parametrize(("snippet", "rule"), SNIPPETS.items(), ids=SNIPPETS.values())
def test_the_lint_bans_what_runs_text(snippet, rule):
    words = ["ruff", "check", "--quiet", "--output-format=concise", "--stdin-filename=grader/snippet.py", "-"]
    ruff = shutil.which("ruff", path=BIN)
    done = subprocess.run(
        [ruff, *words[1:]], input=snippet, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert f" {rule} " in done.stdout
