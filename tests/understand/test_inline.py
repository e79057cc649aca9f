"""Inline answers and patches, read from the whole text."""

from __future__ import annotations

import pytest

from mailbot.understand.inline import MAX_PAIRS, between, patch_in

HUNK = "@@ -1,2 +1,2 @@\n-a\n+b\n c\n"
PATCH = f"diff --git a/x b/x\nindex 1234567..89abcde 100644\n--- a/x\n+++ b/x\n{HUNK}"


def test_pairs():
    """Each answer with the passage above it; what stands above the first quote answers nothing."""
    text = "Hi\n> 1. One?\n> 2. Two?\nyes\n\nand no\n>> 3. Three?\nmaybe\n"
    assert between(text, text) == (("1. One?\n2. Two?", "yes\n\nand no"), ("3. Three?", "maybe"))


def test_only_own_words_answer():
    """A signature, or what a program wrote, is no answer."""
    assert between("> 1. One?\nyes\n-- \nAna", "yes") == (("1. One?", "yes"),)
    assert between("> 1. One?\nSent from my phone", "") == ()


def test_pairs_have_a_limit():
    """Fifty passages, each cut."""
    text = "> 1. What?\nx\n" * 1_000
    assert len(between(text, text)) == MAX_PAIRS
    assert len(between("> q?\n" + "y" * 9_000, "y" * 9_000)[0][1]) == 2_000


@pytest.mark.parametrize("around", ["{}", "Please apply.\n\n{}", "{}--\n2.43.0\n", "{}\n\nThanks\nAna\n"])
def test_a_patch_is_cut_out(around):
    """From its first name to the end of its last hunk, which says itself how long it is."""
    text = around.format(PATCH)
    assert patch_in(text, text) == PATCH


def test_lines_that_look_quoted_stay():
    """A context line of a mail program's text begins with a quote mark; inside a hunk it is the file's."""
    patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n > q\n-a\n+b\n"
    assert patch_in(patch, patch) == patch


def test_several_files():
    """One after the other, with empty lines that lost their blank."""
    both = PATCH + "\n" + PATCH.replace("/x", "/y").replace(" c\n", "\n")
    assert patch_in(both, both) == both


@pytest.mark.parametrize(
    "text", ["", "--- a/x\n+++ b/x\n", HUNK, "> " + PATCH.replace("\n", "\n> "), "a diff --git @@ -1 +1 @@"]
)
def test_no_patch(text):
    """Heads without hunks, hunks without heads, and what is quoted."""
    assert patch_in(text, text) == ""


def test_a_patch_that_is_not_theirs():
    """What a program quoted back without marks is not among the author's own words."""
    assert patch_in(f"Nice!\n\n{PATCH}", "Nice!") == ""
