EXAMPLE = ""


def similar() -> None: ...
