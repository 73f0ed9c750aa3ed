"""The benchmark runs and says what it is about; how long things take is judged by nobody here."""

import re
import subprocess
import sys
from pathlib import Path

CLASS = Path(__file__).parent / "benchmarks" / "class.py"


def test_the_benchmark_of_a_class_prints_its_ratios():
    done = subprocess.run([sys.executable, CLASS, "20", "1"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "20 hand-ins" in done.stdout
    ratios = re.findall(r"^ +(\S.*?) +\d+\.\d+ +\d+\.\d+ +\d+\.\d+ +<= \d", done.stdout, re.MULTILINE)
    assert ratios == [
        "score --no-feedback --format csv",
        "score with Markdown pages",
        "check of one file",
        "--help",
    ]
    assert re.search(r"^ +score with Markdown and HTML pages( +\d+\.\d+){3}$", done.stdout, re.MULTILINE)
    assert len(re.findall(r"^ .* \d+ MB +\d+ MB +\d+\.\d+ +flat$", done.stdout, re.MULTILINE)) == 3
