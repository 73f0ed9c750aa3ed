"""Where in its file a fault is that was found in what was read of it."""

from collections.abc import Mapping

from grader.schemas.problems import Problem

_UNKNOWN = "unknown key "


def placed(problem: Problem, places: Mapping[str, str]) -> Problem:
    """Return a problem with its place in a file instead of that in the submission, where that is known.

    `problem` begins with a place such as "answers.exercise2.steps[0].s_i[1]: "; `places` has the cells and
    lines of some. An entry that is not known there stands for the whole that it is in.
    """
    json, colon, reason = problem.text.partition(": ")
    if not (colon and places):
        return problem
    if reason.startswith(_UNKNOWN):
        name = reason.removeprefix(_UNKNOWN).split(";")[0].strip("'\"")
        json = f"{json}.{name}"
    while json and json not in places:
        json = json[: max(json.rfind("."), json.rfind("["), 0)]
    return Problem(f"{places[json]}: {reason}", problem.grave) if json else problem
