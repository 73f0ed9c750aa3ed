"""Greek letters and their names."""

import unicodedata


def _greek() -> dict[str, str]:
    """Return the name of every Greek letter: 'α' is alpha, 'Δ' is Delta."""
    names = {}
    for code in (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)):
        letter = chr(code)
        words = unicodedata.name(letter, "").split()
        if "FINAL" in words or not words:
            continue
        name = {"LAMDA": "LAMBDA"}.get(words[-1], words[-1]).lower()
        names[letter] = name.capitalize() if words[1] == "CAPITAL" else name
    return names


GREEK = _greek()
