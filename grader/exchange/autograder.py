"""Gradescope's autograder as a zip: `setup.sh` builds the machine, `run_autograder` marks one hand-in.

See https://gradescope-autograders.readthedocs.io/en/latest/specs/: both stand at the zip's root, which is
unpacked to /autograder/source; what is handed in lies in /autograder/submission.
"""

from collections.abc import Iterator, Sequence
from importlib.metadata import requires
from io import BytesIO
from pathlib import Path
from shlex import quote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import grader
from grader.schemas.gradescope import Visibility

_SCRIPT, _FILE = 0o100755, 0o100644
_SHIPPED = (".py", ".html", ".css", ".js", ".svg", ".j2", ".typed", ".toml", ".json")
_SETUP = """\
#!/usr/bin/env bash
# Once, when the autograder is built: a Python of 3.11 or newer with what grader needs.
set -euo pipefail
apt-get update
python=python3
if ! python3 -c 'import tomllib' 2>/dev/null; then  # new in 3.11
    apt-get install -y python3.11 python3.11-venv
    python=python3.11
else
    apt-get install -y python3-venv
fi
"$python" -m venv /autograder/grader-venv
/autograder/grader-venv/bin/pip install {needs}
"""
_RUN = """\
#!/usr/bin/env bash
# Once for each hand-in. What cannot be marked ends in results too: the student reads why.
cd /autograder
mkdir -p results
rm -f results/results.json
said=$(PYTHONPATH=source grader-venv/bin/python -m grader score submission --key source/{key} \\
    --no-feedback --format gradescope --visibility {visibility} -o results/results.json{secret} 2>&1)
printf '%s\\n' "$said"
if [ ! -s results/results.json ]; then
    SAID="$said" python3 -c 'import json, os
said = "Nothing could be marked.\\n" + os.environ["SAID"]
print(json.dumps({{"score": 0, "output": said, "output_format": "text"}}))' > results/results.json
fi
"""


def autograder(key: Path, visibility: Visibility, secret: Path | None = None) -> bytes:
    """Return the zip: the same bytes for the same files. Raises OSError where one cannot be read."""
    of_secret = " --secret source/secret" if secret else ""
    run = _RUN.format(key="key.toml", visibility=visibility.value, secret=of_secret)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as file:
        _add(file, "setup.sh", _SETUP.format(needs=" ".join(map(quote, _needs()))).encode(), _SCRIPT)
        _add(file, "run_autograder", run.encode(), _SCRIPT)
        _add(file, "key.toml", key.read_bytes(), _FILE)
        if secret:
            _add(file, "secret", secret.read_bytes(), _FILE)
        for name, path in _package():
            _add(file, name, path.read_bytes(), _FILE)
    return buffer.getvalue()


def _needs() -> Sequence[str]:
    """Return what grader itself requires, without its extras."""
    return [need for need in requires("grader") or () if "extra ==" not in need]


def _package() -> Iterator[tuple[str, Path]]:
    root = Path(grader.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.suffix in _SHIPPED and path.is_file():
            yield f"grader/{path.relative_to(root).as_posix()}", path


def _add(file: ZipFile, name: str, data: bytes, mode: int) -> None:
    info = ZipInfo(name)  # with the date of 1980, whenever it is built
    info.external_attr = mode << 16
    info.create_system = 3  # Unix, or the mode would not count
    info.compress_type = ZIP_DEFLATED
    file.writestr(info, data)
