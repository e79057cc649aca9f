"""What a connection failed of, by the error below its words; and what mends that."""

from __future__ import annotations

import socket
import ssl

_EXPIRED = 10  #: of OpenSSL: the certificate has ended
_EARLY = 9  #: it does not count yet
_OTHER_NAME = frozenset({62, 64})  #: it is for another host, or another address


def mend_of(error: BaseException, *, ports: str, ca_file: str) -> str:
    """The mend of *error*; *ports* are the usual ones, *ca_file* is the setting that names a certificate to trust."""
    cause: BaseException | None = error
    while cause is not None:
        if found := _known(cause, ports, ca_file):
            return found
        cause = cause.__cause__ or cause.__context__
    return f"check host and port ({ports}), and that nothing stands between"


def _known(cause: BaseException, ports: str, ca_file: str) -> str:
    match cause:
        case ssl.SSLCertVerificationError():
            return _certificate(cause, ca_file)
        case ssl.SSLError():
            return f"the port speaks another TLS, or none: it goes with {ports}"
        case socket.gaierror():
            return "correct `host`: the DNS does not know this name"
        case ConnectionRefusedError():
            return f"correct `port` ({ports}), or start that server: nobody listens there"
        case TimeoutError():
            return f"correct host and port ({ports}), or open the firewall for them: nothing answers"
        case _:
            return ""


def _certificate(cause: ssl.SSLCertVerificationError, ca_file: str) -> str:
    code = getattr(cause, "verify_code", 0)
    if code in _OTHER_NAME:
        return "set `host` to a name that stands in its certificate"
    if code == _EXPIRED:
        return "its certificate has ended: have it renewed there; or this machine's clock is wrong"
    if code == _EARLY:
        return "its certificate does not count yet: this machine's clock is probably wrong (timedatectl)"
    return f"its certificate is self-signed or of a private authority: if it is yours, name its PEM file in {ca_file}"
