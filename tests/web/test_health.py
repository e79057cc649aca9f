"""How we are, for people and machines; and the pages."""

from __future__ import annotations

from mailbot.domain.errors import Temporary
from tests.web.world import here


async def test_e13_health_names_what_we_depend_on(tmp_path):
    """Healthy while all is well; degraded, and what of it, without the insides."""

    async def model():
        raise Temporary("connect to 10.0.0.7 failed")

    async with here(tmp_path) as web:
        body = (await web.get("/health")).json()
        assert (body["status"], body["dependencies"]["ledger"]["status"]) == ("healthy", "healthy")
    async with here(tmp_path, looks={"model": model}) as web:
        await web.ledger.report("imap build@acme.example", "login failed: hunter2", web.doors.site.clock())
        answer = await web.get("/health")
        body = answer.json()
        assert body["status"] == body["dependencies"]["model"]["status"] == "degraded"
        assert body["dependencies"]["imap build@acme.example"]["status"] == "degraded"
        assert "10.0.0.7" not in answer.text
        assert "hunter2" not in answer.text


async def test_ready_while_orders_can_be_stored(web):
    """Not any more once we are about to stop."""
    assert (await web.get("/healthz")).json() == {"status": "alive"}
    assert (await web.get("/readyz")).status_code == 200
    web.doors.closing.set()
    assert (await web.get("/readyz")).status_code == 503


async def test_not_ready_when_the_ledger_cannot_be_written(web, monkeypatch):
    """A full disk: 503, and health says which part."""

    async def full(*_):
        raise Temporary("disk full")

    monkeypatch.setattr(web.ledger, "report", full)
    assert (await web.get("/readyz")).status_code == 503
    assert (await web.get("/health")).json()["dependencies"]["ledger"]["status"] == "degraded"


async def test_na13_d19_pages_load_nothing_from_elsewhere(web):
    """What a browser would run or load is ours."""
    for path in ("/", "/docs", "/redoc"):
        answer = await web.get(path)
        assert answer.status_code == 200
        assert "//" not in answer.text.replace("<!doctype", "")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "http" not in answer.headers["content-security-policy"]
    for name in ("swagger.js", "swagger-ui-bundle.js", "swagger-ui.css", "redoc.js", "redoc.standalone.js"):
        assert (await web.get(f"/docs-files/{name}")).status_code == 200


async def test_no_other_file_is_given(web):
    """Only the files of the two viewers."""
    for name in ("../__init__.py", "..%2fcore.py", "favicon.png", "x"):
        assert (await web.get(f"/docs-files/{name}")).status_code == 404
