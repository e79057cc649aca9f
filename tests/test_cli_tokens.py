"""`mailbot token`: what cannot be is said in words."""

from __future__ import annotations

from typer.testing import CliRunner

from mailbot.cli import app


def typed(config, *words):
    """One command to its end, in this process."""
    return CliRunner().invoke(app, ["token", *words, "--config", str(config)])


def test_a_token_that_cannot_be_is_refused(tmp_path):
    """A person that is none, a name that is ours or taken, a token that is not there."""
    config = tmp_path / "mailbot.toml"
    config.write_text(f'data = "{tmp_path / "data"}"\n')
    assert typed(config, "create", "a", "--for", "*").exit_code == 0
    for words, code in (
        (("create", "b", "--for", "nobody"), 2),
        (("create", "b", "--for", "@"), 2),
        (("create", "API_TOKEN"), 2),
        (("create", ""), 2),
        (("create", "x" * 61), 2),
        (("create", "b", "--scope", "everything"), 2),
        (("create", "b", "--days", "-1"), 2),
        (("create", "a", "--for", "*"), 1),
        (("revoke", "b"), 1),
    ):
        assert typed(config, *words).exit_code == code, words
    assert typed(config, "revoke", "a").exit_code == 0
    assert typed(config, "create", "a", "--for", "*").exit_code == 1
    assert "revoked" in typed(config, "list").stdout


def test_a_token_for_nobody_says_so(tmp_path):
    """It is made, and its maker is told that it orders for nobody."""
    config = tmp_path / "mailbot.toml"
    config.write_text(f'data = "{tmp_path / "data"}"\n')
    done = typed(config, "create", "a")
    assert (done.exit_code, "may order for nobody" in done.stderr) == (0, True)
