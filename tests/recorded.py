"""Marks and messages of many kinds of hand-ins, on record: what changes them is seen in recorded.txt.

    python tests/recorded.py

writes the record anew. The hand-ins are worked in plain NumPy, with one to three things wrong in each, drawn
by its number. The record proves nothing by itself: read what changes in it before it is committed.
"""

from copy import deepcopy
from pathlib import Path

import handworked as hw
import numpy as np
from order_of_work import updated_after_each, updated_once
from shared import practical_key

from grader.marking.mark import mark
from grader.schemas.submission import Submission

RECORD = Path(__file__).with_suffix(".txt")
COUNT = 86
TOGETHER = 6
BETWEEN = f"\n{'-' * 80}\n\n"
LEFT_OUT = ("correct", "follows")


# --- What may be wrong: a rule in the place of another, a change of what is written, or of the whole page.


def rules(random, method):
    """Return wrong lines by what is wrong: a field and its rule."""
    W, w = (np.array(hw.START[name]) for name in ("W", "w"))
    back = (
        (lambda now: np.outer(now.delta_out, now.w))
        if method == "batch"
        else (lambda now: now.delta_out * now.w)
    )
    off = round(random.uniform(-0.6, 0.6), 3)
    return {
        "no half": ("L", lambda now: (now.z_out - now.y) ** 2),
        "error turned": ("delta_out", lambda now: (now.y - now.z_out) * hw.slope_of_tanh(now.s_out)),
        "no slope of the output": ("delta_out", lambda now: now.z_out - now.y),
        "no slope of the hidden": ("delta_i", back),
        "slope of z for s": ("delta_out", lambda now: (now.z_out - now.y) * (1 - now.z_out)),
        "s for z in the loss": ("L", lambda now: (now.s_out - now.y) ** 2 / 2),
        "z for s in the deltas": ("delta_i", lambda now: back(now) * now.z_i),
        "no relu": ("z_i", lambda now: now.s_i),
        "hidden tanh": ("z_i", lambda now: np.tanh(now.s_i)),
        "off": (str(random.choice(["s_i", "s_out", "z_out", "delta_i", "Delta_w"])), None),
        "w never updated": ("w", lambda now: now.w),
        "first of w never updated": ("w", lambda now: np.append(w[:1], (now.w - 0.2 * now.Delta_w)[1:])),
        "from the start": ("s_out", lambda now: now.z_i @ w),
        "w from the start": ("w", lambda now: w - 0.2 * now.Delta_w),
        "W from the start": ("s_i", lambda now: now.x @ W),
        "added": ("w", lambda now: now.w + 0.2 * now.Delta_w),
        "half a rate": ("W", lambda now: now.W - 0.1 * now.Delta_W),
        "off by a number": ("s_out", lambda now: now.z_i @ now.w + off),
        "z_i of nothing": ("Delta_w", lambda now: 0 * now.w),
    }


def sign(text):
    return text.removeprefix("-") if text.startswith("-") else f"-{text}"


def digit(text):
    return text[:-2] + str((int(text[-2]) + 3) % 10) + text[-1] if text[-2].isdigit() else text


def exchanged(text):
    return text[:-2] + text[-1] + text[-2] if text[-2].isdigit() else text


def point(text):
    whole, _, part = text.partition(".")
    return f"{whole}{part[:1]}.{part[1:]}"


TEXTS = {
    "sign": sign,
    "digit": digit,
    "digits exchanged": exchanged,
    "a digit lost": lambda text: text[:-2] + text[-1],
    "a digit twice": lambda text: text[:-1] + text[-2:],
    "point": point,
    "two digits": lambda text: f"{float(text):.2f}",
    "one digit": lambda text: f"{float(text):.1f}",
    "many digits": lambda text: f"{float(text) + 1e-5:.7f}",
    "comma": lambda text: text.replace(".", ","),
    "a word": lambda _: "see above",
    "nothing": lambda _: "",
    "a fraction": lambda _: "1/3",
    "ten times": lambda text: f"{10 * float(text):.4f}",
    "zero": lambda _: "0",
}


def of_one_number(change, place):
    """Return the change of one number of a line, whatever its shape."""

    def changed(value):
        if not isinstance(value, list):
            return change(value)
        k = place % len(value)
        return [changed(row) if i == k else row for i, row in enumerate(value)]

    return changed


def of_all_numbers(change):
    def changed(value):
        return [changed(row) for row in value] if isinstance(value, list) else change(value)

    return changed


def pages(random, steps):
    """Return changes of the whole page by what is wrong."""
    t = int(random.integers(1, steps))
    first, second = random.choice(hw.FIELDS, 2, replace=False).tolist()

    def left_out(answer):
        answer["steps"] = answer["steps"][:t]

    def field_left_out(answer):
        for step in answer["steps"]:
            del step[first]

    def fields_exchanged(answer):
        step = answer["steps"][t]
        step[first], step[second] = step[second], step[first]

    def columns_exchanged(answer):
        for step in answer["steps"]:
            step["delta_i"], step["z_i"] = step["z_i"], step["delta_i"]

    def steps_exchanged(answer):
        one, other = answer["steps"][t - 1], answer["steps"][t]
        for name in hw.FIELDS:
            one[name], other[name] = other[name], one[name]

    def copied(answer):
        answer["steps"][t][first] = answer["steps"][t - 1][first]

    def matrices_turned(answer):
        for step in answer["steps"]:
            step["W"] = [list(column) for column in zip(*step["W"], strict=True)]

    def counted_from_one(answer):
        for step in answer["steps"]:
            step["iteration"] += 1

    def unnumbered(answer):
        for step in answer["steps"]:
            step.pop("iteration"), step.pop("sample", None)

    def of_another_name(answer):
        answer["steps"][t][first + "x"] = answer["steps"][t].pop(first)

    def other_rate(answer):
        answer["given"] = {"alpha": 0.3}

    def other_method(answer):
        answer["method"] = "batch" if answer["method"] == "online" else "online"

    def shorter(answer):
        answer["steps"][t]["s_i"] = answer["steps"][t]["s_i"][:2]

    def twice(answer):
        answer["steps"].append(deepcopy(answer["steps"][t]))

    def weights_of_before(answer):
        for one, other in zip(
            reversed(answer["steps"]), [*reversed(answer["steps"][:-1]), None], strict=True
        ):
            if other is not None:
                one["w"], one["W"] = other["w"], other["W"]

    return {change.__name__.replace("_", " "): change for change in locals().values() if callable(change)}


