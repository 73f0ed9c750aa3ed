"""A key as it is written, so that its faults can be shown with line, column and a picture of the place."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.exchange.answer_keys.key_faults import Fault
from grader.exchange.answer_keys.toml_places import Place, Span, Step, offset_in, places
from grader.schemas.faults import Inside, KeyFault
from grader.schemas.places import picture, where


@dataclass(frozen=True)
class Source:
    """A key's file, its text, and the tables that were read from it."""

    path: Path
    text: str
    data: dict[str, Any]

    @cached_property
    def places(self) -> Place:
        return places(self.text)

    def told(self, fault: Fault) -> str:
        """Return a fault in words: file, line, column, what is wrong, and a picture of the line."""
        start, end = self.span(fault)
        place = f"{fault.place}: " if fault.place else ""
        said = f"{self.path}: {where(self.text, start)}: {place}{fault.reason}"
        return f"{said}{picture(self.text, start, end)}"

    def span(self, fault: Fault) -> Span:
        """Return the offsets of what is at fault, or of what surrounds it where it is not in the file."""
        place, depth = self.places.nearest(fault.path)
        if depth < len(fault.path):
            return place.name or place.span
        if fault.inside and place.value:
            return self._inside(place.value, fault.inside) or place.value
        return place.name if fault.name and place.name else place.span

    def _inside(self, value: Span, fault: Inside) -> Span | None:
        """Return the offsets of a fault in an expression, if this value is that expression."""
        literal = self.text[slice(*value)]
        if tomllib.loads(f"x = {literal}")["x"] != fault.text:
            return None
        start, end = fault.span
        return value[0] + offset_in(literal, start), value[0] + offset_in(literal, end)

    def fault(self, fault: KeyFault) -> Fault:
        """Return a fault that was found after reading, with the path of its place."""
        place, reason = fault.place, fault.reason
        if not place and ": " in (first := reason.partition("\n")[0]):
            place = first.partition(": ")[0]
            reason = reason[len(place) + 2 :] if self._path(place) else reason
        path = self._path(place)
        return Fault(path, place if path else fault.place, reason, fault.name, fault.inside)

    def _path(self, place: str) -> tuple[Step, ...]:
        """Return the path of a place that is given in the author's words, as far as it stands in the file."""
        path: list[Step] = []
        table: Any = self.data
        rest = place
        while rest:
            step, rest = _next(table, rest)
            if step is None:
                # Something that is not in the file makes the place around it the nearest one.
                return (*path, rest) if path else ()
            path.append(step)
            table = table[step]
        return tuple(path)


def _next(table: Any, place: str) -> tuple[Step | None, str]:
    """Return the first step of a place in a table or list, and the rest; None where no step fits."""
    if isinstance(table, dict):
        fitting = [key for key in table if place == key or place.startswith((f"{key}.", f"{key}["))]
        if fitting:  # a name may have dots of its own
            key = max(fitting, key=len)
            return key, place[len(key) :].removeprefix(".")
    elif isinstance(table, list) and place.startswith("["):
        for number, item in enumerate(table):
            id_ = item.get("id", number) if isinstance(item, dict) else number
            if place.startswith(f"[{id_}]"):
                return number, place[len(f"[{id_}]") :].removeprefix(".")
    return None, place
