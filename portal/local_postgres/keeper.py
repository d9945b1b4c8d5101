"""Run one PostgreSQL server for as long as any process uses it.

The keeper is the server's parent. Whoever uses the server holds a shared lock on a file; the kernel lets go of it
however that process ends. So when the keeper is granted the exclusive lock, nobody is left, and it stops the server.
Run as a script, outside the project: `python keeper.py LOCK ACCOUNT COMMAND…`.
"""

import fcntl
import json
import signal
import subprocess
import sys
import threading

FAST_SHUTDOWN = signal.SIGINT


def main(lock_path, account, *command):
    server = subprocess.Popen(command, **json.loads(account))
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(FAST_SHUTDOWN))
    threading.Thread(target=stop_when_unused, args=(server, lock_path), daemon=True).start()
    return server.wait()


def stop_when_unused(server, lock_path):
    with open(lock_path) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.send_signal(FAST_SHUTDOWN)
        # Kept until the server is gone, so that newcomers wait instead of meeting a server that is leaving.
        server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
