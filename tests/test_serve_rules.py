"""A mailbot that serves takes new rules, and keeps the last good ones."""

from __future__ import annotations

import re
import signal
import time

from tests.process import run, serving, settings

GOOD = "version: 1\nrules: [{id: a, then: {action: deny}}]\n"


def health(config, pattern):
    """Ask until it says so."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        done = run("health", "-c", config)
        if re.search(pattern, done.stdout):
            return done
        time.sleep(0.2)
    raise AssertionError(done.stdout)


def test_broken_rules_never_take_force_and_health_says_so(tmp_path):
    """When the file changes, and on SIGHUP; it goes on serving, and is well again when they are."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "1.yaml").write_text(GOOD, "utf-8")
    config = settings(tmp_path, rules=f'"{folder}"')
    with serving(config) as process:
        assert health(config, r"(?m)^well +rules ").returncode == 0
        (folder / "1.yaml").write_text("version: 2\n", "utf-8")
        done = health(config, r"(?m)^TROUBLE +rules .*new rules are not in force")
        assert done.returncode == 1
        assert "1.yaml:1:1" in done.stdout
        (folder / "1.yaml").write_text(GOOD, "utf-8")
        process.send_signal(signal.SIGHUP)
        assert health(config, r"(?m)^well +rules ").returncode == 0
        assert process.poll() is None
