"""The web server of `manage.py dev`; it ends when the process that holds the other end of its input ends."""

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from portal.lifeline import end_with_the_input


def serve(port):
    end_with_the_input()
    Granian(
        "portal.wsgi:application",
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=2,
        blocking_threads=1,
        respawn_failed_workers=True,
        respawn_interval=1,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
