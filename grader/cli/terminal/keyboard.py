"""Single keys, from a terminal or from a script that stands for one."""

import codecs
import os
import re
import sys
from collections.abc import Callable
from typing import Self

ENTER, BACKSPACE, ESCAPE = "\n", "\x7f", "\x1b"
_ARROWS = re.compile("\x1b[\\[O][0-9;]*[A-Za-z~]")
_SAME = str.maketrans({"\r": ENTER, "\x08": BACKSPACE})
_CHUNK = 1024  # bytes; more than anybody types ahead


class Keyboard:
    """Gives the keys that are pressed; while it is open, the terminal neither waits for Enter nor echoes."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._restore: Callable[[], None] | None = None
        self._read: Callable[[], str] = self._from_file

    def __enter__(self) -> Self:
        if sys.stdin is not None and sys.stdin.isatty():
            if sys.platform == "win32":
                import msvcrt

                self._read = msvcrt.getwch
            else:
                self._restore = _without_lines(sys.stdin.fileno())
        return self

    def __exit__(self, *_: object) -> None:
        if self._restore is not None:
            self._restore()

    def key(self) -> str | None:
        """Wait for a key; None where nothing more will come."""
        while not self._waiting:
            typed = self._read()
            if not typed:
                return None
            self._waiting += _ARROWS.sub("", typed.translate(_SAME))
        return self._waiting.pop(0)

    def line(self, text: str, show: Callable[[str], None]) -> str | None:
        """Let a person edit a line that begins as `text`; return it, or None after Escape or the end.

        `show` is called with the line after every key.
        """
        show(text)
        while True:
            key = self.key()
            if key is None or key == ESCAPE:
                return None
            if key == ENTER:
                return text
            if key == BACKSPACE:
                text = text[:-1]
            elif key.isprintable():
                text += key
            show(text)

    def _from_file(self) -> str:
        if sys.stdin is None:
            return ""
        while data := os.read(sys.stdin.fileno(), _CHUNK):
            if text := self._decoder.decode(data):  # else it is the beginning of a character only
                return text
        return ""


def _without_lines(descriptor: int) -> Callable[[], None]:
    """Make a terminal give each key at once, without showing it; return what undoes that."""
    import termios
    import tty

    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor, termios.TCSADRAIN)
    return lambda: termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
