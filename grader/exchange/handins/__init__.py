"""Hand-ins from files: found and read, and whatever is wrong with one is named.

Begin with `read`, after `find` (which files there are; archives are `zipped`). `lines` opens files, also
those with a hand-in on each line. JSON becomes a submission in `parse`; `dropped` tells what a JSON parser
silently drops. Other `formats` are tables and printed logs.
"""
