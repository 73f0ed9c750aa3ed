"""Marking a class of any size in batches, in constant memory.

Begin with `scoring`, which sends batches out and takes in what comes of them.

- who marks: the `marker`, in this process, in other ones (`workers`) or on a `cluster`; each keeps the
  garbage `collection` out of the way
- what is kept of each hand-in: `records`; which of a student's `attempts` counts; a person's marks:
  `markbook`
- what comes out: `pages`; what an output folder had `earlier`
"""
