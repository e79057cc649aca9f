"""Test vectors of SPF, DKIM, DMARC and ARC beside the project, where there are any: the scores are held."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
ADAPTER = """
import sys
from datetime import datetime, timezone
sys.path.insert(0, {root!r})
from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Envelope
from mailbot.domain.names import Names
from mailbot.understand.addresses import addresses
from mailbot.understand.arc import chain_of
from mailbot.understand.canonical import header_of
from mailbot.understand.dkim import Mail, signatures_of
from mailbot.understand.dmarc import dmarc_of
from mailbot.understand.gate import gate
from mailbot.understand.header import first
from mailbot.understand.proof import Evidence, _date, proof_of
from mailbot.understand.spf import checked, spf_of
from mailbot.understand.zone import Records, Unsure


def looking(dns):
    def lookup(name, kind):
        try:
            found = dns(name, kind)
        except dns.TempFail as error:
            raise Unsure(str(error)) from error
        if kind == "MX":
            found = [f"{{preference}} {{host}}" for preference, host in found]
        exists = bool(found) or dns.exists(name) or any(key.endswith("." + name) for key in dns.z)
        return Records(tuple(one.encode("latin-1", "replace") for one in found), exists)
    return lookup


def spf(ip, mailfrom, helo, dns):
    return checked(ip, mailfrom, helo, looking(dns))[0]


def dmarc(domain, spf_domain, dkim_domains, dns):
    try:
        found = dmarc_of(domain.lower(), spf_domain, dkim_domains, looking(dns))
    except Unsure:
        return {{"result": "temperror", "policy": ""}}
    return {{"result": found.result, "policy": found.policy}}


def dkim(raw, dns):
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return [(one.domain, one.result) for one in signatures_of(raw, looking(dns), now=now)]


def arc(raw, dns):
    try:
        return chain_of(Mail(raw, *header_of(raw)), looking(dns))[0]
    except Unreadable:
        return "none"


def sender(raw, ip, helo, mailfrom, dns):
    # The mail is taken as it was meant: to its To, at its Date; the vectors were signed later than the Date they bear.
    lookup = looking(dns)
    try:
        headers = gate(raw)
    except Unreadable:
        return None
    now = _date(first(headers.fields, "date")) or datetime(2026, 1, 1, tzinfo=timezone.utc)
    people = addresses(first(headers.fields, "to"))
    envelope = Envelope(channel="smtp", sender=mailfrom, recipients=people, received_at=now, peer=ip, helo=helo)
    later = datetime(2026, 12, 1, tzinfo=timezone.utc)
    signatures = signatures_of(raw, lookup, now=later, author=headers.author)
    evidence = Evidence(signatures=signatures, spf=spf_of(ip, mailfrom, helo, lookup))
    names = Names(domain="bot.example", keys=(b"k" * 32,))
    try:
        proof, _ = proof_of(headers, envelope, evidence, names, lookup)
    except Unsure:
        return None
    return headers.author if proof.answerable else None
"""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no folder of test vectors lies beside the project")


@pytest.fixture
def score(tmp_path):
    """Run the scorer over the vectors whose names match; give back what it printed."""
    adapter = tmp_path / "adapter.py"
    adapter.write_text(ADAPTER.format(root=str(ROOT)), encoding="utf-8")

    def run(only):
        command = [sys.executable, str(CORPUS / "score" / "auth.py"), str(adapter), "-v", "--only", only]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run


def missed(said):
    """The names of the vectors that came out wrong, and how many passed that must not."""
    return re.findall(r"^MISS\s+(?:DANGER\s+)?(\S+)", said, re.MULTILINE), int(re.search(r"(\d+) DANGER", said)[1])


def test_spf(score):
    """All of the suites of RFC 7208 and RFC 4408, and pyspf's own cases."""
    assert missed(score("^spf-")) == ([], 0)


def test_dmarc(score):
    """All of the vectors of the tree walk."""
    assert missed(score("^dmarc-")) == ([], 0)


def test_sender(score):
    """Nobody is taken for somebody else, and honest mail for its author's."""
    assert missed(score("^espoofer")) == ([], 0)


def test_dkim(score):
    """All but two, which are of a draft before RFC 4871: without v=1 a signature is none."""
    wrong, danger = missed(score("^dkim-"))
    assert danger == 0
    assert len(wrong) == 2
    assert all("ietf01" in one for one in wrong)


def test_arc(score):
    """All of the ARC suite."""
    assert missed(score("^arc-")) == ([], 0)
