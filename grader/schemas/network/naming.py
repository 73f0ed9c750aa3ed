"""The names of what a network makes: the field's usual ones, or those that the author gives them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.expressions import CONSTANTS, known_functions, nearest
from grader.schemas.base import QUANTITY
from grader.schemas.network.model import NetworkFault


@dataclass(slots=True)
class Names:
    """The author's other names, and all that were asked for: usual name -> name."""

    other: Mapping[str, str]
    asked: dict[str, str] = field(default_factory=dict)
    quantities: set[str] = field(default_factory=set)

    def word(self, usual: str) -> str:
        """Return the name of a choice, an option, a loop or a method."""
        name = self.other.get(usual, usual)
        self.asked[usual] = name
        return name

    def quantity(self, usual: str) -> str:
        """Return the name of something that stands in equations. Raises NetworkFault where it cannot."""
        if usual in self.asked:
            return self.asked[usual]
        name = self.word(usual)
        place = ("network", "names", usual) if usual in self.other else ("network",)
        if not re.match(QUANTITY, name):
            raise NetworkFault(place, f"expected a name such as x or w_2, found {name!r}")
        if name in known_functions() or name in CONSTANTS:
            raise NetworkFault(place, f"{name} is a function or constant of the language already")
        if name in self.quantities:
            raise NetworkFault(place, f"two quantities of the network would be called {name}")
        self.quantities.add(name)
        return name

    def check(self) -> None:
        """Raise NetworkFault for a name given to something that the network does not have."""
        for usual in self.other:
            if usual not in self.asked:
                hint = nearest(usual, frozenset(self.asked))
                raise NetworkFault(("network", "names", usual), f"the network has no {usual}{hint}")
