"""Hand-ins from files: found and read, and whatever is wrong with one is named.

To be read in this order: `find`, `read`, with `lines` of one file, archives (`zipped`), and what is
`opened`; JSON to a submission: `parse`, `duplicates`, `underflow`; the other `formats`.
"""
