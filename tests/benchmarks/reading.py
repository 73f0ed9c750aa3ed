"""How much it costs to read hand-ins with an eye on whose they are: plain files, a roster, an archive.

    python tests/benchmarks/reading.py [HAND-INS]

Prints processor time as a multiple of what it takes to parse the same bytes, all in one run.
"""

import json
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from grader.exchange import read_all
from grader.exchange.handins.parse import parse
from grader.exchange.people.roster import open_roster
from grader.exchange.people.senders import Senders

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 5


def build(folder, number):
    """Write the same hand-in for many students, plainly named and as Moodle names them, and a roster."""
    one = json.loads((ROOT / "submissions" / "amira.json").read_text(encoding="utf-8"))
    rows = ["student id,name"]
    for i in range(number):
        text = json.dumps({**one, "student": f"s{i:05}"})
        moodle = folder / "moodle" / f"First{i} Last{i}_{700_000 + i}_assignsubmission_file_"
        moodle.mkdir(parents=True)
        (moodle / "mine.json").write_text(text, encoding="utf-8")
        (folder / "plain").mkdir(exist_ok=True)
        (folder / "plain" / f"s{i:05}.json").write_text(text, encoding="utf-8")
        rows.append(f"s{i:05},First{i} Last{i}")
    (folder / "roster.csv").write_text("\n".join(rows), encoding="utf-8")
    with zipfile.ZipFile(folder / "moodle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / "moodle").rglob("*.json")):
            archive.write(path, path.relative_to(folder / "moodle"))


def seconds(work):
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def ratios(number):
    """Return, for each way in, its processor time as a multiple of parsing alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder, number)
        data = [path.read_bytes() for path in sorted((folder / "plain").iterdir())]
        alone = seconds(lambda: sum(1 for each in data if parse("x.json", each)))
        roster = open_roster(folder / "roster.csv")

        def of(path, senders=None):
            return seconds(lambda: sum(1 for _ in read_all([folder / path], senders=senders))) / alone

        return {
            "plain files": of("plain"),
            "plain files, with a roster": of("plain", Senders(roster=roster)),
            "Moodle's folders": of("moodle"),
            "Moodle's folders, with a roster": of("moodle", Senders(roster=roster)),
            "Moodle's archive, with a roster": of("moodle.zip", Senders(roster=roster)),
        }


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print(f"{count} hand-ins, processor time as a multiple of parsing their bytes:")
    for what, ratio in ratios(count).items():
        print(f"{ratio:6.2f}  {what}")
