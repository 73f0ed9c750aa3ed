EXAMPLE = ""


def diff() -> None: ...
