"""Gradescope's autograder: an archive with `setup.sh` and `run_autograder` at its root.

See https://gradescope-autograders.readthedocs.io/en/latest/specs/: the archive is unpacked to
/autograder/source, where `setup.sh` is run once; `run_autograder` is copied to /autograder and run for each
hand-in, which lies in /autograder/submission, and leaves results/results.json.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping

from grader.schemas.gradescope import Visibility

ANSWER_KEYS = "answer_keys"
SECRET = "secret.txt"  # noqa: S105 - the name of a file

_SETUP = """\
#!/usr/bin/env bash
# Run once by Gradescope, when the autograder is built.
set -euo pipefail
cd "$(dirname "$0")"

new_enough() { "$1" -c 'import sys; assert sys.version_info >= (3, 11)' 2> /dev/null; }
apt-get update -qq
apt-get install -y -qq python3 python3-venv
python=python3
if ! new_enough python3; then
  apt-get install -y -qq python3.11 python3.11-venv
  python=python3.11
fi
"$python" -m venv ../venv
../venv/bin/pip install --quiet {needed}
PYTHONPATH=. ../venv/bin/python -m grader --version
"""

_RUN = """\
#!/usr/bin/env bash
# Run by Gradescope for each hand-in, which lies in submission/; writes results/results.json.
cd "$(dirname "$0")"
mkdir -p results
export PYTHONPATH=source
venv/bin/python -m grader score submission/ --key source/answer_keys/ --no-feedback \\
  --format gradescope --visibility {visibility} --output results/results.json{secret}
if [ ! -s results/results.json ]; then
  cat > results/results.json << 'END'
{{
  "score": 0,
  "output": "Nothing was found that can be marked: hand in one file as the template of the exercise has it.",
  "visibility": "visible"
}}
END
fi
"""

# Archives of the same content are the same, whenever they are made.
_DATE = (1980, 1, 1, 0, 0, 0)
_RUNNABLE, _READABLE = 0o100755, 0o100644


def autograder(files: Mapping[str, bytes], needed: Iterable[str], visibility: Visibility) -> bytes:
    """Return the archive: keys and the program's own files by their path, which needs some packages."""
    secret = f" \\\n  --secret source/{SECRET}" if SECRET in files else ""
    scripts = {
        "setup.sh": _SETUP.replace("{needed}", " ".join(f"'{need}'" for need in needed)).encode(),
        "run_autograder": _RUN.format(visibility=visibility, secret=secret).encode(),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**scripts, **files}.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, for the permissions
            entry.external_attr = (_RUNNABLE if name in scripts else _READABLE) << 16
            archive.writestr(entry, data)
    return written.getvalue()
