"""A small page becomes one file only where that file behaves the same."""

from __future__ import annotations

import base64

import pytest

from mailbot.build.page import single_page

PNG = b"\x89PNG\r\n\x1a\nxx"
CSS = b"h1 { background: url(img/a.png) }\n"
PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>T</title><link rel="stylesheet" href="css/s.css">'
    '<script src="first.js" defer></script></head>\n<body><img src="img/a.png" alt="a">'
    '<a href="https://example.org/">out</a> <a href="#top">up</a>{more}<script src="app.js"></script></body></html>\n'
)
FILES = {
    "css/s.css": CSS.replace(b"img/", b"../img/"),
    "img/a.png": PNG,
    "app.js": b"document.title = 'a'\n",
    "first.js": b"window.b = 1\n",
    "README.md": b"# T\n",
}


def page(more="", **changes):
    """The one file, as text."""
    return single_page({"index.html": PAGE.format(more=more).encode(), **FILES, **changes}).decode()


def test_scripts_styles_and_pictures_are_put_inside():
    """In their place and order; what was deferred runs last."""
    made = page()
    data = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert f'<img src="{data}" alt="a">' in made
    assert f'<style>\nh1 {{ background: url("{data}") }}\n\n</style>' in made
    assert made.index("document.title") < made.index("window.b = 1") < made.index("</body>")
    assert 'src="app.js"' not in made
    assert made.count("<script>") == 2


@pytest.mark.parametrize(
    "more",
    [
        '<a href="other.html">next</a>',
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img src="missing.png">',
        '<img src="/img/a.png">',
        '<img srcset="img/a.png 2x">',
        '<base href="/x/">',
        '<iframe src="x.html"></iframe>',
        '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">',
        "<script>fetch('data.json')</script>",
        "<script>new Worker('w.js')</script>",
        '<script type="module">import x from "./app.js"</script>',
        '<p style="background: url(img/a.png)">x</p>',
        '<form action="/send"></form>',
        '<script src="app.js?v=2"></script>',
        '<script src="app.js" crossorigin></script>',
    ],
)
def test_what_would_behave_otherwise_stays_in_several_files(more):
    """A reference that does not resolve, a network, a second page, a policy against inline scripts."""
    assert page(more) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"app.js": b"x = '</script>'\n"},
        {"app.js": b"\xff\xfe"},
        {"app.js": b"location.href = 'b.html'\n"},
        {"css/s.css": b"@import 'x.css';\n"},
        {"css/s.css": b"a { background: url(gone.png) }\n"},
        {"second.html": b"<p>two\n"},
        {"app.py": b"import flask\n", "requirements.txt": b"flask\n"},
        {"index.html": b"<p>no charset\n"},
    ],
    ids=str,
)
def test_files_that_do_not_fit_into_one_stay_apart(changes):
    """Nothing is guessed."""
    assert single_page({"index.html": PAGE.format(more="").encode(), **FILES, **changes}) == b""


def test_no_page_is_no_file():
    """A project without a page has none."""
    assert single_page({"a.txt": b"x"}) == b""
