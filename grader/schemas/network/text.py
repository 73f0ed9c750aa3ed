"""Equations put together as text, so that they read as a person writes them."""

from grader.expressions import ExpressionFault, parse


def times(factor: str, text: str) -> str:
    """Return a product with a factor that may be 1 or -1."""
    return {"1": text, "-1": f"-{text}"}.get(factor, f"{factor} * {text}")


def plus(first: str, factor: str, text: str) -> str:
    """Return `first + factor * text`, as a person writes it."""
    sign, factor = ("-", factor[1:]) if factor.startswith("-") else ("+", factor)
    return f"{first} {sign} {times(factor, text)}"


def bare(text: str) -> str:
    """Return an equation without brackets around the whole of it."""
    if text.startswith("(") and text.endswith(")"):
        try:
            inner = parse(text[1:-1])
        except ExpressionFault:
            return text
        return text[1:-1] if inner == parse(text) else text
    return text


def grouped(text: str) -> str:
    """Return an equation in brackets, as a factor of another."""
    return f"({bare(text)})"
