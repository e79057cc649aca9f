"""The certificate of our listeners, renewed while they run.

A program that renews certificates writes the new files and tells nobody. So the files are looked at now and then; what
is new and whole serves the next connection, and what is broken serves none: the old one stays.

What a listener holds is a shell that hands each connection to the newest certificate. To load a new one into a living
context would not do: where the new chain is there and its key is not yet, OpenSSL drops the old key, and nobody gets
in; and a new certificate of another kind (ECDSA after RSA) stands beside the old one, which some clients still get.
"""

from __future__ import annotations

import ssl
import time
from pathlib import Path
from typing import Final

import structlog

from mailbot.domain.errors import Permanent

log = structlog.get_logger()

EVERY: Final = 1.0  #: seconds between two looks at the files
_Stamp = tuple[tuple[int, int, int, int], ...]


class Certificate:
    """A chain with its key, as PEM; without *key* both stand in *cert*."""

    def __init__(self, cert: Path, key: Path | None = None, *, every: float = EVERY) -> None:
        self._cert = cert
        self._key = key
        self._every = every
        self._stamp, self._current = self._first()
        self._looked = time.monotonic()
        self._trouble = ""
        self._shell = _empty()
        self._shell.sni_callback = self._hand_over

    def context(self) -> ssl.SSLContext:
        """What a listener is opened with, once; each connection through it gets the newest certificate."""
        return self._shell

    def refresh(self) -> None:
        """Take a new certificate, if there is one; cheap, never raises."""
        now = time.monotonic()
        if now - self._looked < self._every:
            return
        self._looked = now
        try:
            stamp = self._seen()
            if stamp == self._stamp:
                self._well()
                return
            self._current = self._loaded()
        except (OSError, ValueError) as error:
            self._broken(error)
            return
        self._stamp = stamp  # taken before the files were read: what changed meanwhile is read again
        self._trouble = ""
        log.info("certificate.renewed", file=str(self._cert))

    def _first(self) -> tuple[_Stamp, ssl.SSLContext]:
        try:
            return self._seen(), self._loaded()
        except (OSError, ValueError) as error:
            key = f"tls_key {self._key}" if self._key else "its key in the same file, or in a file that tls_key names"
            raise Permanent(
                f"the certificate tls_cert {self._cert} cannot be used: {_said(error)}; "
                f"it must be PEM: the whole chain, and {key}"
            ) from error

    def _loaded(self) -> ssl.SSLContext:
        context = _empty()
        context.load_cert_chain(self._cert, self._key, password=_no_passphrase)
        return context

    def _seen(self) -> _Stamp:
        """What tells one state of the files from another; links are followed, as renewing programs move them."""
        stats = [path.stat() for path in (self._cert, self._key) if path]
        return tuple((one.st_mtime_ns, one.st_size, one.st_ino, one.st_dev) for one in stats)

    def _hand_over(self, connection: ssl.SSLObject, _name: str | None, _shell: ssl.SSLContext) -> None:
        """OpenSSL asks this in each handshake, before it looks for a certificate, whether or not a name was sent."""
        connection.context = self._current

    def _broken(self, error: Exception) -> None:
        """Said once for each trouble. The next look tries again: a file may be half-written."""
        said = _said(error)
        if said != self._trouble:
            log.error("certificate.broken", file=str(self._cert), error=said, serving="the one before")
        self._trouble = said

    def _well(self) -> None:
        """The files that serve are back where they were."""
        if self._trouble:
            log.info("certificate.back", file=str(self._cert))
        self._trouble = ""


def _empty() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    return context


def _no_passphrase() -> str:
    """OpenSSL would ask at the terminal, and wait for ever."""
    raise ValueError("its key has a passphrase; store it without (openssl pkey -in KEY -out NEW) and chmod 600 it")


def _said(error: Exception) -> str:
    """OpenSSL's words are for programmers; these say what is wrong with the file."""
    if isinstance(error, ssl.SSLError):
        mismatch = error.reason == "KEY_VALUES_MISMATCH"
        return "the key is not the one of this certificate" if mismatch else "it is no whole PEM of chain and key"
    return getattr(error, "strerror", None) or str(error)
