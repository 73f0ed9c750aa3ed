"""Words out and keys in.

`streams` write to stdout and stderr; `progress` shows how far a long run is; `questions` are asked and
answered by lines, a `keyboard` gives single keys; `watching` does something again when a file changes.
"""
