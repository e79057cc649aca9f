# ruff: noqa: INP001  (a script of the image, no package)
"""Whether mailbot answers: exit code 0 or 1, for HEALTHCHECK. It imports nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import sys
from typing import Final

PATIENCE: Final = 8.0  #: seconds; HEALTHCHECK gives up after ten


def answers(port: int, connection: type[http.client.HTTPConnection]) -> bool:
    """Whether /healthz says 200 on this machine."""
    # The certificate is ours and is not asked for its name: nothing but "it answers" is wanted.
    more = {"context": ssl._create_unverified_context()} if connection is http.client.HTTPSConnection else {}  # noqa: S323, SLF001  (the same)
    line = connection("127.0.0.1", port, timeout=PATIENCE, **more)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def main(listen: str) -> int:
    """Ask the first of the places that *listen* names, in clear and by TLS."""
    port = int(json.loads(listen)[0].rpartition(":")[2])
    if answers(port, http.client.HTTPConnection) or answers(port, http.client.HTTPSConnection):
        return 0
    sys.stderr.write(f"nothing answers http://127.0.0.1:{port}/healthz; the log of the container says why\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(os.environ["MAILBOT_WEB__LISTEN"]))  # noqa: TID251  (no part of mailbot: it stands alone)
