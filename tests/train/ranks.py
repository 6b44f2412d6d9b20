"""Processes that train together, forked from one that has imported what takes seconds."""

import os
import signal
import socket
import traceback


def run_in_ranks(work, number=2):
    """Run `work()` in so many ranks; the exit code that a script ends with.

    Who fails ends the others, which would wait for it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    place |= {"WORLD_SIZE": str(number), "LOCAL_WORLD_SIZE": str(number)}
    running = {_fork(work, {**place, "RANK": str(rank)}) for rank in range(number)}
    failed = False
    while running:
        process, status = os.wait()
        running.discard(process)
        if status and not failed:
            failed = True
            for each in running:
                os.kill(each, signal.SIGKILL)
    return int(failed)


def _fork(work, place):
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        os.environ.update({**place, "LOCAL_RANK": place["RANK"]})
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
