"""The admin's folder of mail templates: read at the start, tried, and told of where something is wrong with it."""

from __future__ import annotations

from mailbot.settings import load
from mailbot.shipped import MAX_TEMPLATE, own_templates
from mailbot.site import letterhead, names_of, trouble_of


def house(tmp_path, **files):
    """The settings with a folder of these files, and the letterhead that comes of it."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "data").mkdir()
    settings = load(data=tmp_path / "data", templates=folder)
    return settings, letterhead(settings, names_of(settings), where="model.example:11434")


def test_x9_a_folder_of_good_templates_is_taken(tmp_path):
    """Theirs is what is sent, the help knows the model's host, and nothing is told."""
    settings, we = house(tmp_path, **{"refused.txt.j2": "No: {{ first }}", "base.css": "p { margin: 0 }"})
    assert trouble_of(settings, we) == ""
    assert we.render("refused.txt.j2", {"first": "x"}) == "No: x"
    assert any("model.example:11434" in line for line in we.help)


def test_x9_what_is_wrong_is_told_and_ours_is_sent(tmp_path):
    """Broken, too large, no text, not there: each by its name, so that health can show it."""
    bad = {"refused.txt.j2": "{% if", "told.txt.j2": "x" * (MAX_TEMPLATE + 1), "asked.txt.j2": b"\xff\xfe"}
    settings, we = house(tmp_path, **bad)
    told = trouble_of(settings, we)
    assert [one.partition(":")[0] for one in told.split("; ")][:2] == ["asked.txt.j2", "told.txt.j2"]
    assert "refused.txt.j2: line 1" in told
    assert list(we.own) == ["refused.txt.j2"]
    assert own_templates(tmp_path / "nowhere")[1] == [f"the folder of templates {tmp_path / 'nowhere'} is not there"]
