"""The command line of the single file, as a person types it."""

from __future__ import annotations

import io

import pytest

from mailbot.client import command
from mailbot.client.command import main
from tests.client.letters import FILES, OURS, bundle, letter, repository, zipped


@pytest.fixture
def mail(tmp_path):
    """A mail of ours in a file."""
    path = tmp_path / "reply.eml"
    path.write_bytes(OURS)
    return path


def test_open_unpacks_and_says_so(mail, tmp_path, capsys):
    """One line for the package; a second time nothing is new."""
    assert main(["open", str(mail), "--to", str(tmp_path)]) == 0
    assert "sales-page-v1: " in capsys.readouterr().out
    assert (tmp_path / "sales-page-v1" / "README.md").exists()
    assert main(["open", str(mail), "--to", str(tmp_path)]) == 0
    assert "there already" in capsys.readouterr().out


def test_what_is_attached_beside_the_package_is_kept_beside_it(tmp_path, capsys):
    """The bundle, for those who use git."""
    repository(tmp_path / "r")
    (tmp_path / "x.eml").write_bytes(letter(("b.zip", zipped(FILES)), ("b.bundle", bundle(tmp_path / "r"))))
    assert main(["open", str(tmp_path / "x.eml"), "--to", str(tmp_path)]) == 0
    assert (tmp_path / "bees-v1-attached" / "b.bundle").exists()
    assert "b.bundle" in capsys.readouterr().out


def test_nothing_is_written_when_one_of_several_is_refused(tmp_path, capsys):
    """The mails are all looked at first."""
    (tmp_path / "1.eml").write_bytes(letter(("a.zip", zipped(FILES))))
    (tmp_path / "2.eml").write_bytes(letter(("b.zip", zipped({"../x": b"1"}, folder=""))))
    assert main(["open", str(tmp_path / "1.eml"), str(tmp_path / "2.eml"), "--to", str(tmp_path / "to")]) == 1
    assert "Nothing is unpacked" in capsys.readouterr().err
    assert not (tmp_path / "to").exists()


def test_a_mail_comes_by_standard_input_too(tmp_path, monkeypatch):
    """As a mail program pipes it."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OURS)))
    assert main(["open", "-", "--to", str(tmp_path)]) == 0
    assert (tmp_path / "sales-page-v1").is_dir()


def test_verify_says_whole_but_not_by_whom(mail, capsys):
    """Exit code 0, and 1 where everything must be proven."""
    assert main(["verify", str(mail)]) == 0
    assert "could NOT be verified" in capsys.readouterr().out
    assert main(["verify", "--strict", str(mail)]) == 1


def test_verify_finds_what_was_changed(tmp_path, capsys):
    """Exit code 1, and what to do."""
    path = tmp_path / "x.eml"
    path.write_bytes(letter(("b.zip", zipped({**FILES, "metadata.json": b"{}"}))))
    assert main(["verify", str(path)]) == 1
    assert "Do not run it" in capsys.readouterr().out
    path.write_bytes(letter(("b.zip", zipped(FILES))))
    assert main(["verify", str(path)]) == 1
    assert "Nothing of it could be verified" in capsys.readouterr().out


def test_info_and_apply(mail, tmp_path, capsys):
    """One prints a screen, the other takes a bundle by itself, too."""
    assert main(["info", str(mail)]) == 0
    assert "Program:  Sales page" in capsys.readouterr().out
    repository(tmp_path / "r")
    (tmp_path / "b.bundle").write_bytes(bundle(tmp_path / "r"))
    assert main(["apply", str(tmp_path / "b.bundle"), "--to", str(tmp_path / "mine")]) == 0
    assert (tmp_path / "mine" / "app.js").read_bytes() == FILES["app.js"]


@pytest.mark.parametrize(
    "args", [[], ["open"], ["fly", "x"], ["apply", "x"], ["open", "x", "--what"], ["info", "x", "--to", "y"]]
)
def test_misuse_is_exit_code_2(args, capsys):
    """As everywhere."""
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_trouble_is_exit_code_1_and_words(tmp_path, capsys):
    """Never a traceback."""
    for content in (b"", b"junk", b"PK\3\4junk", b"# v2 git bundle\njunk", b"From: a\n\nhello"):
        (tmp_path / "x").write_bytes(content)
        for name in ("open", "verify", "run", "info"):
            assert main([name, str(tmp_path / "x")]) == 1
            assert capsys.readouterr().err.startswith("mailbot: ")


def test_too_deep_a_mail_is_words_too(tmp_path, monkeypatch, capsys):
    """Whatever runs out."""

    def deep(*_args):
        raise RecursionError

    monkeypatch.setattr(command, "packages", deep)
    (tmp_path / "x").write_bytes(OURS)
    assert main(["info", str(tmp_path / "x")]) == 1
    assert "too large or too deep" in capsys.readouterr().err


@pytest.mark.parametrize(("content", "status"), [(OURS, "opened"), (letter(("b.zip", b"PK\3\4")), None)])
def test_the_hook_hears_how_it_went(tmp_path, monkeypatch, capsys, content, status):
    """With the request's id from metadata.json; where that cannot be read, it is said that nobody was told."""
    told = []
    monkeypatch.setattr(command, "post", lambda *said: told.append(said) or "")
    (tmp_path / "x").write_bytes(content)
    code = main(["open", str(tmp_path / "x"), "--to", str(tmp_path), "--hook", "https://a.example/x"])
    assert code == (0 if status else 1)
    assert [one[1] for one in told] == ([status] if status else [])
    assert all(len(one[2]) > 3 for one in told)


def test_a_wrong_hook_is_said_before_anything_is_done(mail, tmp_path, capsys):
    """Not after the files are written."""
    assert main(["open", str(mail), "--to", str(tmp_path / "to"), "--hook", "http://a.example/"]) == 1
    assert "https://" in capsys.readouterr().err
    assert not (tmp_path / "to").exists()
