"""What the mail systems of others let through is data, and whose mail system it is the MX says (row E31)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mailbot.build.forms import Form
from mailbot.build.providers import KEYS, MOST_TEXT, providers_of
from mailbot.domain.errors import Permanent
from mailbot.shipped import read_providers

SHIPPED = providers_of(read_providers(Path("/nowhere")))


@pytest.mark.parametrize(
    ("hosts", "operator"),
    [
        (["gmail-smtp-in.l.google.com"], "google"),
        (["aspmx.l.google.com.", "alt1.aspmx.l.google.com."], "google"),
        (["smtp.google.com"], "google"),
        (["acme-example.mail.protection.outlook.com"], "microsoft"),
        (["outlook-com.olc.protection.outlook.com"], "microsoft"),
        (["acme-example.o-v1.mx.microsoft"], "microsoft"),
        (["mta5.am0.yahoodns.net"], "yahoo"),
        (["mx01.mail.icloud.com"], "icloud"),
        (["MX.ZOHO.EU"], "zoho"),
        (["eu-smtp-inbound-1.mimecast.com"], "mimecast"),
        (["mxa-001.gslb.pphosted.com"], "proofpoint"),
        (["backup.example.org", "aspmx.l.google.com"], "google"),
        (["google.com.evil.example"], "unknown"),
        (["notgoogle.com"], "unknown"),
        ([""], "unknown"),
        ([], "unknown"),
    ],
)
def test_e31_the_operator_is_told_by_the_mx(hosts, operator):
    """By whole labels from the right, never by the domain of an address."""
    assert SHIPPED.operator_of(hosts) == operator


def test_the_lists_that_ship_are_those_that_are_published():
    """By their lengths, and by some that are easily got wrong."""
    google, microsoft, strict = (SHIPPED.of(name) for name in ("google", "microsoft", "strict"))
    assert (len(google.endings), len(microsoft.endings)) == (54, 53)
    assert {"js", "ex", "com", "mjs", "cmd", "jar"} <= google.endings
    assert not {"py", "sh", "ts", "html", "bundle", "txt", "zip"} & google.endings
    assert {"cmd", "xz", "jar"} <= microsoft.endings
    assert "js" not in microsoft.endings
    assert google.endings | microsoft.endings | {"py", "sh"} <= strict.endings
    assert not {"txt", "json", "zip", "bundle", "patch", ""} & (strict.endings | strict.top | microsoft.top)


def test_somebody_unknown_is_held_for_careful():
    """What Gmail or Microsoft refuses is not sent to them, and a mail stays below 9.5 MB."""
    unknown = SHIPPED.of("nobody we know")
    assert unknown.endings == SHIPPED.of("google").endings | SHIPPED.of("microsoft").endings
    assert unknown.limit == 9_500_000


def test_an_admin_replaces_and_adds_without_a_release(tmp_path):
    """A file of the same name goes before ours, another one is one more provider."""
    mine = {"name": "google", "title": "Gmail", "mx": ["google.com"], "endings": "js"}
    (tmp_path / "google.json").write_text(json.dumps(mine), "utf-8")
    (tmp_path / "uni.json").write_text('{"name": "uni", "mx": ["mx.uni.example"], "lists": ["google"]}', "utf-8")
    found = providers_of(read_providers(tmp_path))
    assert found.of("google").endings == {"js"} == found.of("uni").endings
    assert found.operator_of(["a.mx.uni.example"]) == "uni"
    assert found.of("microsoft").endings == SHIPPED.of("microsoft").endings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", 'must be an object with a "name"'),
        ('{"name": ""}', 'must be an object with a "name"'),
        ('{"name": "a", "ending": "js"}', "'ending' is not known"),
        ('{"name": "a", "endings": 3}', "endings must be at most"),
        ('{"name": "a", "mx": [1]}', "mx must be at most"),
        ('{"name": "a", "limit": 5}', "limit must be bytes"),
        ('{"name": "a", "limit": true}', "limit must be bytes"),
        ('{"name": "a", "inside": ["rar"]}', "not 'rar'"),
        ('{"name": "a", "lists": ["b"]}', "'b', which is not known"),
        ('{"name": "a", "lists": ["a"]}', "'a', which is itself"),
        (" " * (MOST_TEXT + 1), "is over"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_name(text, words):
    """So that the admin finds it."""
    with pytest.raises(Permanent, match=words) as told:
        providers_of({"mine.json": text})
    assert "providers/mine.json" in str(told.value)


def test_the_page_about_forms_says_what_the_code_says():
    """Every form, every key, and an example that loads."""
    text = (Path(__file__).parents[2] / "docs" / "forms.md").read_text("utf-8")
    [example] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert re.findall(r"^\| `([a-z0-9]+)` \| ", text.split("## The lists")[0], re.MULTILINE) == [*Form]
    assert set(re.findall(r"^\| `([a-z]+)` \|", text.split("## The lists")[1], re.MULTILINE)) == KEYS
    texts = {**read_providers(Path("/nowhere")), "uni.json": example}
    assert {"py", "js", "xz"} <= providers_of(texts).of("uni").endings
