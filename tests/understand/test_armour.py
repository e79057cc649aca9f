"""OpenPGP's armour in the text."""

from __future__ import annotations

import pytest

from mailbot.understand.armour import sealed, unwrapped

BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
END = "-----END PGP SIGNATURE-----"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{BEGIN}\nHash: SHA512\n\nBlue\n- -- \nAna\n{SIGNATURE}\n\niQ==\n{END}\n", "Blue\n-- \nAna\n"),
        (f"above\n{BEGIN}\n\nBlue\n{SIGNATURE}\niQ==\n{END}\nfooter", "above\nBlue\nfooter"),
        (f"{BEGIN}\nno header", "no header"),
        (f"{BEGIN}\n\nBlue", "Blue"),
        ("plain", "plain"),
        (f"> {BEGIN}\n> Blue", f"> {BEGIN}\n> Blue"),
    ],
)
def test_the_armour_is_taken_off(text, words):
    """What was signed stays, and so does what stands around it."""
    assert unwrapped(text) == words


def test_what_is_sealed():
    """Only a text that is nothing else."""
    assert sealed("\n-----BEGIN PGP MESSAGE-----\n\nhQ==")
    assert not sealed("See below:\n-----BEGIN PGP MESSAGE-----")
