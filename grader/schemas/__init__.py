"""What is written down: keys, submissions, results, marks. All frozen; anything extra is refused or named.

Begin with `key`. To be read in this order:

- a `key`: what all its tables share (`base`), constants that are `given` or vary, questions of `parts`, the
  shorthand for a `network`; marks that a course expects (`expect`)
- a `submission`; and before anybody has filled it in, a `blank`
- `results`, a person's `marks`, what two hand-ins share (`similar`), words of `gradescope`
- for every package: `faults`, `wording`, `places` in words, `cells` of spreadsheets, what is `remembered`
"""
