# ruff: noqa: INP001  (a script of the image, no package)
"""Whether mailbot answers: exit code 0 or 1, for HEALTHCHECK. It imports nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import sys
from typing import Final

PATIENCE: Final = 4.0  #: seconds for each of two tries; HEALTHCHECK gives up after ten


def answer(line: http.client.HTTPConnection) -> int:
    """The status that /healthz gives; 0: none."""
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def main(listen: str) -> int:
    """Ask the first of the places that *listen* names: in clear, and by TLS where that gets no answer."""
    port = int(json.loads(listen)[0].rpartition(":")[2])
    # The certificate is ours and is not asked for its name: nothing but "it answers" is wanted.
    unnamed = ssl._create_unverified_context()  # noqa: S323, SLF001  (the same)
    status = answer(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) or answer(
        http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=unnamed)
    )
    if status == http.client.OK:
        return 0
    sys.stderr.write(f"http://127.0.0.1:{port}/healthz: {status or 'no answer'}; the log of the container says why\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(os.environ["MAILBOT_WEB__LISTEN"]))  # noqa: TID251  (no part of mailbot: it stands alone)
