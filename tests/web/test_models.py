"""The models over HTTP: listed, loaded, switched, put out; and the numbers of what they did."""

from __future__ import annotations

from mailbot.domain.orders import Scope
from tests.models.fake_ollama import Script
from tests.web.talking import MODEL, say, talking
from tests.web.world import here

SAID = Script(pieces=["Yes", "."])
LIST = """
models:
  small: {type: ollama, path: base, url: URL, context_length: 4096, device: cpu, quantization: q4_0, max_memory: 4GB}
  other/one: {type: ollama, path: "base2:latest", url: URL, format: gguf}
default_model: small
"""
FAKE = {"models": ("base", "base2:latest", MODEL)}


async def listed(web, tmp_path):
    (tmp_path / "models.yaml").write_text(LIST.replace("URL", web.server.url))
    web.doors.models.reread()


def talk_with_a_list(tmp_path):
    """The list is there before the models are opened; its server's address comes with the first reading."""
    (tmp_path / "models.yaml").write_text(LIST.replace("URL", "http://127.0.0.1:9"))
    return talking(tmp_path, SAID, talk={"file": tmp_path / "models.yaml"}, fake=FAKE)


async def test_na3_all_models_are_listed(tmp_path):
    """With their fields, the default, the current one, and how many; those of the list before the one that builds."""
    async with talk_with_a_list(tmp_path) as web:
        await listed(web, tmp_path)
        found = (await web.get("/api/v1/models", web.key)).json()
        small = (await web.get("/api/v1/models/small", web.key)).json()
        status = (await web.get("/api/v1/models/other/one/status", web.key)).json()
        missing = await web.get("/api/v1/models/nobody", web.key)
    assert [one["name"] for one in found["models"]] == ["small", "other/one", MODEL]
    assert (found["default_model"], found["current_model"], found["total"]) == ("small", "small", 3)
    known = {"type": "ollama", "path": "base", "device": "cpu", "quantization": "q4_0", "max_memory": "4GB"}
    assert small.items() >= {**known, "context_length": 4096, "loaded": False, "default": True}.items()
    assert (status["status"], status["loaded"], status["format"]) == ("unloaded", False, "gguf")
    assert missing.status_code == 404


async def test_na3_models_are_loaded_and_put_out(tmp_path):
    """By the body or by the path; a load by the body switches, also for those who name none."""
    async with talk_with_a_list(tmp_path) as web:
        await listed(web, tmp_path)
        done = await web.post("/api/v1/models/load", {"model_name": "other/one"}, web.key)
        assert (done.status_code, done.json()["status"]) == (200, "loaded")
        assert (await say(web)).json()["model"] == "other/one"
        assert (await say(web, model="small")).json()["model"] == "small"
        status = (await web.get("/api/v1/models/other/one/status", web.key)).json()
        assert (status["status"], status["current"]) == ("loaded", True)
        assert (await web.post("/api/v1/models/other/one/unload", None, web.key)).json()["status"] == "unloaded"
        assert (await web.get("/api/v1/models/other/one/status", web.key)).json()["status"] == "unloaded"
        assert (await say(web)).json()["model"] == "small"
        assert (await web.post("/api/v1/models/small/load", None, web.key)).status_code == 200
        assert (await web.post("/api/v1/models/unload", {"model_name": "small"}, web.key)).status_code == 200


async def test_na3_who_may_not_or_names_nothing_is_told(tmp_path):
    """A token for text loads nothing; a model that is not there is a 404; a server that is away a 503."""
    async with talk_with_a_list(tmp_path) as web:
        speaker = await web.token("speaker", scopes=(Scope.GENERATE,))
        assert (await web.post("/api/v1/models/load", {"model_name": "small"}, speaker)).status_code == 403
        assert (await web.post("/api/v1/models/load", {"model_name": "nobody"}, web.key)).status_code == 404
        assert (await web.post("/api/v1/models/load", {}, web.key)).status_code == 422
        away = await web.post("/api/v1/models/small/load", None, web.key)
        assert (away.status_code, "127.0.0.1" in away.text) == (503, False)
        found = (await web.get("/api/v1/models", web.key)).json()["models"]
        assert [(one["loaded"], one["status"]) for one in found[:2]] == [(None, "unknown")] * 2


