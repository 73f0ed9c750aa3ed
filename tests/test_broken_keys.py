"""What lecturers get wrong in a key, and what they read then: place, offending text, what was expected."""

import re
import tomllib
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cli.jobs.audit import audit
from grader.cli.keyring import load_key
from grader.exchange.answer_keys.not_toml import wrong_syntax
from grader.schemas.faults import KeyFault

SOUND = """\
# A loan, paid back month by month.
id = "loan"
points = 12

[[question]]
id = "table"
kind = "trace"
points = 8
tolerance = { rel = 1e-3, abs = 1e-2 }
acknowledged = [{ misprint = "interest", step = { month = 1 } }]

[question.given]
rate = { default = 0.015, above = 0.0 }

[question.start]
rest = 2000.0

[question.method.monthly]
loop.month = [{ paid = 400 }, { paid = 400 }, { paid = 500 }]
constants.shares = [0.25, 0.75]
claims.repayment = "derivative(paid * rest, rest) - interest"
forms.halves.sum = "sum(halves)"

[question.method.monthly.equations]
interest  = "rate * rest * days"
repayment = "paid - interest"
rest      = "rest - repayment"
halves    = "rest * shares"

[question.choice.year]
even  = { days = "1" }
exact = { days = "365/360" }

[question.weights]
interest = 2

[question.mistake.whole_payment]
credit = 0.5
says   = "Only what is left of the payment after the interest reduces the loan."
rest   = "rest - paid"

[question.published]
method = "monthly"
choose = { year = "even" }
steps = [
  { month = 0, interest = "30.00", rest = "1630.00" },
  { month = 1, interest = "24.54", halves = ["313.6", "940.8"] },
]

[[question]]
id = "formulas"
kind = "formula"
points = 3
numbers = ["r", "n", "P"]
positive = ["r"]

[question.definitions]
f = "(1 + r)^n"
total = "P * f"

[[question.part]]
id = "growth"
points = 3
answer = "dtotal/dP"
mistake.simple = { credit = 0.5, says = "Interest earns interest.", answer = "1 + n r" }

[[question]]
id = "why"
kind = "text"
points = 1
[[question.part]]
id = "why"
points = 1
"""

