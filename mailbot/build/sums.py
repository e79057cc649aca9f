"""What proves a package: the sum of every file, and a signature over the sums.

``sha256sum -c SHA256SUMS`` and ``ssh-keygen -Y verify`` are all that a receiver needs for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from mailbot.build.sshsig import Signer
from mailbot.domain.project import Path

SUMS: Final = Path("SHA256SUMS")
SIGNATURE: Final = Path("SHA256SUMS.sig")
PROVENANCE: Final = Path("provenance.json")
SBOM: Final = Path("sbom.cdx.json")
#: What stands in a package only to prove it: no file of the project, whoever reads it again.
PROOFS: Final = frozenset({SUMS, SIGNATURE, PROVENANCE, SBOM})
_FOLDED: Final = frozenset(one.casefold() for one in PROOFS)


def is_proof(path: str) -> bool:
    """Whether a file of this name is one of them, however its letters are written."""
    return path.casefold() in _FOLDED


def signed_sums(files: Mapping[str, bytes] | Mapping[Path, bytes], signer: Signer) -> dict[Path, bytes]:
    """The sums of *files*, and their signature."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    sums = "".join(lines).encode("utf-8")
    return {SUMS: sums, SIGNATURE: signer.sign(sums)}
