"""What programs call by names of their own: `matmul(X.T, r)`, `X.T.dot(r)`, `POWER(s; 2)`, `t(X) %*% r`."""

import re
from collections.abc import Callable

from grader.expressions.notation.plainer.edits import Put, arguments, inside, operand, put_for_call, rewritten
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.tokens import MAX_LENGTH

_METHODS = (
    (r"\.transpose\(\s*\)|\.t\(\s*\)", "^T"),
    (r"%\*%", " @ "),
    (r"(?<=[\s\w)\]'])\.\*", " ∘ "),
    (r"(?<=[\s\w)\]'])\.(?=[/^])", ""),
    (r"\{([^{}]{1,80})\\choose(?![A-Za-z])([^{}]{1,80})\}", r"\\binom{\1}{\2}"),
    (r"\(([^()]{1,80})\schoose\s([^()]{1,80})\)", r"binomial(\1, \2)"),
    (r"(?<![\w)])(\w{1,10})\schoose\s(\w{1,10})(?![\w(])", r"binomial(\1, \2)"),
    (r"(?<![A-Za-z0-9_\\])root\(([^(),]{1,60})\)(?!\s*\()", r"sqrt(\1)"),
    (r"(?:Γ|\\Gamma(?![A-Za-z]))\s*(?:\\left\s*)?\(", "Gamma("),
)
_CHOSEN = r"(?<![A-Za-z0-9_\\}])(?:[_^]|\{\s?\}\s?[_^]\s?)?([a-z])_?C_?([a-z0-9])(?![A-Za-z0-9_(])"  # nCk
_CHOSEN_IN_FRENCH = (  # C_n^k
    r"(?:\\(?:mathrm|text)\s?\{\s?C\s?\}|(?<![A-Za-z0-9_\\])C)"
    r"\s?_\s?\{?\s?([a-z0-9])\s?\}?\s?\^\s?\{?\s?([a-z0-9])(?!\w)\s?\}?"
)
_ORDERS = {"1": "1", "2": "2", "fro": "F"} | dict.fromkeys(("inf", "infinity", "infty"), r"\infty")
_PLAIN_NUMBER = r"\s*[0-9]+(?:\.[0-9]+)?\s*"
_TOTAL = r"(?<=[\w)\]])\.(sum|mean|max|min|norm)\(\s*\)"
_DOT = r"\.(?:dot|matmul|mm|mv)\s*\("
# Of spreadsheets, of their arguments.
_OF_ALL = dict.fromkeys(("SUM", "SUMME", "SOMME"), "+") | dict.fromkeys(
    ("PRODUCT", "PRODUKT", "PRODUIT"), "*"
)
_BINOMIALS = ("comb", "combin", "COMBIN", "KOMBINATIONEN", "choose", "nchoosek", "nCr", "C")
# By their number of arguments, which may be parted by the semicolons of a spreadsheet.
_WRITTEN_OUT = {
    **{(name, 2): "(({})^({}))" for name in ("power", "pow")},
    ("multiply", 2): "(({}) ∘ ({}))",
    ("divide", 2): "(({}) / ({}))",
    ("subtract", 2): "(({}) - ({}))",
    ("add", 2): "(({}) + ({}))",
    **{(name, 1): "({})" for name in ("array", "matrix", "tensor", "vector")},
    **{(name, 2): "[{}, {}]" for name in ("matrix", "vector")},
    **{(name, 3): "[{}, {}, {}]" for name in ("matrix", "vector")},
    **{(name, 2): "root({}, {})" for name in ("nthroot", "surd")},
    ("hypot", 2): "sqrt(({})^2 + ({})^2)",
    ("hypot", 3): "sqrt(({})^2 + ({})^2 + ({})^2)",
    **{(name, 1): "(sign({0})*floor(abs({0})))" for name in ("trunc", "fix")},
    ("quotient", 2): "floor(({})/({}))",
    **{(name, 2): "(({0}) @ ({0}))" for name in ("matrix_power", "matrixpower", "mpower")},
    **{(name, 2): "(({}) @ ({}))" for name in ("matmul", "mmult", "mm", "mv", "dot", "inner", "vdot")},
    ("norm", 2): "‖{0}‖_{{{1}}}",
    **{(name.lower(), 2): "binomial({}, {})" for name in _BINOMIALS},
    **{(name, 2): "(log({}) / log({}))" for name in ("log", "lg")},
    **{(name, 2): "(2*arctan(({0})/(sqrt(({0})^2 + ({1})^2) + ({1}))))" for name in ("atan2", "arctan2")},
    **{(name, 2): "(({}) ∧ ({}))" for name in ("and", "und", "et")},
    **{(name, 2): "(({}) ∨ ({}))" for name in ("or", "oder", "ou")},
    **{(name, 3): "where({}, {}, {})" for name in ("wenn", "si")},
    **{(name, 2): "(({})^({}))" for name in ("potenz", "puissance")},
    **{(name, 1): "log(sum(exp({})))" for name in ("logsumexp", "log_sum_exp", "lse")},
    ("solve", 1): "inv({})",
    **{(name, 1): "I_{{{}}}" for name in ("eye", "identity", "identitymatrix")},
    ("ones", 1): "1_{{{}}}",
    **{(name, 2): "(inv({}) @ ({}))" for name in ("solve", "linsolve", "linearsolve")},
    ("diff", 2): "derivative({}, {})",
    ("mod", 2): "(({0}) - ({1})*floor(({0})/({1})))",
    ("gamma", 1): "factorial(({}) - 1)",
    ("log1p", 1): "log(1 + ({}))",
    ("expm1", 1): "(exp({}) - 1)",
    ("exp2", 1): "(2^({}))",
    **{(name, 1): "(({})*pi/180)" for name in ("radians", "deg2rad")},
    ("sumproduct", 2): "sum(({}) * ({}))",
    **{(name, 3): "min(max({}, {}), {})" for name in ("clip", "clamp")},
    **{(name, 3): "where({}, {}, {})" for name in ("if", "ifelse", "where", "piecewise")},
}
_AS = {
    **dict.fromkeys(("max", "MAX", "maximum", "pmax", "fmax"), "max"),
    **dict.fromkeys(("min", "MIN", "minimum", "pmin", "fmin"), "min"),
    **dict.fromkeys(("t", "TRANSPOSE"), "transpose"),
    **dict.fromkeys(("average", "AVERAGE", "MITTELWERT", "MOYENNE", "reduce_mean"), "mean"),
    **dict.fromkeys(("SUMME", "SOMME", "reduce_sum"), "sum"),
    **dict.fromkeys(("WURZEL", "RACINE"), "sqrt"),
    **dict.fromkeys(("absolute", "fabs"), "abs"),
    **dict.fromkeys(("INT", "GANZZAHL", "ENT"), "floor"),
    **dict.fromkeys(("inverse", "Inverse", "MINVERSE"), "inv"),
    "Total": "sum",
    "expit": "sigmoid",
}
_IN_ANY_LETTERS = "|".join(sorted({name for name, _ in _WRITTEN_OUT}, key=len, reverse=True))
_CALLED_BY = (
    rf"(Piecewise|len|length|{'|'.join(sorted({*_AS, *_OF_ALL, *_BINOMIALS}, key=len, reverse=True))}"
    rf"|(?i:{_IN_ANY_LETTERS}))"
)
_CALLED = rf"(?<![A-Za-z0-9_.\\^]){_CALLED_BY}\("
_UPRIGHT = rf"\\(?:operatorname|mathrm|text)\s*\{{\s*{_CALLED_BY}\s*\}}\s*(?:\\left\s*)?\("


