"""Words that other languages have for what a key says otherwise: hints for who writes one."""

# By word, how a key says it.
_ELSEWHERE = {
    "factorial": "prod(k for k in range(1, 5)) for 4!",
    "cumsum": "[sum(x[0:k+1]) for k in range(3)]",
    "var": "mean((x - mean(x))^2)",
    "std": "sqrt(mean((x - mean(x))^2))",
    "det": "A[0, 0]*A[1, 1] - A[0, 1]*A[1, 0]",
    "trace": "sum(A[k, k] for k in range(3))",
    "solve": "inv(A) @ b",
    "eye": "diag([1, 1])",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "int": "floor",
    "if": "where(condition, a, b)",
    "and": "a * b of two conditions in brackets",
    "or": "max(a, b) of two conditions",
    "not": "1 - a",
    "xor": "mod(a + b, 2)",
    "Phi": "normal_cdf",
    **dict.fromkeys(("inf", "infinity"), "a number larger than all others, such as 1e9"),
}


def said_here(name: str) -> str:
    """Return '; write …' for a word that other languages have, or nothing."""
    return f"; write {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""