# --- Hand-ins and their record.


def hand_in(number):
    """Return what is wrong with a hand-in, in words, and the hand-in itself; both drawn by its number."""
    random = np.random.default_rng(number)
    method = ("online", "batch")[number % 3 == 2]
    digits = int(random.choice([3, 4, 4, 5, 5, 6, 7]))
    ways = hw.random_ways(random)
    steps = 3 if method == "batch" else 12
    said, wrong, rewrite = [method, f"{digits} digits", "/".join(ways.values())], {}, {}
    page = None
    for kind in random.choice(["rule", "rule once", "text", "text", "texts", "page"], random.integers(1, 4)):
        if kind.startswith("rule"):
            menu = rules(random, method)
            name = str(random.choice(list(menu)))
            field, rule = menu[name]
            if rule is None:
                usual, off = hw.practical_rules(method, 0.2, **ways)[field], random.uniform(-0.5, 0.5)
                rule = lambda now, usual=usual, off=off: usual(now) + off  # noqa: E731
            t = int(random.integers(steps))
            wrong[field if kind == "rule" else (t, field)] = rule
            said.append(f"{name} in {field}" + (f" of step {t}" if kind == "rule once" else ""))
        elif kind == "page":
            menu = pages(random, steps)
            name = str(random.choice(list(menu)))
            page = menu[name]
            said.append(name)
        else:
            name, field = str(random.choice(list(TEXTS))), str(random.choice(hw.FIELDS))
            places = range(steps) if kind == "texts" else [int(random.integers(steps))]
            where = int(random.integers(6))
            change = of_all_numbers(TEXTS[name]) if kind == "texts" else of_one_number(TEXTS[name], where)
            rewrite |= {(t, field): change for t in places}
            said.append(f"{name} in {field} of " + ("all steps" if kind == "texts" else f"step {places[0]}"))
    answer = hw.practical(method, 0.2, digits, wrong, rewrite, **ways)
    if page is not None:
        page(answer)
    return "; ".join(said), answer


def in_other_orders():
    """Yield hand-ins that are worked in one order and written in the table of the other, an error in each."""

    def change(iteration, k, lines):
        return lines | {"z_out": lines["z_out"] + 0.37} if (iteration, k) == (1, 2) else lines

    for sums in ("sum", "mean", "last", None):
        yield f"updated after each, {sums}", updated_after_each(0.2, 5, sums=sums, change=change)
        answer = updated_after_each(0.5, 3, sums=sums, exact=False)
        answer["steps"][1]["w"][0] = "0.777"
        yield f"updated after each, {sums}, a weight", answer
    for shown in ("as before", "new", "grown", "nothing"):
        for sums in ("each", "total"):
            answer = updated_once(0.2, 5, shown=shown, sums=sums)
            answer["steps"][6]["s_out"] = "0.77777"
            answer["steps"][3]["L"] = sign(answer["steps"][3]["L"])
            yield f"updated once, {shown}, {sums}", answer


def told(result):
    """Return a result, what is right left out: a line for each way in which a field is off, in words once."""
    ways = [result.method or "no method", *map(" ".join, result.choices.items())]
    lines = [f"{result.score:.4f} by {', '.join(ways)}", *result.notes]
    same = {}
    for each in result.fields:
        if each.status not in LEFT_OUT:
            of_kind = same.setdefault((each.field, each.status, each.cause), (each.message, []))
            of_kind[1].append(f"{'.'.join(map(str, each.step.values()))}:{each.score / each.max_score:.2f}")
    for (field, status, cause), (message, steps) in same.items():
        known = f" {cause}" if cause else ""
        lines += [f"{field} {status}{known} {' '.join(steps)}", *([f"    {message}"] if message else [])]
    return [*lines, f"{sum(each.status == 'follows' for each in result.fields)} follow"]


def every_group():
    """Return all hand-ins in groups that are marked together, each with what is said of it."""
    every = [*(hand_in(number) for number in range(COUNT)), *in_other_orders()]
    return [every[i : i + TOGETHER] for i in range(0, len(every), TOGETHER)]


def record(key, group):
    """Return the record of a group: a block for each hand-in."""
    submissions = [Submission(student="s", answers={"exercise2": answer}) for _, answer in group]
    blocks = []
    for (said, _), own in zip(group, mark(key, submissions), strict=True):
        result = own.result("f")
        (of_trace,) = (each for each in result.questions if each.question == "exercise2")
        problems = [f"! {problem.text}" for problem in own.problems]
        blocks.append("\n    ".join([said, *problems, *told(of_trace)]))
    return "\n\n".join(blocks) + "\n"


def recorded():
    """Return what is on record of each group."""
    return RECORD.read_text(encoding="utf-8").split(BETWEEN)


if __name__ == "__main__":
    texts = [record(practical_key(), group) for group in every_group()]
    RECORD.write_text(BETWEEN.join(texts), encoding="utf-8")
