"""The description is true: whatever is called as it says, or as it says not, is answered as it says (schemathesis)."""

from __future__ import annotations

import contextlib
import os
from unittest import SkipTest

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mailbot.domain.orders import Scope
from mailbot.models import Scaffold, Talking
from mailbot.models.heard import Piece
from mailbot.models.listed import Models
from mailbot.models.scaffold import Templates
from tests.fakes import site
from tests.web.served import served
from tests.web.world import application

#: Calls of each route; `make campaign-http` takes 300.
EXAMPLES = int(os.environ.get("MAILBOT_SCHEMA_EXAMPLES", "6"))  # noqa: TID251  (a switch of the test run)
QUICK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("message/rfc822")
def mail(_context, value):
    """A mail is sent as it is."""
    if isinstance(value, str | bytes):
        return value.encode("utf-8", "replace") if isinstance(value, str) else value
    return repr(value).encode("utf-8", "replace")


class Said(Templates):
    """A model that always says the same."""

    async def talk(self, prompt, options):
        yield Piece(text="Yes.", end="stop")


class Echo(Scaffold):
    """Its settings."""

    def open(self, site):
        return Said(sources={})


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """A door that lets everybody with a token in as often as they like."""
    models = Models(settings=Talking(), own=Echo(), site=site())
    with served(tmp_path_factory.mktemp("schema"), per_minute=1_000_000, per_hour=10_000_000, models=models) as found:
        token = found.run(found.web.token("schema", people=("*",), scopes=tuple(Scope)))
        yield found, token, application(found.web.doors.settings).openapi()


def operations(described):
    """Every route of the description."""
    schema = schemathesis.openapi.from_dict(described)
    return [one.ok() for one in schema.get_all_operations()]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_na13_every_answer_is_as_described(door, mode):
    """No 500, no status, type or body that the description does not name; with calls as it says, and as it says not."""
    found, token, described = door
    tried = []

    def call(case):
        tried.append(case.operation.label)
        response = case.call(base_url=found.url, headers=token, timeout=20)
        case.validate_response(response, checks=CHECKS, headers=token)

    for operation in operations(described):
        with contextlib.suppress(Unsatisfiable, SkipTest):  # a call without anything in it cannot be wrong
            QUICK(given(case=operation.as_strategy(generation_mode=mode))(call))()
    assert len(tried) > 5 * EXAMPLES


def test_every_route_names_its_errors(door):
    """Each has a model for what it answers, and a problem for each way in which it can fail."""
    _, _, described = door
    for path, calls in described["paths"].items():
        for call in calls.values():
            problems = {status: one for status, one in call["responses"].items() if int(status) >= 400}
            openai = path.startswith("/v1/")  # its clients know another shape, and no 422
            assert {"400" if openai else "422", "429", "500"} <= set(problems), path
            assert not (openai and "422" in problems), path
            named = [one for status, one in problems.items() if (path, status) != ("/readyz", "503")]
            kind = "application/json" if openai else "application/problem+json"
            assert all(kind in one["content"] for one in named), path
