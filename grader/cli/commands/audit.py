"""`grader audit`: prove an answer key."""

from grader.cli.options import KeyFiles

EXAMPLE = "Example: grader audit answer_keys/practical1.toml"


def audit(
    key: KeyFiles,
) -> None:
    """Prove an answer key: its shapes, its points, its choices, and what it claims by differentiating.

    Exit code: 0 nothing found that the key does not acknowledge, 1 something found, 2 no readable key.
    """
    from grader.cli.jobs import audit as job

    job.audit(key)