# What is changed (§ is where the fault is told) and words of the message. § stands for nothing in the file.
BROKEN = {
    "smart quotes": ('id = "loan"', "id = §“loan”", ["“", "straight quotes"]),
    "German quotes": ('id = "loan"', "id = §„loan“", ["„", "straight quotes"]),
    "only the closing quote is smart": ('"table"', '"table“§', ["expected a closing quote", "straight"]),
    "no quotes": ('kind = "trace"', "kind = §trace", ["'trace'", "stands in quotes"]),
    "closing quote forgotten": (
        '"trace"',
        '"trace§',
        ["expected a closing quote before the end of the line"],
    ),
    "comma for a point": (
        "points = 8",
        "points = 2§,5",
        ["expected the end", "','", "with a point, as in 0.5"],
    ),
    "number in quotes": ("points = 8", 'points = §"8"', ["expected a number", "'8'", "without quotes"]),
    "number in quotes with a comma": ("2000.0", '§"2000,0"', ["expected a number", "write 2000.0"]),
    "unit": ("rest = 2000.0", "rest = 2000.0 §EUR", ["'EUR'", "without its unit"]),
    "unit in quotes": (
        "2000.0",
        '§"2000 EUR"',
        ["expected a number", "write 2000, without its quotes and unit"],
    ),
    "percent in quotes": (
        "default = 0.015",
        'default = §"1,5 %"',
        ["expected a number", "write 0.015, without quotes"],
    ),
    "percent": (
        "default = 0.015",
        "default = 1.5§%",
        ["comma or }", "'%'", "without its unit", "1 % is 0.01"],
    ),
    "fraction": ("default = 0.015", "default = 15§/1000", ["'/'", "a fraction is written out"]),
    "minus sign of a word processor": ("default = 0.015", "default = §−0.015", ["'−'", "plain -"]),
    "thousands apart": ("2000.0", "2 §000", ["'000'", "without blanks"]),
    "leading zero": ("points = 8", "points = 0§8", ["'8'", "no zeros before it"]),
    "Python's True": ("points = 8", "points = 8\nbonus = §True", ["'True'", "TOML writes true and false"]),
    "colon for =": ("points = 8", "points§: 8", ["expected a = after the name", "':'"]),
    "two entries on a line": ("points = 8", "points = 8 §digits = 3", ["'digits'", "a line of its own"]),
    "comment with slashes": ("# A loan", "§// A loan", ["'/'", "a comment begins with #"]),
    "header not closed": ("[question.start]", "[question.start§", ["expected ] to close the header"]),
    "one bracket closes two": ('[[question]]\nid = "why"', '[[question§]\nid = "why"', ["]] to close"]),
    "list not closed": ("[0.25, 0.75]", "[0.25, 0.75", ["line 20, column 20", "expected a comma or ]"]),
    "list without commas": ("[0.25, 0.75]", "[0.25 §0.75]", ["'0.75'", "commas between them"]),
    "last comma in a table": ("abs = 1e-2 }", "abs = 1e-2, §}", ["'}'", "no comma"]),
    "backslash": ('says   = "', 'says   = "§\\alpha: ', [r"\a", "written twice"]),
    "table twice": ("[question.weights]", "[§question.start]", ["stands twice", "line 15"]),
    "entry twice": ("points = 8", "points = 8\n§points = 9", ["points stands twice", "line 8"]),
    "[question] for a second question": (
        '[[question]]\nid = "why"',
        '[§question]\nid = "why"',
        ["[question] stands twice", "[[question]], in two brackets"],
    ),
    "typo in a table's name": ("[question.start]", "[question.§strat]", ["strat", "did you mean start?"]),
    "typo in an entry's name": ("points = 12", "§pionts = 12", ["pionts", "did you mean points?"]),
    "entry of another table": (
        "points = 12",
        "points = 12\n§tolerance = { rel = 1 }",
        ["tolerance: unknown key here", "in a [[question]] of kind 'trace'"],
    ),
    "entry below a header": (
        'points = 1\n[[question.part]]\nid = "why"\npoints = 1',
        '[[question.part]]\nid = "why"\npoints = 1',
        ["question[why].points: is missing"],
    ),
    "points below a header": (
        "points = 8\ntolerance = { rel = 1e-3, abs = 1e-2 }",
        "tolerance = { rel = 1e-3, abs = 1e-2, points = 8 }",
        ["question[table].points: is missing", "below [question.tolerance]", "move it above"],
    ),
    "kind of question unknown": ('kind = "text"', 'kind = §"essay"', ["'essay'", "expected 'trace'"]),
    "no round": ("loop.month = [{", "loop.month = §0 # [{", ["expected a number of at least 1", "found 0"]),
    "half a round": ("loop.month = [{", "loop.month = §2.5 # [{", ["expected a whole number", "2.5"]),
    "rounds differ": ("{ paid = 500 }", "§{ payed = 500 }", ["loop.month[2]", "expected paid, found payed"]),
    "rows of different lengths": ("[0.25, 0.75]", "§[[1, 2], [3]]", ["rows of different lengths"]),
    "unknown name in an equation": (
        '"paid - interest"',
        '"paid - §intrest"',
        ["intrest", "did you mean interest?"],
    ),
    "unlike any known name": (
        '"paid - interest"',
        '"paid - §q"',
        ["unknown name q", "known are month, paid, shares"],
    ),
    "unknown function": ('"paid - interest"', '"§abbs(paid) - interest"', ["abbs", "did you mean abs?"]),
    "value used before it is worked out": (
        '"rate * rest * days"',
        '"rate * §repayment * days"',
        ["no value yet"],
    ),
    "product without *": ('"rate * rest * days"', '"rate §rest * days"', ["'rest'", "written with *"]),
    "number times name": ('"paid - interest"', '"2 §paid - interest"', ["'paid'", "as in 2*x"]),
    "comma in an equation": ('"paid - interest"', '"0§,5 - interest"', ["','", "with a point"]),
    "% in an equation": ('"rate * rest * days"', '"rest §% days"', ["'%'", "mod(a, b) for a remainder"]),
    "× in an equation": ('"rate * rest * days"', '"rate §× rest * days"', ["'×'", "write *"]),
    "equation in an equation": ('"paid - interest"', '"r §= paid - interest"', ["'='", "name before the ="]),
    "bracket not closed in an equation": ('"paid - interest"', '"(paid - interest§"', ["')'", "character 1"]),
    "equation without quotes": ('"paid - interest"', "§paid - interest", ["'paid'", "stands in quotes"]),
    "number for an equation": ('"paid - interest"', "§400", ["expected a text in quotes", "found 400"]),
    "shapes do not go together": (
        '"rest * shares"',
        '"§[1, 2, 3] * shares"',
        ["a vector of 3 and a vector of 2"],
    ),
    "shape of the start value": (
        '"rest - repayment"',
        '§"[rest, repayment]"',
        ["a vector of 2", "start value"],
    ),
    "error inside a longer equation": (
        '"rest - repayment"',
        '"""\nrest\n  - §repaymnt"""',
        ["repaymnt", "did you mean repayment?"],
    ),
    "mistake for no field": (
        'rest   = "rest - paid"',
        '§rset   = "rest - paid"',
        ["rset", "did you mean rest?"],
    ),
    "mistake that follows from none": (
        "credit = 0.5\nsays   =",
        'credit = 0.5\nfollows = §"whole_paymnt"\nsays   =',
        ["question[table].mistake.whole_payment.follows: there is no mistake whole_paymnt"],
    ),
    "mistake without words": (
        'says   = "Only what',
        'sais   = "Only what',
        ["question[table].mistake.whole_payment.says: is missing", "as sais?"],
    ),
    "credit misspelt": (
        "credit = 0.5\nsays   =",
        "§creddit = 0.5\nsays   =",
        ["whole_payment.creddit: expected a text in quotes, found 0.5; did you mean credit?"],
    ),
    "name of a choice misspelt": ('"rate * rest * days"', '"rate * rest * §dyas"', ["did you mean days?"]),
    "previous misspelt": (
        '"rest - repayment"',
        '"§prevous(rest) - repayment"',
        ["unknown function prevous; did you mean previous?"],
    ),
    "mistake of another shape": (
        '"rest - paid"',
        '§"[rest, paid]"',
        ["a vector of 2, the right line a number"],
    ),
    "credit as a percentage": (
        "credit = 0.5\n",
        "credit = §50\n",
        ["expected a number of at most 1", "found 50"],
    ),
    "method of a mistake": (
        'rest   = "rest - paid"',
        'method.§montly.rest = "rest - paid"',
        ["montly", "did you mean monthly?"],
    ),
    "options define different names": (
        'days = "365/360"',
        '§dais = "365/360"',
        ["expected days, found dais"],
    ),
    "option that means nothing": ('days = "365/360"', 'days = "365§°"', ["unexpected character '°'"]),
    "weight of no field": (
        "[question.weights]\ninterest",
        "[question.weights]\n§intrest",
        ["did you mean interest?"],
    ),
    "entry of the question below a header": (
        "[question.weights]\ninterest",
        "[question.weights]\n§slip_credit = 0.5\ninterest",
        ["found slip_credit", "stands above its [headers]"],
    ),
    "claim of no field": ("claims.repayment", "claims.§repaiment", ["repaiment", "did you mean repayment?"]),
    "claim with an unknown name": (
        "(paid * rest, rest)",
        "(paid * §rst, rest)",
        ["rst", "did you mean rest?"],
    ),
    "form of no field": ("forms.halves.sum", "forms.§halfs.sum", ["halfs", "did you mean halves?"]),
    "printed number without quotes": ('"30.00"', "§30.00", ["found 30.0; a printed number stands in quotes"]),
    "printed field unknown": ('interest = "24.54"', '§intrest = "24.54"', ["did you mean interest?"]),
    "printed step unknown": ("{ month = 1, interest", "§{ month = 3, interest", ["month (0 to 2)"]),
    "printed shape": ('["313.6", "940.8"]', '§["313.6"]', ["expected a vector of 2"]),
    "printed method unknown": ('method = "monthly"', 'method = §"montly"', ["did you mean monthly?"]),
    "printed choice unknown": (
        'choose = { year = "even" }',
        'choose = { year = §"evn" }',
        ["even, exact", "evn"],
    ),
    "acknowledged of no field": (
        'misprint = "interest"',
        'misprint = §"intrest"',
        ["did you mean interest?"],
    ),
    "points do not add up": (
        "points = 1\n[[question.part]]",
        "points = §2\n[[question.part]]",
        ["add up to 1, the question has 2"],
    ),
    "parts of one name": (
        'id = "why"\npoints = 1\n',
        'id = "why"\npoints = 0.5\n[[question.part]]\nid = §"why"\npoints = 0.5\n',
        ["two parts have the id why"],
    ),
    "questions of one name": ('id = "formulas"', 'id = §"table"', ["two questions have the id table"]),
    "formula with an unknown name": ('"P * f"', '"P * §g"', ["g"]),
    "formula that ends too early": ('"dtotal/dP"', '"f *§"', ["expected", "found the end"]),
    "formula with a misspelt name": ('"dtotal/dP"', '"d§toal/dP"', ["did you mean total?"]),
    "wrong formula of a mistake": ('answer = "1 + n r"', 'answer = "1 + n §q"', ["q"]),
    "[question.part] for a part": (
        '[[question.part]]\nid = "growth"',
        '[question.§part]\nid = "growth"',
        ["[[question.part]]"],
    ),
    "constant out of its range": ("default = 0.015", "default = §-0.015", ["-0.015, must be above 0"]),
    "name with a blank": (
        'repayment = "paid',
        '§"re payment" = "paid',
        ["expected a name such as", "'re payment'"],
    ),
    "two letters exchanged": ('"paid - interest"', '"§tahn(paid) - interest"', ["did you mean tanh?"]),
    "unknown name where the work stops": (
        "loop.month =",
        'stop = "§rst < 100"\nloop.month =',
        ["method.monthly.stop: unknown name rst", "did you mean rest?"],
    ),
    "claim by an unknown name": (
        "(paid * rest, rest)",
        "(paid * rest, §rst)",
        ["to differentiate by", "did you mean rest?"],
    ),
    "mistake without a line": (
        "[question.mistake.whole_payment]\ncredit = 0.5\n",
        '[question.mistake.§none]\nsays = "Nothing."\n[question.mistake.whole_payment]\ncredit = 0.5\n',
        ["mistake.none: expected a field and its faulty equation"],
    ),
    "no name of a formula is positive": (
        'positive = ["r"]',
        'positive = ["r", §"growht"]\nwhole = ["n"]',
        ["expected one of the names of this question, found growht"],
    ),
    "number for a table": (
        "tolerance = { rel = 1e-3, abs = 1e-2 }",
        "tolerance = §0.01",
        ["expected a table such as { rel = …, abs = … }, found 0.01"],
    ),
    "entry unlike any other": (
        'method = "monthly"',
        'method = "monthly"\n§origin = 3',
        ["unknown key; known here are choose, given, method, steps"],
    ),
    "printed step twice": (
        '{ month = 1, interest = "24.54", halves = ["313.6", "940.8"] }',
        '§{ month = 0, halves = ["407.5", "1222.5"] }',
        ["published.steps[1]: month 0 stands in steps[0] as well"],
    ),
    "printed step without numbers": (
        '{ month = 1, interest = "24.54", halves = ["313.6", "940.8"] }',
        "§{ month = 1 }",
        ["expected the printed numbers of a field beside the labels, found none"],
    ),
    "whole printed number without quotes": (
        'interest = "30.00"',
        "interest = §30",
        ["a printed number stands in quotes, with the digits that are printed, as in", 'interest = "30"'],
    ),
    "printed numbers too few": (
        '["313.6", "940.8"]',
        '§["313.6"]',
        ["published.steps[1].halves: expected a vector of 2, found a vector of 1"],
    ),
    "printed numbers ragged": (
        '["313.6", "940.8"]',
        '§[["313.6"], ["1", "2"]]',
        ["expected a vector of 2, found rows of different lengths"],
    ),
    "tolerance in percent": ("rel = 1e-3", "rel = §5", ["tolerance.rel: expected a number below 1, found 5"]),
    "bonus in a word": ("points = 8", 'points = 8\nbonus = §"yes"', ["expected true or false, found 'yes'"]),
    "nothing said": (
        'says   = "Only what is left of the payment after the interest reduces the loan."',
        'says   = §" "',
        ["expected a sentence, found ' '"],
    ),
    "two choices of one name": (
        'exact = { days = "365/360" }',
        'exact = { days = "365/360" }\n[question.choice.month]\nbank = { §days = "30" }',
        ["choice.month.bank.days: the choice year defines days as well"],
    ),
    "acknowledged mistake misspelt": (
        '{ misprint = "interest", step = { month = 1 } }',
        '{ misprint = "interest", step = { month = 1 } }, { mistake = §"hole_payment" }',
        ["expected one of whole_payment; found hole_payment; did you mean whole_payment?"],
    ),
    "a name of two kinds": ('["r", "n", "P"]', '["r", "n", "P", "f"]', ["f stands in numbers as well"]),
    "a name twice": ('["r", "n", "P"]', '["r", "n", "P", §"r"]', ["r stands twice"]),
    "answer to a text": (
        '[[question.part]]\nid = "why"',
        '[[question.part]]\nanswer = §"r"\nid = "why"',
        ['an answer is marked in a question of kind "formula"; a text waits for a person'],
    ),
    "umlaut in a name": ("interest = 2", "§größe = 2", ["'größe'", "letters a to z"]),
}


