"""Hand-ins from files: found and read, and whatever is wrong with one is named.

Begin with `read`, after `find` (which files there are; archives are `zipped`). A file of one hand-in a line
is read by `lines`. JSON becomes a submission in `parse`; `dropped` tells what a JSON parser silently drops.
Other `formats` are tables and printed logs.
"""
