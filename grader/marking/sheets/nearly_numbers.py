"""Hints for texts that are nearly numbers: what to write instead."""

import re

from grader.marking.sheets.digits import read_number

LONGEST = 100  # characters that are looked at for a number
_LONGEST_LIST = 1000
_NUMBER = r"[-+−]?[0-9]{1,20}(?:[.,][0-9]{1,20})?"
_ABOUT = r"[~≈=<>]{0,2}"
_REMARK = r"(?:[^\W\d]|[\s().:~≈]){0,40}"
_LIST = re.compile(r"\s*[\[(][\s\[(]*[-+−\d.eE]+(?:[\s,;\[\]()]+[-+−\d.eE]+)+[\s\])]*")
_POWER = re.compile(
    r"\s*([-+−]?[0-9]{1,20}(?:\.[0-9]{1,20})?)\s*(?:[*·×⋅xX]|\\(?:cdot|times))\s*10\s*"
    r"(?:(?:\^|\*\*)\s*[{(]?\s*([-+−]?[0-9]{1,3})\s*[)}]?|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))\s*"
)
_LOOKS_LIKE = str.maketrans("OolI|", "00111")
_RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "+-0123456789-")

# What a text looks like, and what to write instead. A group must be a number by itself.
_KINDS = tuple(
    (re.compile(rf"\s*{pattern}"), advice)
    for pattern, advice in (
        (r"[-+−]?[0-9]{1,20}\s*[/÷]\s*[0-9]{1,20}\s*", "write the fraction as a decimal number"),
        (
            rf"{_ABOUT}\s*{_NUMBER}\s*(?:%|percent|per cent)\.?\s*",
            "write the number alone, without a sign or a unit beside it (50 % is 0.5)",
        ),
        (
            rf"{_ABOUT}\s*{_NUMBER}\s*[A-Za-zµΩ°]{{0,12}}\.?\s*",
            "write the number alone, without a sign or a unit beside it",
        ),
        (r"[^\W\d]\w{0,20}\s*[=≈:]\s*(\S.*)", "write the number alone, without a name before it"),
        (r".*=([^=]*)", "write only what comes out"),
        (r"\$([^$]{1,40})\$\s*", "write the number alone, without $"),
        (rf"{_REMARK}{_NUMBER}(?!\d){_REMARK}", "write the number alone, without words beside it"),
    )
)


def hint(text: str) -> str:
    """Return what to write in place of a text that is not a number, as the end of a sentence; or nothing."""
    advice = _advice(text)
    return f"; {advice}" if advice else ""


def _advice(text: str) -> str:
    if "," in text and read_number(text.replace(",", ".")):
        return "write a decimal point, as the comma may stand for thousands"
    if len(text) <= _LONGEST_LIST and _LIST.fullmatch(text):
        return "write a list of numbers, without quotes around it"
    if len(text) > LONGEST:
        return ""
    if any(map(str.isdigit, text)) and read_number(text.translate(_LOOKS_LIKE)):
        return "write digits: a letter that looks like one stands in it"
    if power := _POWER.fullmatch(text):
        return f"write {power[1].translate(_RAISED)}e{(power[2] or power[3]).translate(_RAISED)}"
    for kind, advice in _KINDS:
        found = kind.fullmatch(text)
        if found and all(map(read_number, found.groups())):
            return advice
    return ""
