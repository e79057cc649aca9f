"""The files of docker/: nothing here needs an engine; `make docker-check` builds and runs what they describe."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from mailbot.settings import Settings, load
from mailbot.settings_env import NAMES
from tests.servers import free_port, missing

ROOT = Path(__file__).parent.parent.parent
DOCKER = ROOT / "docker"
COMPOSE = YAML(typ="safe").load((DOCKER / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (DOCKER / "Dockerfile").read_text("utf-8")
VARIABLE = re.compile(r"\$\{(\w+)")


def tool(name):
    """A program that was installed beside this Python, or by the system."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return found or missing(f"{name} is not installed")


def done(*command):
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return result.returncode, result.stdout + result.stderr


def test_nd1_the_dockerfile_is_well_made():
    """hadolint finds nothing."""
    assert done(tool("hadolint"), "docker/Dockerfile") == (0, "")


def test_nd1_the_compose_files_are_what_compose_reads():
    """By the schema of the compose specification."""
    files = ("docker/compose.yaml", "docker/compose.sandbox.yaml")
    code, words = done(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", *files)
    assert code == 0, words


@pytest.mark.parametrize("port", [8000, 5000, 9000, 8025, 11434, 9090, 3000])
def test_e34_every_port_can_be_another(port):
    """Each is published under a variable whose default it is, and by itself for this machine only."""
    published = [one for service in COMPOSE["services"].values() for one in service.get("ports", ())]
    found = [one for one in published if f":-{port}}}:" in one]
    assert len(found) == 1
    assert re.match(r"(\$\{BIND_\w+:-)?127\.0\.0\.1", found[0])


def test_e34_every_variable_of_compose_stands_in_the_example():
    """.env.example names what can be set, and nothing that nobody reads."""
    used = {name for file in DOCKER.glob("compose*.yaml") for name in VARIABLE.findall(file.read_text("utf-8"))}
    shown = set(re.findall(r"^# ([A-Z][A-Z0-9_]+)=", (DOCKER / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert used - shown - {"TARGET_MAILBOT"} == set()
    assert shown - used - NAMES.keys() == set()


def test_no_variable_of_compose_is_taken_for_a_setting():
    """.env goes into the container, too: a name of ours there would be a wrong setting."""
    used = {name for file in DOCKER.glob("compose*.yaml") for name in VARIABLE.findall(file.read_text("utf-8"))}
    assert [name for name in used if name.startswith("MAILBOT_")] == []
    assert used & NAMES.keys() <= {"OLLAMA_URL", "DEFAULT_MODEL"}


def test_e14_what_monitors_has_its_own_profile_and_comes_set_up():
    """Prometheus with our scrape file and alerts, Grafana with its source and our board."""
    services = COMPOSE["services"]
    assert services["prometheus"]["profiles"] == services["grafana"]["profiles"] == ["monitoring"]
    assert "./monitoring:/etc/prometheus:ro" in services["prometheus"]["volumes"]
    sources = [volume.split(":")[0] for volume in services["grafana"]["volumes"]]
    provisioned = [source for source in sources if source.startswith("./grafana/")]
    assert len(provisioned) == 2
    assert all((DOCKER / source.removeprefix("./")).is_file() for source in sources if source.startswith("./"))
    board = (DOCKER / "monitoring" / "dashboard.json").read_text("utf-8")
    source = YAML(typ="safe").load((DOCKER / "grafana" / "datasource.yaml").read_text("utf-8"))["datasources"][0]
    assert f'"uid": "{source["uid"]}"' in board
    scrape = (DOCKER / "monitoring" / "prometheus.yml").read_text("utf-8")
    assert "127.0.0.1:8000" in scrape  # its own loopback, which is mailbot's: there no token is asked for
    assert services["prometheus"]["network_mode"] == "service:mailbot"
    assert source["url"] == "http://mailbot:9090"


def test_without_a_profile_mailbot_is_alone():
    """`docker compose up` asks for nothing else."""
    assert [name for name, service in COMPOSE["services"].items() if "profiles" not in service] == ["mailbot"]


def test_nothing_has_a_password_that_everybody_knows():
    """No value of a password stands in a file; what needs one does not start without its file."""
    for service in COMPOSE["services"].values():
        given = service.get("environment", {})
        secret = [name for name in given if "PASSWORD" in name or "TOKEN" in name or "SECRET" in name]
        assert [name for name in secret if not str(given[name]).startswith("/run/secrets/")] == []
        assert all(Path(given[name]).name in service["secrets"] for name in secret)


def test_nd1_the_container_has_no_right_that_it_does_not_need():
    """Nothing of the image can be written, no capability, nobody becomes root, an end of memory and processes."""
    mailbot = COMPOSE["services"]["mailbot"]
    assert mailbot["read_only"]
    assert mailbot["cap_drop"] == ["ALL"]
    assert mailbot["security_opt"] == ["no-new-privileges:true"]
    assert mailbot["pids_limit"]
    assert mailbot["mem_limit"]


def test_nd1_every_variant_ends_as_nobody_in_particular():
    """The last USER of each stage that is meant to be run is a number over 0."""
    stages = dict(re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM|\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL))
    for name in ("slim", "sandbox", "browser"):
        assert re.findall(r"^USER (.*)$", stages[name], re.MULTILINE)[-1] == "10001:10001"


def test_nd2_what_ends_is_started_again():
    """Each service that stays; and mailbot has the time that it needs for what is in hand."""
    services = {name: one for name, one in COMPOSE["services"].items() if name != "ollama-model"}
    assert {one["restart"] for one in services.values()} == {"unless-stopped"}
    assert int(services["mailbot"]["stop_grace_period"].rstrip("s")) > 30


def test_the_image_holds_nothing_but_the_program():
    """.dockerignore lets in what the Dockerfile copies, and no more."""
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    copied = {source for line in lines for source in line.split()[:-1]}
    assert set(allowed) == copied
    assert all((ROOT / name).exists() for name in allowed)


def test_the_extras_of_the_image_exist():
    """A name that pip does not know is only warned about."""
    asked = re.search(r"^ARG EXTRAS=(\S+)$", DOCKERFILE, re.MULTILINE)[1].split(",")
    known = re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert set(asked) <= set(known)


def test_the_settings_of_the_image_are_settings(monkeypatch):
    """The file, and each MAILBOT_ name of the Dockerfile."""
    given = dict(re.findall(r"(MAILBOT_\w+)=(\S+)", DOCKERFILE))
    assert given
    for name, value in given.items():
        monkeypatch.setenv(name, value.strip('"').replace('\\"', '"'))
        assert name.removeprefix("MAILBOT_").split("__")[0].lower() in Settings.model_fields
    settings = load(DOCKER / "mailbot.toml")
    assert settings.receive[0].listen == "0.0.0.0:2525"
    assert settings.web.listen == ("0.0.0.0:8000",)


def test_the_filter_of_system_calls_is_the_default_and_no_more_than_bubblewrap_needs():
    """Everything that is not named is refused; what leads to the kernel, to other processes or devices is not named."""
    profile = json.loads((DOCKER / "seccomp.json").read_text("utf-8"))
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    allowed = {name for group in profile["syscalls"] if group["action"] == "SCMP_ACT_ALLOW" for name in group["names"]}
    assert all(group["comment"] for group in profile["syscalls"])
    never = (
        "bpf init_module finit_module kexec_load keyctl add_key request_key ptrace process_vm_writev perf_event_open"
    )
    never += " io_uring_setup userfaultfd open_by_handle_at setns reboot swapon iopl ioperm settimeofday clone3"
    assert allowed & set(never.split()) == set()
    assert {"clone", "unshare", "mount", "pivot_root", "umount2"} <= allowed


class Healthz(BaseHTTPRequestHandler):
    """A mailbot that answers, well or not."""

    def do_GET(self):
        """By the number that the test wants."""
        self.send_response(self.server.code if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *words):
        """Not here."""


@pytest.fixture
def asks(monkeypatch):
    """The health check, asking a port."""
    return lambda port: done(
        "env", f'MAILBOT_WEB__LISTEN=["0.0.0.0:{port}"]', sys.executable, "-I", "docker/healthy.py"
    )


@pytest.mark.parametrize(("code", "end"), [(200, 0), (503, 1)])
def test_nd2_the_health_check_asks_the_real_door(asks, code, end):
    """Exit code 0 says healthy, 1 says not."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Healthz) as server:
        server.code = code
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert asks(server.server_port)[0] == end
        server.shutdown()


def test_nd2_a_mailbot_that_does_not_answer_is_not_healthy(asks):
    """The words say where to look."""
    code, words = asks(free_port())
    assert code == 1
    assert "the log of the container says why" in words


def test_nd2_systemd_takes_the_unit(tmp_path):
    """`systemd-analyze verify` says nothing, with and without what a server without bubblewrap adds."""
    analyze = tool("systemd-analyze")
    unit = (DOCKER / "systemd" / "mailbot.service").read_text("utf-8")
    place = tmp_path / "mailbot.service"
    place.write_text(unit.replace("/opt/mailbot/bin/mailbot", "/bin/true"))
    assert done(analyze, "verify", place) == (0, "")
    shutil.copytree(DOCKER / "systemd" / "mailbot.service.d", tmp_path / "mailbot.service.d")
    assert done(analyze, "verify", place) == (0, "")


@pytest.mark.parametrize("line", ["Type=notify", "Restart=always", "DynamicUser=yes", "StateDirectory=mailbot"])
def test_nd2_the_unit_starts_again_what_ends_or_hangs(line):
    """It waits for READY, starts again, and belongs to a user that nothing else is."""
    unit = (DOCKER / "systemd" / "mailbot.service").read_text("utf-8")
    assert f"\n{line}\n" in unit
    assert re.search(r"^WatchdogSec=4min$", unit, re.MULTILINE)
