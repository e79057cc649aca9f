"""A provider of OAuth 2.0 that behaves as the RFCs say (6749, 7636, 8628, 7662), and fails where it is told to.

with FakeProvider() as provider:
    provider.faults += ["500"]          # the next question for tokens is answered so; then all is well again
    provider.oauth()                    # the settings that lead here
    provider.browse(url)                # a person's browser: consents, and follows to where it is sent
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from mailbot.consent.oauth import OAuth

CLIENT = "client-1.apps.example"
SCOPE = "https://mail.example/ offline_access"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ERRORS = {
    "pending": (428, "authorization_pending"),
    "slow_down": (400, "slow_down"),
    "denied": (403, "access_denied"),
    "declined": (400, "authorization_declined"),
    "expired": (400, "expired_token"),
    "invalid_grant": (400, "invalid_grant"),
    "invalid_client": (401, "invalid_client"),
    "busy": (400, "temporarily_unavailable"),
    "odd": (400, "some_new_error"),
}


class FakeProvider:
    """One provider on loopback."""

    def __init__(self, *, user="build@example.org", secret="", lifetime=3600):
        self.user, self.secret, self.lifetime = user, secret, lifetime
        self.faults = []  #: one for each question that comes; "ok" answers well
        self.rotate = True  #: each refresh token counts once
        self.interval = 5
        self.google = False  #: verification_url, as Google calls it
        self.consents = True  #: what a person says in the browser
        self.asked = []  #: every form, as it came
        self.access, self.refresh, self.codes, self.devices = {}, set(), {}, set()
        self.hung = threading.Event()  #: set at the end: whoever hangs goes home

    def __enter__(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                provider.post(self)

            def do_GET(self):
                provider.get(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.hung.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)

    def oauth(self, **other):
        """The settings of a client that asks here."""
        given = {
            "provider": "custom",
            "client_id": CLIENT,
            "scope": SCOPE,
            "device_url": f"{self.url}/device",
            "authorize_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
        }
        return OAuth(**{**given, **other})

    def browse(self, url):
        """Open *url* as a browser does; give the page it ends on."""
        with urllib.request.urlopen(url, timeout=10) as page:
            return page.read().decode()

    def grant(self):
        """New tokens."""
        access, refresh = f"ya29.{secrets.token_urlsafe(24)}", f"1//{secrets.token_urlsafe(24)}+/="
        self.access[access] = self.user
        self.refresh.add(refresh)
        return {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": self.lifetime}

    def post(self, http):
        """The device, token and introspection endpoints."""
        length = int(http.headers["Content-Length"] or 0)
        form = {name: values[0] for name, values in parse_qs(http.rfile.read(length).decode()).items()}
        path = urlsplit(http.path).path
        if path == "/introspect":
            token = form.get("token", "")
            return _json(http, 200, {"active": token in self.access, "username": self.access.get(token, "")})
        self.asked.append({"path": path, **form})
        fault = self.faults.pop(0) if self.faults else "ok"
        if fault != "ok":
            return self._fail(http, fault, form)
        known = form.get("client_id") == CLIENT and form.get("client_secret", "") == self.secret
        if path == "/device" and form.get("client_id") == CLIENT and form.get("scope") == SCOPE:
            return _json(http, 200, self._device())
        if path != "/token" or not known:
            return _json(http, 401, {"error": "invalid_client", "error_description": "The client was not found."})
        answer = self._token(form)
        return _json(http, 400 if "error" in answer else 200, answer)

    def get(self, http):
        """The page of consent, where the person agrees at once; and what Dovecot asks about a token."""
        parts = urlsplit(http.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/introspect":
            token = http.headers.get("Authorization", "").removeprefix("Bearer ") or asked.get("access_token", "")
            found = self.access.get(token)
            return _json(http, 200 if found else 401, {"username": found} if found else {"error": "invalid_token"})
        wanted = {"response_type": "code", "client_id": CLIENT, "scope": SCOPE, "code_challenge_method": "S256"}
        if parts.path != "/authorize" or any(asked.get(name) != value for name, value in wanted.items()):
            return _json(http, 400, {"error": "invalid_request"})
        code = f"4/{secrets.token_urlsafe(24)}"
        self.codes[code] = asked["code_challenge"], asked["redirect_uri"]
        given = {"code": code} if self.consents else {"error": "access_denied"}
        http.send_response(302)
        http.send_header("Location", f"{asked['redirect_uri']}/?{urlencode({**given, 'state': asked['state']})}")
        http.send_header("Content-Length", "0")
        return http.end_headers()

    def _device(self):
        code = secrets.token_urlsafe(24)
        self.devices.add(code)
        place = "verification_url" if self.google else "verification_uri"
        return {
            "device_code": code,
            "user_code": "WDJB-MJHT",
            place: f"{self.url}/activate",
            "expires_in": "900",
            **({"interval": self.interval} if self.interval else {}),
        }

    def _token(self, form):
        kind = form.get("grant_type")
        if kind == DEVICE and form.get("device_code") in self.devices:
            self.devices.discard(form["device_code"])
            return self.grant()
        if kind == "authorization_code" and (found := self.codes.pop(form.get("code"), None)):
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if found == (challenge, form.get("redirect_uri")):
                return self.grant()
        if kind == "refresh_token" and form.get("refresh_token") in self.refresh:
            answer = self.grant()
            if self.rotate:
                self.refresh.discard(form["refresh_token"])
                return answer
            self.refresh.discard(answer["refresh_token"])
            return {name: value for name, value in answer.items() if name != "refresh_token"}
        return {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}

    def _trickle(self, http):
        """A byte now and then, for ever."""
        http.send_response(200)
        http.send_header("Content-Length", "100000")
        http.end_headers()
        with contextlib.suppress(OSError):
            while not self.hung.wait(0.05):
                http.wfile.write(b" ")

    def _fail(self, http, fault, form):  # noqa: C901, PLR0911  (one line for each fault)
        if fault in ERRORS:
            status, code = ERRORS[fault]
            return _json(http, status, {"error": code, "error_description": "Something for a person."})
        if fault == "echo":  # a provider that repeats what it was sent, in the words and as the code
            every = " ".join(form.values()) + " " + urlencode(form)
            return _json(http, 400, {"error": every, "error_description": every})
        if fault == "moved":
            http.send_response(307)
            http.send_header("Location", f"{self.url}/elsewhere")
            http.send_header("Content-Length", "0")
            return http.end_headers()
        if fault == "hang":
            return self.hung.wait(60)
        if fault == "trickle":
            return self._trickle(http)
        if fault == "reset":
            return http.connection.close()
        if fault.isdecimal():
            return _send(http, int(fault), b"<html>Service Unavailable</html>")
        if fault == "no-refresh":
            return _json(http, 200, {name: value for name, value in self.grant().items() if name != "refresh_token"})
        bodies = {
            "garbage": b'{"access_token": "ya29',
            "list": b"[]",
            "deep": b"[" * 100_000,
            "page": b"<html>Log in to the hotel</html>",
            "huge": b'{"access_token": "' + b"x" * 2_000_000 + b'"}',
            "empty": b"{}",
            "control": json.dumps({**self.grant(), "access_token": "a\1auth=Bearer b"}).encode(),
            "mac": json.dumps({**self.grant(), "token_type": "mac"}).encode(),
        }
        return _send(http, 200, bodies[fault])


def _json(http, status, answer):
    _send(http, status, json.dumps(answer).encode())


def _send(http, status, body):
    with contextlib.suppress(OSError):  # the client had enough of it
        http.send_response(status)
        http.send_header("Content-Type", "application/json")
        http.send_header("Content-Length", str(len(body)))
        http.end_headers()
        http.wfile.write(body)
