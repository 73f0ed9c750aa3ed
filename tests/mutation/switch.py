"""What stands in front of each mutated function: the function as it was, or the mutant tried."""

import inspect
import os
from functools import wraps

MutantDict = dict
REACHED = "reached"  # in the place of a mutant: functions as they are, and SEEN has those that were called
SEEN: set[str] = set()
_TRYING = [os.environ.get("MUTANT", "")]


def turn(mutant):
    """Have a mutant tried from now on, in programs that are started as well."""
    _TRYING[0] = os.environ["MUTANT"] = mutant


def measuring():
    return _TRYING[0] == REACHED


def wrap_in_trampoline(mutants, is_classmethod=False):
    """Return a decorator that calls one of a function's mutants, or what it was."""

    def decorated(function):
        module = f"{function.__module__}."

        def chosen(args):
            original, trying = mutants["_mutmut_orig"], _TRYING[0]
            if trying == REACHED:
                SEEN.add(module + original.__name__.removesuffix("__mutmut_orig"))
            own = trying.startswith(module)
            now = mutants.get(trying.removeprefix(module), original) if own else original
            return (getattr(args[0], now.__name__), args[1:]) if is_classmethod else (now, args)

        if inspect.isgeneratorfunction(function):

            @wraps(function)
            def called(*args, **named):
                now, rest = chosen(args)
                return (yield from now(*rest, **named))
        else:

            @wraps(function)
            def called(*args, **named):
                now, rest = chosen(args)
                return now(*rest, **named)

        return called

    return decorated
