"""Signatures in the form of OpenSSH, verified by the ssh-keygen that nearly every machine has."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

NAMESPACE = "mailbot"
_KEYGEN_SECONDS = 20
_LONGEST_SIGNATURE = 10_000  #: bytes of a signature
_OPENS, _CLOSES = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
_WIDTH = 70  #: letters of a line of it
_PERSON = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,255}")  #: no pattern, no option
_KEY = re.compile(r"key (SHA256:[A-Za-z0-9+/]{20,60})")


@dataclass(frozen=True)
class Signature:
    """What came of verifying one."""

    state: str  #: good; bad; unknown: it could not be found out
    words: str
    by: str = ""
    key: str = ""


def signature_of(signed: bytes, signature: bytes, signers: Path | None, sender: str, when: str = "") -> Signature:
    """Verify *signature* over *signed* against *signers*, an allowed_signers file; *sender* comes first.

    *when* it was sent, YYYYMMDDhhmmss: a key that was replaced since proves what is older than that.
    """
    if not _is_exact(signature):
        return Signature("bad", "it is no signature in the form of OpenSSH")
    if shutil.which("ssh-keygen") is None:
        return Signature("unknown", "not verified: there is no ssh-keygen here. Install OpenSSH and try again")
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        file = Path(place) / "signature"
        file.write_bytes(signature)
        if signers is None:
            return _by_itself(signed, file)
        found = _by_known(signed, file, signers, sender)
        if found.state == "bad" and when and _has_dates(signers):
            older = _by_known(signed, file, signers, sender, "-O", f"verify-time={when}")
            if older.state == "good":
                return Signature("good", ", which was in force when it was sent", older.by, older.key)
        return found


def _is_exact(signature: bytes) -> bool:
    """Whether it is just what ssh-keygen writes: a file of the same meaning that is not was changed by somebody."""
    lines = signature[:_LONGEST_SIGNATURE].split(b"\n")
    if lines[0] != _OPENS or lines[-2:] != [_CLOSES, b""] or len(signature) > _LONGEST_SIGNATURE:
        return False
    letters = b"".join(lines[1:-2])
    try:
        again = base64.b64encode(base64.b64decode(letters, validate=True))
    except ValueError:
        return False
    return again == letters and lines[1:-2] == [again[at : at + _WIDTH] for at in range(0, len(again), _WIDTH)]


def _by_itself(signed: bytes, file: Path) -> Signature:
    done = _keygen(["check-novalidate", "-n", NAMESPACE, "-s", str(file)], signed)
    if done is None or done.returncode:
        return _failed(done)
    found = _KEY.search(done.stdout.decode("utf-8", "replace"))
    key = found[1] if found else "?"
    return Signature(
        "unknown", f"it holds, by key {key}; whose key that is, is not known here: give --signers FILE", key=key
    )


def _has_dates(signers: Path) -> bool:
    try:
        return b"valid-" in signers.read_bytes()[:1_000_000]
    except OSError:
        return False


def _by_known(signed: bytes, file: Path, signers: Path, sender: str, *more: str) -> Signature:
    if not signers.is_file():
        return Signature("unknown", f"not verified: there is no file {signers}")
    found = _keygen(["find-principals", "-f", str(signers), "-s", str(file), *more], b"")
    names = found.stdout.decode("utf-8", "replace").split("\n")[0].strip().split(",") if found else []
    if found is not None and (found.returncode or not names[0]):
        return Signature("bad", f"it is by no key of {signers}")
    done = None
    for name in [*([sender] if _PERSON.fullmatch(sender) else []), *names[:1]]:
        done = _keygen(["verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(file), *more], signed)
        if done is not None and done.returncode == 0:
            key = _KEY.search(done.stdout.decode("utf-8", "replace"))
            return Signature("good", "", by=name, key=key[1] if key else "?")
    return _failed(done)


def _failed(done: subprocess.CompletedProcess[bytes] | None) -> Signature:
    if done is None:
        return Signature("unknown", "not verified: ssh-keygen cannot be run")
    said = (done.stderr + b" " + done.stdout).decode("utf-8", "replace").lower()
    if "unknown option" in said or "illegal option" in said or "too few arguments" in said:
        return Signature("unknown", "not verified: this ssh-keygen is too old (8.1 is the first that can)")
    return Signature("bad", "it does not hold for these files")


def _keygen(args: list[str], data: bytes) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(  # noqa: S603  (a list, no shell)
            ["ssh-keygen", "-Y", *args],  # noqa: S607  (the receiver's own)
            input=data,
            capture_output=True,
            check=False,
            timeout=_KEYGEN_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