async def test_na11_a_mistake_in_the_list_is_told_of(tmp_path):
    """And the list before it stays in use."""
    async with talk_with_a_list(tmp_path) as web:
        await listed(web, tmp_path)
        (tmp_path / "models.yaml").write_text("models: {")
        found = (await web.get("/api/v1/models", web.key)).json()
        assert (found["total"], "mistake" in found["trouble"]) == (3, True)


async def test_na17_a_switch_is_quick(tmp_path):
    """What it costs beside the server's own loading is one call; nothing is started anew."""
    async with talk_with_a_list(tmp_path) as web:
        await listed(web, tmp_path)
        for name in ("other/one", "small"):
            done = (await web.post("/api/v1/models/load", {"model_name": name}, web.key)).json()
            assert done["load_time"] < 30
            assert (await say(web)).json()["model"] == name
        assert [one["model"] for one in web.server.loads[:2]] == ["base2:latest", "base"]


async def test_na4_health_status_and_metrics(tmp_path):
    """Health needs no key, the others do; the page at / is for people."""
    async with talking(tmp_path, SAID) as web:
        await say(web)
        for path in ("/health", "/api/v1/health", "/"):
            assert (await web.get(path)).status_code == 200
        for path in ("/api/v1/status", "/api/v1/metrics"):
            assert (await web.get(path)).status_code == 401
        state = (await web.get("/api/v1/status", web.key)).json()
    assert state.items() >= {"status": "running", "default_model": MODEL, "builder": "nobody", "models": 1}.items()
    assert state["uptime_seconds"] >= 0
    assert state["requests_total"] >= 4


async def test_na14_the_numbers_are_right_after_a_known_run(tmp_path):
    """Calls, errors, times, tokens by model, memory, calls by key; of others only for who may read them."""
    async with talking(tmp_path, SAID, Script(status=500, error="x"), talk={"cache_seconds": 60}) as web:
        answer = (await say(web)).json()
        await say(web)
        await say(web, prompt="And now?")
        await say(web, max_tokens=0)
        mine = (await web.get("/api/v1/metrics", web.key)).json()
        other = (await web.get("/api/v1/metrics", await web.token("admin", scopes=(Scope.READ,)))).json()
    assert (mine["requests_total"], mine["errors_total"], mine["refused_total"]) == (4, 1, 1)
    assert mine["error_rate"] == 0.25
    used = mine["models"][MODEL]
    assert (used["answers"], used["failures"]) == (1, 1)
    assert used["tokens"] + used["prompt_tokens"] == answer["tokens_used"]
    assert mine["cache"] == {"hits": 1, "misses": 2}
    assert 0 < mine["latency_seconds"]["median"] <= mine["latency_seconds"]["largest"]
    assert mine["memory"]["rss_bytes"] > 10_000_000
    assert mine["keys"] == {"app": 4}
    assert other["keys"] == {"app": 5}
    assert list(mine["queues"].values()) == [{"writing": 0, "waiting": 0, "places": 1}]


async def test_na13_the_interface_is_described_packed_timed_and_shared(tmp_path):
    """Every route of the AI core is in OpenAPI; long answers are packed; pages that are named may call."""
    long = Script(pieces=["words " * 2_000])
    async with talking(tmp_path, long, origins=("https://app.example.org",)) as web:
        paths = (await web.get("/openapi.json")).json()["paths"]
        answer = await say(web, headers={"Accept-Encoding": "gzip", "Origin": "https://app.example.org"})
    assert answer.headers["content-encoding"] == "gzip"
    assert float(answer.headers["x-process-time"]) > 0
    assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
    wanted = ("generate", "chat", "batch", "models", "models/load", "sessions", "health", "metrics", "status")
    assert {f"/api/v1/{name}" for name in wanted} | {"/v1/models", "/v1/chat/completions"} <= set(paths)


async def test_numbers_have_no_end_but_the_memory_for_them_has(tmp_path):
    """Names that come and go are counted together from some point on."""
    async with here(tmp_path) as web:
        tally = web.doors.tally
        for number in range(600):
            tally.seen(f"token{number}", 200, 0.001)
            tally.model(f"model{number}").answers += 1
        assert len(tally.keys) == len(tally.models) == 501
        assert (tally.keys["(others)"], tally.models["(others)"].answers) == (100, 100)
