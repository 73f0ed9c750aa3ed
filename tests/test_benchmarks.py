"""The benchmarks run and say what they are about; how long things take is judged by nobody here."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks import growth
from benchmarks.measuring import run

BENCHMARKS = Path(__file__).parent / "benchmarks"


def benchmark(name, *arguments):
    words = [sys.executable, BENCHMARKS / name, *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_benchmark_of_a_class_prints_its_ratios():
    said = benchmark("class.py", "10", "1")
    assert said.startswith("10 hand-ins of the practical")
    assert re.findall(r"^ +(\S.*?)(?: +\d+\.\d+){3} +<= \d", said, re.MULTILINE) == [
        "the project's reader alone",
        "score --no-feedback --format jsonl",
        "the same, of one file of lines",
        "score with Markdown pages",
        "check of one file",
        "--help",
        "score --no-feedback --format jsonl",
        "score with Markdown pages",
    ]
    assert len(re.findall(r"^ .*?(?: +\d+){3} +\d+\.\d+ +<= 2$", said, re.MULTILINE)) == 2


def test_the_benchmark_of_growth_prints_exponents_and_plots(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(growth, "STEPS", (3, 10))
    monkeypatch.setattr(growth, "MISTAKES", (0, 40))
    monkeypatch.setattr(sys, "argv", ["growth.py", "100", str(tmp_path / "growth.svg")])
    growth.main()
    said = capsys.readouterr().out
    assert re.findall(r"^ *(hand-ins|steps|mistakes in the key) +cpu s", said, re.MULTILINE) == [
        "hand-ins",
        "steps",
        "mistakes in the key",
    ]
    assert re.search(r"^ +exponent +-?\d+\.\d+ +-?\d+\.\d+$", said, re.MULTILINE)
    plot = ET.parse(tmp_path / "growth.svg")
    assert len(plot.findall(".//{http://www.w3.org/2000/svg}polyline")) == 6


def test_the_benchmark_of_hostile_inputs_names_those_that_take_most():
    said = benchmark("hostile.py", "2", "200")
    inputs = re.match(r"(\d+) inputs, each beside 3 hand-ins that take \d+ ms alone:\n", said)
    assert int(inputs[1]) > 1
    for what, unit in (("time", "ms"), ("memory", "MB")):
        head = rf"^{what}: \d+ of {inputs[1]} take at most 50 {unit}; most take\n"
        assert re.search(rf"{head}(?:  \S+ +-?\d+\.\d {unit}\n){{2,}}", said, re.MULTILINE), said


def test_memory_of_a_process_is_its_own_and_not_that_of_the_benchmark():
    held = bytearray(b"x" * 100_000_000)
    assert run("pass").memory < len(held) / 1e6 < run(f"held = b'x' * {len(held)}").memory
