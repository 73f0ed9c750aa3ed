"""Hand-ins in the layout of a script's printout, read with everything that a scanner does to one.

Begin with `printout`, the whole way: text to `items`, items to `blocks`, blocks to the steps of a key
(`placing`). Damaged numbers are read by their `characters`. A table that students laid out themselves,
`own_table`, comes to the same pieces.
"""

from grader.exchange.printout.printout import NOBODYS, KeyData, read_printout

__all__ = ["NOBODYS", "KeyData", "read_printout"]
