"""Tell a server of the receiver's how it went (row E28): only when a URL is given, only by https, to nowhere else."""

from __future__ import annotations

import http.client
import json
import ssl
from urllib.parse import SplitResult, urlsplit

from mailbot.client.trouble import Trouble, shown

_HOOK_SECONDS = 10


def checked(url: str) -> SplitResult:
    """The parts of *url*, if it is one that may be told."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        fine = False
        parts = urlsplit("")
    if not fine or not url.isascii() or not url.isprintable() or " " in url:
        raise Trouble(f"--hook takes an address that begins with https://, not {shown(url)!r}.")
    return parts


def post(url: str, status: str, request_id: str, context: ssl.SSLContext | None = None) -> str:
    """Post {status, request_id}; empty when it was taken, else why not. A redirection is not followed."""
    parts = checked(url)
    body = json.dumps({"status": status, "request_id": request_id}).encode("utf-8")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    context = context or ssl.create_default_context()
    line = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=_HOOK_SECONDS, context=context)
    try:
        line.request("POST", path, body, {"Content-Type": "application/json"})
        status_code = line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"the hook cannot be told: {shown(str(error) or type(error).__name__)}"
    finally:
        line.close()
    return "" if status_code // 100 == 2 else f"the hook answered {status_code}"  # noqa: PLR2004  (2xx)
