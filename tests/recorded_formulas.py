"""What is said of formulas that are nearly right, on record: what changes it is seen there.

    python tests/recorded_formulas.py

writes recorded_formulas.txt anew. Right answers are changed in one or two places, as it is drawn.
As in recorded.py: read what changes.
"""

import re
from pathlib import Path

import numpy as np
from recorded import BETWEEN
from shared import practical_key, ready_key
from test_formula import LEAST_SQUARES_AND_A_MISTAKE, TURNED

from grader.marking.mark import mark
from grader.schemas.submission import Submission

RECORD = Path(__file__).with_suffix(".txt")
EACH = 20
MIXTURE = """\
id = "mixture"
[[question]]
id = "q"
kind = "formula"
points = 4
numbers = ["mu", "x", "sigma", "p"]
positive = ["sigma", "p"]
vectors = { a = 4, b = 4 }
[question.definitions]
z = "(x - mu) / sigma"
f = "exp(-z^2 / 2) / sigma"
[[question.part]]
id = "slope"
points = 2
answer = "df/dmu"
mistake.sign = { credit = 0.5, says = "The inner derivative is -1/sigma.", answer = "-f * z / sigma" }
[[question.part]]
id = "hinge"
points = 1
answer = "max(0, 1 - p * x)"
[[question.part]]
id = "cosine"
points = 1
answer = "(a @ b) / (norm(a) * norm(b))"
"""
RIGHT = {
    ("practical", "exercise1", "dL_dW_out"): ["(y_out - y_gt) * f_3'(s_out) * z_2", "dL/ds_out * z_2"],
    ("practical", "exercise1", "dL_dW_2"): ["(y_out - y_gt) * f_3'(s_out) * W_out * f_2'(s_2) * z_1"],
    ("practical", "exercise1", "dL_dW_1"): [
        "(y_out - y_gt) * f_3'(s_out) * W_out * f_2'(s_2) * W_2 * f_1'(s_1) * x_in"
    ],
    ("squares", "least_squares", "gradient"): ["transpose(X) @ (X @ w - y)", "X^T X w - X^T y"],
    ("turned", "q", "by_A"): ["b x^T", "outer(b, x)"],
    ("turned", "q", "product"): ["B @ C @ x", "B (C x)"],
    ("mixture", "q", "slope"): ["z * f / sigma", "(x - mu) / sigma^2 * f", "(x - mu)/sigma^3 * exp(-z^2/2)"],
    ("mixture", "q", "hinge"): ["max(0, 1 - p * x)", "(1 - p * x + abs(1 - p * x)) / 2"],
    ("mixture", "q", "cosine"): ["a @ b / (norm(a) * norm(b))", "a^T b / sqrt(a^T a * b^T b)"],
}
NAME = re.compile(r"[A-Za-z]\w*'?")


def keys():
    """Return the keys that the formulas are of, by name."""
    texts = {"squares": LEAST_SQUARES_AND_A_MISTAKE, "turned": TURNED, "mixture": MIXTURE}
    made = {name: ready_key(text) for name, text in texts.items()}
    return {"practical": practical_key()} | made


def changed(text, random):
    """Return a formula with one place of it changed, and what was done."""
    names = sorted(set(NAME.findall(text)))
    one, other = random.choice(names, 2).tolist()
    where = random.choice([m.start() for m in re.finditer(r"[-+*/@]", text)] or [0])
    ways = {
        "sign turned": f"-({text})",
        "twice": f"2 * {text}",
        "a third": f"({text}) / 3",
        "one more": f"{text} + 1",
        f"{other} for {one}": re.sub(rf"\b{re.escape(one)}(?!\w)", other, text, count=1),
        f"without {one}": re.sub(rf"\b{re.escape(one)}(?!\w) *[*@]? *", "", text, count=1),
        f"{one} squared": re.sub(rf"\b{re.escape(one)}(?![\w'(])", f"{one}^2", text, count=1),
        "another operator": text[:where] + str(random.choice(["+", "-", "*", "/", "@"])) + text[where + 1 :],
        "transposed": f"transpose({text})",
        "in absolute value": f"abs({text})",
        "a little off": f"1.001 * ({text})",
        "in LaTeX": text.replace("*", r"\cdot").replace("sigma", r"\sigma").replace("mu", r"\mu"),
        "as it is": text,
    }
    way = str(random.choice(list(ways)))
    return way, ways[way]


def formulas():
    """Return formulas by key, question and part."""
    found = {}
    for number, (place, right) in enumerate(RIGHT.items()):
        random = np.random.default_rng(number)
        some = {}
        while len(some) < EACH:
            text = str(random.choice(right))
            for _ in range(random.integers(1, 3)):
                _, text = changed(text, random)
            some[text] = None
        found[place] = list(some)
    return found


def record(key, question, part, texts):
    """Return the record of some formulas for a part: two lines for each."""
    every = [Submission(student="s", answers={question: {part: text}}) for text in texts]
    lines = []
    for text, own in zip(texts, mark(key, every), strict=True):
        result = own.result("f")
        (of_part,) = (
            f for q in result.questions for f in q.fields if q.question == question and f.field == part
        )
        known = f" {of_part.cause}" if of_part.cause else ""
        read = f" ({of_part.read})" if of_part.read else ""
        lines += [
            text,
            f"    {of_part.score:g} {of_part.status}{known}{read} {of_part.message or ''}".rstrip(),
        ]
    return "\n".join(lines) + "\n"


def recorded():
    """Return what is on record, by place."""
    return dict(zip(RIGHT, RECORD.read_text(encoding="utf-8").split(BETWEEN), strict=True))


if __name__ == "__main__":
    made = keys()
    texts = [record(made[key], *place, some) for (key, *place), some in formulas().items()]
    RECORD.write_text(BETWEEN.join(texts), encoding="utf-8")
