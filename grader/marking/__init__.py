"""Marking: a key and submissions in, verdicts and then results out."""
