"""Hand-ins in the layout of a script's printout, read with all that a scanner does to one."""

from grader.exchange.printout.printout import KeyData, read_printout

__all__ = ["KeyData", "read_printout"]
