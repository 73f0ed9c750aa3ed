"""Tables laid over tables: what an author writes overrides and extends what a shorthand made."""

from collections.abc import Mapping
from typing import Any


def laid_over(made: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was made, with the author's own entries in place of those of the same name.

    A new entry stands behind the one that it follows in the author's table; with none before it, at the end.
    So an author's line of an equation stands where its author thinks of it.
    """
    result = list(made.items())
    before: str | None = None
    for name, value in own.items():
        names = [key for key, _ in result]
        if name in made:
            number = names.index(name)
            result[number] = (name, _both(name, made[name], value))
        else:
            result.insert(len(result) if before is None else names.index(before) + 1, (name, value))
        before = name
    return dict(result)


def _both(name: str, made: Any, own: Any) -> Any:
    if not (isinstance(made, Mapping) and isinstance(own, Mapping)):
        return own
    if name == "mistake":
        made = {each: _without_overridden(table, own.get(each)) for each, table in made.items()}
    return laid_over(made, own)


def _without_overridden(mistake: Mapping[str, Any], own: Any) -> Mapping[str, Any]:
    """Return a mistake without what it has for one method only, where the author's equation is for all."""
    if not isinstance(own, Mapping) or "method" not in mistake:
        return mistake
    methods = {
        method: {field: text for field, text in lines.items() if field not in own}
        for method, lines in mistake["method"].items()
    }
    return {**mistake, "method": {method: lines for method, lines in methods.items() if lines}}


def each_once(lines: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the equations of several methods: by field where all have the same, else below `method`."""
    table: dict[str, Any] = {}
    own: dict[str, dict[str, str]] = {}
    for field in dict.fromkeys(field for each in lines.values() for field in each):
        texts = {method: each.get(field) for method, each in lines.items()}
        if len(set(texts.values())) == 1:
            table[field] = next(iter(texts.values()))
            continue
        for method, text in texts.items():
            if text is not None:
                own.setdefault(method, {})[field] = text
    return table | ({"method": own} if own else {})
