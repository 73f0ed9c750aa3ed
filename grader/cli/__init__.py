"""The command line: the only place that prints and exits.

Begin with `app`, which puts the commands together and turns errors into words and exit codes.

- what is typed: `commands`, by who types them; `options` that several of them have, with their
  `option_values`; `defaults` from a file
- what is then done: `jobs`, one module for each command, imported when the command is called
- what jobs share: the keys at hand (`keyring`); where hand-ins come from, and texts that wait for a person
  (`hand_ins`); results for other programs (`ways_out`); files for each student (`handouts`); the `drafting`
  of a key
- a class is marked by the `engine`; a person is talked to through the `terminal`
"""

from grader.cli.app import main

__all__ = ["main"]
