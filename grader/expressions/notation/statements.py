r"""What stands around a formula in an answer: its left side, a chain of '=', what letters in it stand for.

'dL/dw = dL/ds ds/dw = delta z, where delta = (y - t) f'(s)' is a left side, two forms of the answer, and a
definition.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.expressions.notation.cursor import COMMA, nesting, split
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.vocabulary import Vocabulary

_EQUALS = frozenset({"=", ":="})
_IN_A_NAME = frozenset(["_", "{", "}", "(", ")", "/", "'", "^", "∂", ",", "|"])
_PLAIN = frozenset({"_", "{", "}"})
_OF_A_DERIVATIVE = frozenset({"/", "∂", "frac", "dfrac", "tfrac", "nabla"})
_REPEATS = frozenset({"sum", "prod", "Sum", "product"})
_ACCENTS = frozenset({"hat", "bar", "tilde"})
_DEFINING = frozenset({"where", "wobei"})
_WORDS = frozenset({"where", "with", "and", "using", "mit", "wobei", "und"})
_CONCLUSIONS = frozenset({"therefore", "hence", "thus", "so", "daher"})
_ARROWS = frozenset({"Rightarrow", "implies", "Longrightarrow", "therefore"})
_LINES = frozenset({"align", "aligned", "equation", "gather", "gathered", "split", "eqnarray", "multline"})
# Without any of these a text is a formula and nothing else.
MARKS = _EQUALS | COMMA | _WORDS | _CONCLUSIONS | _ARROWS | {":", ";", "&", "\\", "begin"}


@dataclass(frozen=True, slots=True)
class Statement:
    """`left =` and the forms of what follows with '=' between them, each ended as a whole formula is."""

    left: list[Token]
    forms: list[list[Token]]

    @property
    def formula(self) -> list[Token]:
        """The form that counts: the last."""
        return self.forms[-1]


def named_by_colon(tokens: list[Token]) -> list[Token]:
    """Put '=' in the place of a colon behind the derivative that an answer is for: 'dL/dw: delta z'."""
    depths = [depth for _, depth in _nested(tokens)]
    colons = [i for i, token in enumerate(tokens) if token.text == ":" and depths[i] == 0]
    if len(colons) != 1 or not any(token.text in _OF_A_DERIVATIVE for token in tokens[: colons[0]]):
        return tokens
    place = colons[0]
    if not is_name(tokens[:place]):
        return tokens
    return [*tokens[:place], Token("operator", "=", tokens[place].span), *tokens[place + 1 :]]


def statements(tokens: list[Token], vocabulary: Vocabulary) -> tuple[Statement, Mapping[str, list[Token]]]:
    """Return the answer among the tokens, and by their names the definitions before or behind it."""
    tokens = _concluded(_in_one_line(tokens), vocabulary)
    parts = [part for part in _parts(tokens, vocabulary) if len(part) > 1]
    if len(parts) < 2:
        return _statement(tokens), {}
    every = [_statement(part) for part in parts]
    answer = _answer(every)
    definitions = [one for one in every if one is not answer]
    if not all(_defines(one, every, vocabulary) for one in definitions):
        return _statement(tokens), {}
    return answer, dict(map(_definition, definitions))


def _definition(one: Statement) -> tuple[str, list[Token]]:
    """Return a name and what it stands for: s is the root of what s^2 is said to be."""
    left, formula = _unsquared(one.left), one.formula
    if len(left) < len(one.left):
        start, end = formula[0].span, formula[-1].span
        root = [Token("name", "sqrt", start), Token("operator", "(", start)]
        formula = [*root, *formula[:-1], Token("operator", ")", end), formula[-1]]
    return _name(left), formula


def _unsquared(left: list[Token]) -> list[Token]:
    written = "".join(token.text if token.kind != "raised" else f"^{token.text}" for token in left)
    for square in ("^{2}", "^2"):
        if written.endswith(square):
            return left[: -1 if left[-1].kind == "raised" else -len(square)]
    return left


def _name(tokens: list[Token]) -> str:
    return "".join(token.text for token in tokens if token.text not in ("{", "}"))


def _answer(every: list[Statement]) -> Statement:
    """Return the statement that has no left side, or the derivative that was asked for as one; the first."""
    without = [one for one in every if not one.left]
    derivatives = [one for one in every if any(token.text in _OF_A_DERIVATIVE for token in one.left)]
    return (without or derivatives or every)[0]


def _defines(one: Statement, every: list[Statement], vocabulary: Vocabulary) -> bool:
    """Tell whether a statement says what a quantity of another one stands for: a word with its subscript."""
    if not one.left or one.left[0].kind != "name":
        return False
    if not all(is_name(form[:-1]) for form in one.forms[:-1]):  # delta = dL/ds = …
        return False
    left = _unsquared(one.left)
    if not all(token.kind in ("name", "number") or token.text in _PLAIN for token in left):
        return False
    name = vocabulary.spelled(_name(left))
    letters = one.left[0].text.split("_")[0]
    used = any(
        letters in token.text  # the q of pq, too
        for other in every
        if other is not one
        for token in other.formula
        if token.kind == "name"
    )
    return used and (name is None or name in vocabulary.symbols)


def _parts(tokens: list[Token], vocabulary: Vocabulary) -> Iterator[list[Token]]:
    """Yield what stands between commas and words such as 'where', outside all brackets."""
    separators = COMMA | (_WORDS - vocabulary.declared)
    place = 0
    for part in split(tokens, separators):
        word = tokens[place - 1].text if place else ""
        place += len(part)
        # where(…) is a function.
        if word == "where" and part[0].text == "(" and not any(token.text in _EQUALS for token in part):
            yield tokens
            return
        yield part


def _statement(tokens: list[Token]) -> Statement:
    """Cut tokens at every '=' outside brackets; before the first may stand the name of the answer."""
    forms: list[list[Token]] = [[]]
    depth = 0
    for place, token in enumerate(tokens[:-1]):
        depth += nesting(token)
        if depth == 0 and token.text in _EQUALS and token.kind == "operator" and not _begins(tokens, place):
            forms[-1].append(Token("end", "", token.span))
            forms.append([])
        else:
            forms[-1].append(token)
    forms[-1].append(tokens[-1])
    left = _without_accent(forms[0][:-1])
    if len(forms) == 1 or (left and not (is_name(left) or _are_names(left))):
        return Statement([], forms)
    return Statement(left, forms[1:])


def _without_accent(tokens: list[Token]) -> list[Token]:
    r"""Return a left side in which \hat{y} is the name that the same stands for in a formula, y_hat."""
    texts = [token.text for token in tokens[:4]]
    if len(texts) < 2 or tokens[0].kind != "command" or texts[0] not in _ACCENTS:
        return tokens
    place = 2 if texts[1] == "{" and texts[3:] == ["}"] else 1
    letter = tokens[place]
    if letter.kind != "name":
        return tokens
    end = 2 * place
    name = Token("name", f"{letter.text}_{texts[0]}", (tokens[0].span[0], tokens[end - 1].span[1]))
    return [name, *tokens[end:]]


def _begins(tokens: list[Token], place: int) -> bool:
    """Tell whether an '=' says where a sum begins, as in sum_k=1."""
    before = [token.text for token in tokens[max(0, place - 3) : place]]
    word = before[-1].split("_")[0] if before else ""
    return (word in _REPEATS and "_" in before[-1]) or (len(before) == 3 and before[0] in _REPEATS)


def is_chain_rule(tokens: list[Token]) -> bool:
    """Tell whether tokens are products of derivatives and nothing else: dL/ds * ds/dw, d²u/dx² + d²u/dy²."""
    some = any(token.text in _OF_A_DERIVATIVE for token in tokens)
    return some and is_name([token for token in tokens[:-1] if token.text not in ("*", "·", "∘", "+")])


def is_name(tokens: list[Token]) -> bool:
    r"""Tell whether tokens can name what an answer gives: y, z_{k-1}, dL/dw, \frac{∂L}{∂w}."""
    depth, before, end = 0, "", -1  # of the last name
    for kind, text, span in tokens:
        if kind == "operator":
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        named = (
            kind in ("name", "command", "raised")
            or text in _IN_A_NAME
            or (kind == "number" and (before in ("_", "^") or span[0] == end))  # δ3
        )
        if depth == 0 and (not named or text in _DEFINING):
            return False
        before = text
        end = span[1] if kind == "name" else -1
    return bool(tokens) and (tokens[0].kind in ("name", "command") or tokens[0].text == "∂")


def _are_names(tokens: list[Token]) -> bool:
    """Tell whether tokens name the components of an answer: (x, y)."""
    parts = split([*tokens[1:-1], tokens[-1]], COMMA)
    around = (tokens[0].text, tokens[-1].text) in (("(", ")"), ("[", "]"))
    return around and len(parts) > 1 and all(is_name(part[:-1]) for part in parts)


def _concluded(tokens: list[Token], vocabulary: Vocabulary) -> list[Token]:
    """Return what stands behind the last 'therefore', if there is one."""
    place, depth = 0, 0
    for i, token in enumerate(tokens[:-1]):
        depth += nesting(token)
        word = token.kind == "name" and token.text in _CONCLUSIONS and not vocabulary.spelled(token.text)
        concludes = word or (token.kind == "command" and token.text in _ARROWS)
        if depth == 0 and concludes:
            place = i + 1
    if place and tokens[place].text == ",":
        place += 1
    return tokens[place:]


def _in_one_line(tokens: list[Token]) -> list[Token]:
    r"""Take the lines of \begin{align} … \end{align} as one; also where only '&=' is left of it."""
    inside = _inside_environment(tokens)
    if inside is not None:
        return [token for token, depth in _nested(inside) if depth or token.text not in ("&", "\\")]
    kept = []
    for place, token in enumerate(tokens):
        after = tokens[min(place + 1, len(tokens) - 1)].text
        if (token.text == "&" and after in _EQUALS) or (token.text == "\\" and after in ("&", "=")):
            continue
        kept.append(token)
    return kept


def _nested(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    depth = 0
    for token in tokens:
        depth += nesting(token)
        yield token, depth


def _inside_environment(tokens: list[Token]) -> list[Token] | None:
    """Return what stands in the environment that encloses all of the tokens, if it only sets lines."""
    words = [token.text for token in tokens]
    start = words.index("}") + 1 if words[:2] == ["begin", "{"] and "}" in words else 0
    if not start or words[2] not in _LINES:
        return None
    ends = [place for place in range(len(words) - 2) if words[place : place + 3] == ["end", "{", words[2]]]
    if not ends:
        return None
    return [*tokens[start : ends[-1]], Token("end", "", (tokens[ends[-1]].span[0],) * 2)]
