"""For processes that `manage.py dev` starts: each ends when whoever holds the other end of its input ends."""

import os
import signal
import threading
import time


def end_with_the_input():
    """Watch the input from a thread. The process must lead a group of its own."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end():
    # The descriptor itself, because workers close sys.stdin and would wait for this thread's reading.
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    # A worker that is still starting misses the signal, and one with an open connection waits for it.
    time.sleep(2)
    os.killpg(0, signal.SIGKILL)
