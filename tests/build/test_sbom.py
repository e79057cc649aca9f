"""What a project declares becomes a list that programs read; nothing is guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from mailbot.build.sbom import Made, sbom

MADE = Made(name="Bees", number=2, request="r1", at=datetime(2026, 11, 20, 12, tzinfo=UTC), version="0.1.0")


def listed(**files):
    """The components by their purl."""
    made = json.loads(sbom({name.replace("__", "."): text.encode() for name, text in files.items()}, MADE))
    return {one["purl"]: one for one in made["components"]}


def test_python_packages_with_and_without_a_pin():
    """A version is said only where it is pinned; else what was declared."""
    found = listed(app__py="import flask", requirements__txt="Flask[async]==3.1.0\nre_quests>=2\nrich\n")
    assert list(found) == ["pkg:pypi/flask@3.1.0", "pkg:pypi/re-quests", "pkg:pypi/rich"]
    assert found["pkg:pypi/flask@3.1.0"]["version"] == "3.1.0"
    assert found["pkg:pypi/re-quests"]["properties"] == [{"name": "mailbot:declared", "value": ">=2"}]
    assert "version" not in found["pkg:pypi/rich"]
    assert {json.dumps(one["licenses"]) for one in found.values()} == {'[{"license": {"name": "unknown"}}]'}


def test_node_packages_with_and_without_a_scope():
    """The scope stands apart in a purl, and its @ is written as %40."""
    found = listed(package__json='{"dependencies": {"@vue/cli": "5.0.1", "express": "^4.2.0", "x": "latest"}}')
    assert set(found) == {"pkg:npm/%40vue/cli@5.0.1", "pkg:npm/express", "pkg:npm/x"}
    assert found["pkg:npm/%40vue/cli@5.0.1"]["name"] == "@vue/cli"


def test_the_images_of_a_dockerfile():
    """By digest where it has one; a stage of its own is no image."""
    digest = "sha256:" + "ab" * 32
    recipe = f"FROM --platform=x node:22@{digest} AS made\nFROM made\nFROM nginx/nginx:1.29\nFROM scratch\n"
    found = listed(Dockerfile=recipe)
    assert set(found) == {f"pkg:docker/node@{digest.replace(':', '%3A')}", "pkg:docker/nginx/nginx@1.29"}
    assert "properties" not in found[f"pkg:docker/node@{digest.replace(':', '%3A')}"]


def test_it_is_a_cyclonedx_1_6_that_calls_itself_incomplete():
    """What the packages need in turn is not known."""
    made = json.loads(sbom({"requirements.txt": b"rich==14.0\nrich==14.0\n", "app.py": b""}, MADE))
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert made["compositions"] == [{"aggregate": "incomplete", "assemblies": ["project"]}]
    assert made["dependencies"] == [
        {"ref": "project", "dependsOn": ["pkg:pypi/rich@14.0"]},
        {"ref": "pkg:pypi/rich@14.0"},
    ]
    assert made["metadata"]["component"]["name"] == "Bees"


@pytest.mark.parametrize("text", ["", "-r other\n--index-url x\n", "a" * 100_000, "ünï==1\n\0", "x @ https://y/z\n"])
def test_whatever_a_file_holds_it_gives_the_same_list_twice(text):
    """Broken manifests name nothing, and break nothing."""
    for name in ("requirements.txt", "package.json", "Dockerfile"):
        files = {name: text.encode(), "app.py": b"import x\n"}
        assert sbom(files, MADE) == sbom(dict(files), MADE)
