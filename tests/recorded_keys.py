"""What is said of keys with one line changed, on record: what changes it is seen in recorded_keys.txt.

    python tests/recorded_keys.py

writes the record anew. Some lines of each key are left out, named otherwise, or given another value.
What cannot be used is told with its place, what can is audited. As in recorded.py: read what changes.
"""

import re
from pathlib import Path

import numpy as np
from recorded import BETWEEN
from shared import as_key
from test_broken_keys import SOUND
from varied import SECRET

from grader.marking.formulas.formula_audit import audit_formulas
from grader.marking.mark import prepare
from grader.schemas.faults import KeyFault
from grader.solver.audit import audit
from grader.solver.findings import ClaimFinding, Misprint

RECORD = Path(__file__).with_suffix(".txt")
KEYS = Path(__file__).parent.parent / "answer_keys"
EACH = 45
VARIED = """\
id = "varied"

[[question]]
id = "circuit"
kind = "trace"
points = 6
digits = 4

[question.vary]
R = { least = 1, most = 9, step = 0.5 }
u = { among = [2.0, 3.0, 5.0], without = [3.0] }

[question.given]
tau = { default = 0.5, above = 0, below = 4 }

[question.start]
R = [2.0, 4.0]
q = 0.3

[question.constants]
c = 1.7

[question.method.m]
loop.k = [{ u = 2.0 }, { u = 5.0 }]
loop.n = 2
stop = "q > 40"
equations.i = "u / R + n"
equations.p = "sum(R * i^2)"
equations.q = "q + tau * p * side / c"
claims.p = "sum(u * i) + n * sum(R * i)"

[question.method.rough]
loop.k = [{ u = 2.0 }, { u = 5.0 }]
loop.n = 2
constants.two = 2
equations.i = "u / R"
equations.p = "sum(R) * i^two"
equations.q = "q + tau * sum(p) * side"

[question.choice.sides]
one = { side = "1" }
both = { side = "2" }

[question.mistake.squared]
credit = 0.5
says = "The current is not squared."
p = "sum(R * i)"

[question.published]
method = "m"
given = { tau = 0.5 }
steps = [
  { k = 0, n = 0, i = ["1.00", "0.50"], p = "3.00" },
]
"""


def texts():
    """Return keys as text, by name."""
    shipped = ("newton", "value_iteration", "adam", "kalman", "perceptron_and")
    files = {name: (KEYS / f"{name}.toml").read_text(encoding="utf-8") for name in shipped}
    return {"loan": SOUND, "circuit": VARIED} | files


# A line with an entry, but for the rows of tables that go over several lines.
ENTRY = re.compile(r"([\w.]+)(\s*=\s*)(.+)")
NAME = re.compile(r"\b[a-zA-Z]\w*\b")


def changes(line):
    """Return a line changed in several ways, by what was done to it."""
    done = {"left out": ""}
    if entry := ENTRY.fullmatch(line):
        name, is_, value = entry.groups()
        done["named otherwise"] = f"{name}x{is_}{value}"
        for other in ("0", "-2.5", "[1, 2]", '"x"', '"qq + 1"', "[[1, 2, 3], [4, 5, 6]]", "true"):
            done[f"is {other}"] = f"{name}{is_}{other}"
        if value.startswith('"'):
            done["of unknown"] = NAME.sub("unknown", line[entry.start(3) :], count=1).join(
                (f"{name}{is_}", "")
            )
            done["plus"] = f'{name}{is_}"{value[1:-1]} + 1"'
            done["as a row"] = f'{name}{is_}"[{value[1:-1]}, 2]"'
    return done


def edited(name):
    """Return pairs: what is changed in a key, and its text then."""
    random = np.random.default_rng([ord(letter) for letter in name])
    lines = texts()[name].splitlines()
    every = [
        (i, how, new)
        for i, line in enumerate(lines)
        if line and not line.startswith(("#", " ", "]"))
        for how, new in changes(line).items()
        if is_key("\n".join([*lines[:i], new, *lines[i + 1 :]]))
    ]
    drawn = random.permutation(len(every))[:EACH]
    some = [every[i] for i in sorted(drawn.tolist())]
    return [(f"{lines[i]}  {how}", "\n".join([*lines[:i], new, *lines[i + 1 :]])) for i, how, new in some]


def is_key(text):
    """Tell whether a text has the form of a key; what else it may have is told by the schema."""
    try:
        as_key(text)
    except ValueError:
        return False
    return True


def in_words(finding):
    """Return a finding of the audit in a line."""
    match finding:
        case Misprint():
            return f"{finding.field} at {finding.step}: {finding.printed} for {finding.solved:.6g}"
        case ClaimFinding():
            example, ratio = finding.example, finding.ratio
            words = [finding.field, finding.verdict, *finding.because, *map("=".join, finding.condition)]
            if ratio:
                words.append(f"{ratio.constant:.4g} {ratio.factor}^{ratio.exponent}")
            if example:
                words += [
                    f"at {example.step} {example.component}",
                    f"{example.field:.6g} {example.claim:.6g}",
                ]
            return " ".join(words)
        case _:
            return f"{finding.place}: {finding.says}"


def told(text):
    """Return what is said of a key, in lines."""
    key = as_key(text)
    try:
        prepare(key, secret=SECRET)
        found = audit(key)
    except KeyFault as fault:
        return str(fault).splitlines()
    about = [
        f"{each.method}: {each.steps} steps by {each.choices}, {each.beside} beside, {each.printed} in print"
        for each in found.checked
    ]
    about += [
        f"{each.tried} tried, {each.rejected} rejected of {each.variants}: {each.reasons}"
        for each in found.draws
    ]
    formulas = [f"{each.place}: {each.says}" for each in audit_formulas(key).findings]
    known = [f"{in_words(each)}{' (known)' * each.acknowledged}" for each in found.findings]
    return [*about, *known, *formulas]


def record(name):
    """Return the record of a key: a block for each change."""
    return "\n".join("\n    ".join([what, *told(text)]) for what, text in edited(name)) + "\n"


def recorded():
    """Return what is on record of each key, by name."""
    return dict(zip(texts(), RECORD.read_text(encoding="utf-8").split(BETWEEN), strict=True))


if __name__ == "__main__":
    RECORD.write_text(BETWEEN.join(map(record, texts())), encoding="utf-8")