def place_of(text):
    before = text[: text.index("§")]
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def prove(path):
    load_key(path)
    audit(path)


def told(path):
    with pytest.raises(KeyFault) as raised:
        prove(path)
    return str(raised.value)


def test_the_key_that_is_broken_here_is_sound(tmp_path, capsys):
    path = tmp_path / "loan.toml"
    path.write_text(SOUND, encoding="utf-8")
    prove(path)
    assert "1 finding, all acknowledged by the key." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "ending"), list(zip(BROKEN, cycle(["\n", "\r\n"]), strict=False)), ids=BROKEN
)
def test_a_broken_key_is_told_with_line_and_column(name, ending, tmp_path):
    old, new, words = BROKEN[name]
    assert old in SOUND
    marked = SOUND.replace(old, new, 1)
    path = tmp_path / "loan.toml"
    text = marked.replace("§", "")
    mark = "\ufeff" if ending == "\r\n" else ""  # as the editor of that system writes it
    path.write_text(mark + text.replace("\n", ending), encoding="utf-8", newline="")
    said = told(path)
    assert said.startswith(f"{path}: line ")
    if "§" in marked:
        assert f"{path}: {place_of(marked)}: " in said, said
        number = int(re.match("line (\\d+)", place_of(marked))[1])
        line = " ".join(text.split("\n")[number - 1].rstrip().split("\t"))
        assert f"\n    {line[:40]}" in said or len(line) > 72, said
    for word in words:
        assert word in said, said


@settings(max_examples=200, deadline=None)
@given(text=st.text("ab=[]{}\"'.,\\\n# 1-“:", max_size=30))
def test_whatever_is_not_toml_is_told_with_a_place_in_it(text):
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = wrong_syntax(str(error), text)
        line, column = map(int, re.match(r"line (\d+), column (\d+): not TOML: \S", said).groups())
        lines = text.split("\n")
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
