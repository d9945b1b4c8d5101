"""The web server of `manage.py dev`; it ends when the process that holds the other end of its input ends."""

import os
import signal
import sys
import threading
import time

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def serve(port):
    threading.Thread(target=end_with_the_input, daemon=True).start()
    Granian(
        "portal.wsgi:application",
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=2,
        blocking_threads=1,
        log_level=LogLevels.warning,
    ).serve()


def end_with_the_input():
    # The descriptor itself, because the workers close sys.stdin and would wait for this thread's reading.
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    # A worker that is still starting misses the signal, and one with an open connection waits for it.
    time.sleep(2)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
