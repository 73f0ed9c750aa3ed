"""Hand-ins from files: found and read, and whatever is wrong with one is named.

To be read in this order: what a look can give (`handin`), `find`, `read`, with `lines` of one file,
archives (`zipped`), how much of each (`allowance`); JSON to a submission: `parse`, `duplicates`,
`underflow`, `not_json`; the other `formats`; faults in words: `wording`, `places`; several students' work:
`group`.
"""
