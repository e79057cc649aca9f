"""`mailbot smoke` (row E33): a mailbot that serves answers by SMTP and by HTTP, or it is said which does not."""

from __future__ import annotations

import asyncio

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.domain.errors import Permanent
from mailbot.settings import load
from mailbot.setup.smoke import Smoke
from tests.process import serving, settings
from tests.servers import free_port


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Settings with both ways in."""
    monkeypatch.setenv("MAILBOT_API_TOKEN", "a token of the test run")
    path = settings(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write(f'[web]\nlisten = ["127.0.0.1:{free_port()}"]\n')
    return path


def smoke(config, *words):
    return CliRunner().invoke(app, ["smoke", "-c", str(config), "--from", "ana@acme.example", *words])


def test_e33_both_ways_are_answered(config):
    """One request by each; a token that is not known is told."""
    with serving(config):
        done = smoke(config, "--wait", "60")
        assert done.exit_code == 0, done.output
        assert "by SMTP: answered after" in done.output
        assert "by HTTP: answered after" in done.output
        wrong = Smoke(settings=load(config), token="not one that is known", sender="ana@acme.example", wait=5)
        with pytest.raises(Permanent, match="401"):
            asyncio.run(wrong.by_http())


def test_nobody_serves(config):
    """Which is said of both, with what to do."""
    done = smoke(config)
    assert done.exit_code == 2
    assert "no mailbot takes mail at" in done.output
    assert "does not answer" in done.output
    assert "`mailbot serve`" in done.output


def test_a_token_that_cannot_be_read(config):
    """Before anything is sent."""
    done = smoke(config, "--token-file", "/nowhere/token")
    assert done.exit_code == 2
    assert "cannot be read" in done.output
