"""Hand-ins from files: found and read, and whatever is wrong with one is named.

To be read in this order: `find`, `read`, with files opened and their `lines`, archives (`zipped`);
JSON to a submission: `parse`, and what a parser has `dropped`; the other `formats`.
"""