def from_programs(text: str, vocabulary: Vocabulary) -> str:
    """Read what programs call by names of their own."""
    for pattern, put in _METHODS:
        text = re.sub(pattern, put, text)
    text = re.sub(_UPRIGHT, r"\1(", text)
    if not vocabulary.begins("C"):
        for chosen in (_CHOSEN, _CHOSEN_IN_FRENCH):
            text = re.sub(chosen, r" binomial(\1, \2) ", text)

    def put_total(text: str, found: re.Match[str]) -> Put:
        start = operand(text, found.start(), vocabulary)
        return Put(start, f"({found[1]}({text[start : found.start()]}))", found.end())

    def put_product(text: str, found: re.Match[str]) -> Put | None:
        start, right = operand(text, found.start(), vocabulary), inside(text, found)
        if right is None:  # a bracket that nothing closes stays a fault
            return None
        left = text[start : found.start()]
        return Put(start, f"(({left}) @ ({right}))", found.end() + len(right) + 1)

    def put_call(text: str, found: re.Match[str]) -> Put | None:
        given = inside(text, found)
        too_long = len(text) > MAX_LENGTH  # some are written out with an argument twice
        if given is None or too_long or vocabulary.spelled(found[1]) is not None:
            return None
        return put_for_call(found, given, _call(found[1], arguments(given), vocabulary))

    text = rewritten(rewritten(text, _TOTAL, put_total), _DOT, put_product)
    return rewritten(text, _CALLED, put_call)


