"""Things done in forks of this process, several at once: each begins with all that is here now."""

import json
import os
import select
import signal
import time

AT_ONCE = os.cpu_count() or 1


def in_forks(works):
    """Do some things in forks, quietly; yield what each returns, its index, and its seconds, as they end.

    What has not come to its end returns why not.
    """
    running, index = {}, 0
    while running or index < len(works):
        if index < len(works) and len(running) < AT_ONCE:
            answer, end = os.pipe()
            child = os.fork()
            if child == 0:
                in_a_fork(works[index], end)
                os._exit(0)
            os.close(end)
            running[answer] = child, index, time.time()
            index += 1
            continue
        for answer in select.select(list(running), [], [])[0]:
            child, which, started = running.pop(answer)
            with os.fdopen(answer) as file:
                said = file.read()
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            how = json.loads(said) if code == 0 else f"hangs ({signal.Signals(-code).name})"
            yield how, which, time.time() - started


def in_a_fork(work, end):
    """Do something quietly, and write what it returns."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1), os.dup2(nowhere, 2)
    try:
        answer = work()
    except BaseException as error:  # noqa: BLE001 - nothing of this process goes on
        answer = f"breaks off: {error!r}"
    with os.fdopen(end, "w") as out:
        json.dump(answer, out)
