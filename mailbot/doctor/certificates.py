"""The certificates that mailbot shows: readable, with their keys, for the names it goes by, and not about to end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.domain.errors import Permanent
from mailbot.receive.certificate import Certificate

SOON: Final = timedelta(days=14)


async def certificates(patient: Patient) -> AsyncGenerator[Sign]:
    """Each of them."""
    for what, file, key in dict.fromkeys(_named(patient)):
        try:
            await apart(lambda file=file, key=key: Certificate(file, key))  # type: ignore[misc]  # for the loop
            shown = x509.load_pem_x509_certificate(await apart(file.read_bytes))
        except (Permanent, OSError, ValueError) as error:
            yield fail(f"the certificate of {what}: {error}", f"mend tls_cert {file}")
            continue
        yield _aged(patient, what, file, shown)
        domain = patient.settings.domain
        names = list(_names(shown))
        if domain and not any(_covers(name, domain) for name in names):
            words = f"the certificate {file} is for {', '.join(names) or 'nobody'}, which is no host of {domain}"
            yield warn(words, f"get one for the host that the MX of {domain} names")


def _named(patient: Patient) -> Iterator[tuple[str, Path, Path | None]]:
    rooms = [*patient.settings.receive, *([patient.settings.web] if patient.settings.web else [])]
    for room in rooms:
        if cert := getattr(room, "tls_cert", None):
            yield str(getattr(room, "kind", "web")), Path(cert).expanduser(), getattr(room, "tls_key", None)


def _aged(patient: Patient, what: str, file: Path, shown: x509.Certificate) -> Sign:
    now, end = patient.clock(), shown.not_valid_after_utc
    renew = "renew it (certbot renew); mailbot takes the new one by itself"
    if end <= now:
        return fail(f"the certificate {file} of {what} ended on {end:%Y-%m-%d}", renew)
    if shown.not_valid_before_utc > now:
        words = f"the certificate {file} of {what} counts from {shown.not_valid_before_utc:%Y-%m-%d} on"
        return fail(words, "set this machine's clock, or renew the certificate")
    if end - now < SOON:
        return warn(f"the certificate {file} of {what} ends on {end:%Y-%m-%d}", renew)
    return ok(f"the certificate {file} of {what} is good until {end:%Y-%m-%d}")


def _names(shown: x509.Certificate) -> Iterator[str]:
    try:
        found = shown.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except (x509.ExtensionNotFound, ValueError):
        return
    if isinstance(found, x509.SubjectAlternativeName):
        yield from (name.lower() for name in found.get_values_for_type(x509.DNSName))


def _covers(name: str, domain: str) -> bool:
    bare = name.removeprefix("*.")
    return bare == domain or bare.endswith(f".{domain}")
