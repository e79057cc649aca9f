"""A real Prometheus on loopback: it scrapes what a test serves, every second, and is asked by its own API."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.servers import free_port, missing

MONITORING = Path(__file__).parent.parent / "docker" / "monitoring"
PATIENCE = 30.0
CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ["{alerts}"]
scrape_configs:
  - job_name: mailbot
    static_configs: [{{targets: ["{target}"]}}]
"""


class Prometheus:
    """What it knows."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, expr):
        """The samples of an expression, as it is now: labels and value; ValueError says why it is wrong."""
        query = urllib.parse.urlencode({"query": expr})
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/query?{query}", timeout=10) as answer:
                found = json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(f"{expr}: {json.load(error)['error']}") from error
        samples = found["result"] if found["resultType"] == "vector" else [{"metric": {}, "value": found["result"]}]
        return [(one["metric"], float(one["value"][1])) for one in samples]

    def value(self, expr):
        """The one value of an expression; none where it has none."""
        found = self.ask(expr)
        assert len(found) < 2, found
        return found[0][1] if found else None

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)["data"]

    def until(self, look):
        """Wait until *look* gives something true."""
        end, found = time.monotonic() + PATIENCE, None
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if found := look():
                    return found
            time.sleep(0.1)
        raise AssertionError("Prometheus never saw it")

    def scraped(self, times=2):
        """Wait until it has scraped so many times without an error."""
        self.until(lambda: (self.value('count_over_time(up{job="mailbot"}[1h])') or 0) >= times)
        self.until(lambda: self.value('up{job="mailbot"}') == 1)


@contextlib.contextmanager
def prometheus(folder, target):
    """It scrapes *target* (host:port) with our own alert rules, and keeps what it learns in *folder*."""
    if not shutil.which("prometheus"):
        missing("Prometheus is not installed: apt install prometheus")
    port = free_port()
    config = folder / "prometheus.yml"
    config.write_text(CONFIG.format(alerts=MONITORING / "alerts.yml", target=target))
    command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        found = Prometheus(port)
        try:
            found.until(lambda: found.get("/api/v1/status/runtimeinfo"))
            yield found
        finally:
            process.terminate()
            process.wait(20)
