"""What spreadsheet programs make of a CSV file: other separators than the comma, and UTF-16 with a mark."""

SEPARATORS = ",;\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def is_utf_16(data: bytes) -> bool:
    """Tell what spreadsheet programs call "Unicode text", which begins with a mark."""
    return data.startswith(_UTF_16)


def separator_of(heading: str) -> str:
    """Return the separator that stands most often in a line, a comma where there is none."""
    return max(SEPARATORS, key=heading.count)
