"""Texts that are nearly numbers: those with one number in them are read, for the others there are hints."""

import re

from grader.marking.sheets.digits import WrittenNumber, read_number

LONGEST = 100  # characters that are looked at for a number
_LONGEST_LIST = 1000
_NUMBER = r"[-+−]?[0-9]{1,20}(?:[.,][0-9]{1,20})?"
_ABOUT = r"[~≈=<>]{0,2}"
_REMARK = r"(?:[^\W\d]|[\s().:~≈]){0,40}"
_LIST = re.compile(r"\s*[\[(][\s\[(]*[-+−\d.eE]+(?:[\s,;\[\]()]+[-+−\d.eE]+)+[\s\])]*")
_POWER = re.compile(
    r"([-+−]?[0-9]{1,20}(?:[.,][0-9]{1,20})?)\s*(?:[*·×⋅xX]|\\(?:cdot|times))\s*10\s*"
    r"(?:(?:\^|\*\*)\s*[{(]?\s*([-+−]?[0-9]{1,3})\s*[)}]?|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))"
)
# What comes out stands behind the last of these signs; behind < or ! they would say something else, and with
# nothing before it = begins a spreadsheet's formula.
_RESULT = re.compile(r"(?:.*[^<>!]=|.*(?:≈|≃|≅|→|⇒|->))(?P<result>[^=<>≈≃≅→⇒]+)")
_IN_WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_AROUND = " \t\n\r\f\v\N{NO-BREAK SPACE}$`'\"‘’‚“”„"
_CROSSED_OUT = re.compile(r"~~[^~]*~~")
_SPACED = re.compile(r"(?<=^[-+−])\s+|\s+(?=\.\d)|(?<=\d\.)\s+(?=\d)")
_IN_THREES = re.compile(r"[-+−]?[0-9]{1,3}(?:\s[0-9]{3})*[.,][0-9]{3}(?:\s[0-9]{3})*(?:\s[0-9]{1,3})?")
_NEGATIVE = re.compile(r"\(\s*([-−][^()]*)\)")
_GOES_ON = re.compile(r"(?<=[.,])([0-9]{1,20})\s*(?:…|\.{3})$")
_LOOKS_LIKE = str.maketrans("OolI|", "00111")
_RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "+-0123456789-")

# What a text looks like, and what to write instead. A group must be a number by itself.
_KINDS = tuple(
    (re.compile(rf"\s*{pattern}"), advice)
    for pattern, advice in (
        (r"[-+−]?[0-9.]{1,20}\s*[/÷]\s*[0-9.]{1,20}\s*", "write the fraction as a decimal number"),
        (
            rf"{_ABOUT}\s*{_NUMBER}\s*(?:%|percent|per cent)\.?\s*",
            "write the number alone, without a sign or a unit beside it (50 % is 0.5)",
        ),
        (
            rf"{_ABOUT}\s*{_NUMBER}\s*[A-Za-zµΩ°]{{0,12}}\.?\s*",
            "write the number alone, without a sign or a unit beside it",
        ),
        (r"[^\W\d]\w{0,20}\s*:\s*(\S.*)", "write the number alone, without a name before it"),
        (rf"\({_NUMBER}\)\s*", "write the number alone: brackets may stand for a minus"),
        (rf"{_REMARK}{_NUMBER}(?!\d){_REMARK}", "write the number alone, without words beside it"),
        (rf".*\d.*(?:or|[^\W\d_]{{4}}).*{_NUMBER}\s*", "write only the number that is to count"),
    )
)


def number_in(text: str) -> WrittenNumber | None:
    """Read a text in which one number stands with what leaves no doubt of it, or return None.

    That is a sign of equality, or a calculation with one, before it, or what is ~~crossed out~~; quotes
    around it; blanks in it; dots for the digits that go on; a power of ten. A letter that looks like a
    digit is none: nobody but the student knows what is meant.
    """
    if len(text) > LONGEST:
        return None
    text = _CROSSED_OUT.sub("", text)
    behind = _RESULT.fullmatch(text)
    if behind and _IN_WORDS.search(text, 0, behind.start("result")):
        return None
    alone = _GOES_ON.sub(r"\1", (behind["result"] if behind else text).strip(_AROUND)).rstrip(" .,;")
    alone = _SPACED.sub("", _NEGATIVE.sub(r"\1", alone))
    if _IN_THREES.fullmatch(alone):
        return read_number("".join(alone.split()))
    if power := _POWER.fullmatch(alone):
        alone = f"{power[1]}e{(power[2] or power[3]).translate(_RAISED)}"
    return read_number(alone)


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
    for kind, advice in _KINDS:
        found = kind.fullmatch(text)
        if found and all(map(read_number, found.groups())):
            return advice
    return ""