def _call(name: str, given: list[str], vocabulary: Vocabulary) -> str | None:
    if name in ("len", "length"):
        shape = vocabulary.shape_of(given[0].strip())
        return str(shape[0]) if shape and len(given) == 1 else None
    if name == "Piecewise" and given[0].lstrip().startswith("{"):  # as Mathematica has it
        inside, *rest = given
        rows = arguments(inside.strip()[1:-1])
        given = [*(f"({row.strip()[1:-1]})" for row in rows), f"({rest[0] if rest else '0'}, True)"]
    if name == "Piecewise" and (written := _by_cases(given)):
        return written
    if name in _OF_ALL and len(given) > 1:
        return f"(({f') {_OF_ALL[name]} ('.join(given)}))"
    if _AS.get(name) == "mean" and len(given) > 1:
        return f"((({') + ('.join(given)}))/{len(given)})"
    if name in _AS:
        return f"{_AS[name]}({', '.join(given)})"
    written = _WRITTEN_OUT.get((name.lower(), len(given)))
    clear = _IF_CLEAR.get(name.lower())
    return written.format(*given) if written and (clear is None or clear(given, vocabulary)) else None


def _by_cases(given: list[str]) -> str | None:
    """Return the cases of SymPy, each a formula and a condition, as an environment of LaTeX; or nothing."""
    rows = [arguments(row.strip()[1:-1]) for row in given]
    if not all(len(row) == 2 for row in rows):
        return None
    written = " \\\\ ".join(" & ".join(row) for row in rows)
    otherwise = re.sub(r"&\s*True\b", r"& \\text{otherwise}", written)
    return rf"\begin{{cases}} {otherwise} \end{{cases}}"


def _has_base(given: list[str], _: Vocabulary) -> bool:
    """Tell whether the second is a base, and no decimals: log(1,5) may be one number with a comma."""
    number, base = (re.fullmatch(_PLAIN_NUMBER, each) is not None for each in given)
    return not number and (base or re.fullmatch(r"\s*[A-Za-z]\w{0,9}\s*", given[1]) is not None)


def _has_no_index(given: list[str], vocabulary: Vocabulary) -> bool:
    """Tell whether no component by a free index is summed: over which one would not be said."""
    subscripts = re.findall(r"_\{?\s*([A-Za-z]+)", given[0])
    return not any(vocabulary.spelled(index) in vocabulary.indices for index in subscripts)


def _has_an_order(given: list[str], _: Vocabulary) -> bool:
    """Tell whether the order of a norm is one that is known, and write it as on paper."""
    given[1] = _ORDERS.get(re.sub(r"^\s*(?:ord|p)\s*=|[\s'\"]", "", given[1]).rpartition(".")[2].lower(), "")
    return given[1] != ""


def _is_in_order(given: list[str], _: Vocabulary) -> bool:
    """Tell whether bounds are numbers, or a - b and a + b; which of two others wins is not said."""
    low, high = (re.sub(r"[\s{}]", "", bound) for bound in given[1:])
    return all(re.fullmatch(r"-?[0-9.]+", bound) for bound in (low, high)) or (
        low.count("-") == 1 and low.replace("-", "+") == high
    )


_IF_CLEAR: dict[str, Callable[[list[str], Vocabulary], bool]] = {
    "log": _has_base,
    "norm": _has_an_order,
    **dict.fromkeys(("matrix_power", "matrixpower", "mpower"), lambda given, _: given[1].strip() == "2"),
    **dict.fromkeys(("logsumexp", "log_sum_exp", "lse"), _has_no_index),
    **dict.fromkeys(("clip", "clamp"), _is_in_order),
}
