"""Hand-ins in the layout of a script's printout, read with all that a scanner does to one.

To be read in this order: `printout`, from end to end; text to `items`, items to `blocks`, blocks to steps
(`placing`); damaged numbers by their `characters`.
"""

from grader.exchange.printout.printout import KeyData, read_printout

__all__ = ["KeyData", "read_printout"]
