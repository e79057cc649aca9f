"""Texts: plain words, Markdown, HTML as a person sees it, and source files."""

from __future__ import annotations

import re
from typing import Final

from mailbot.understand.html import seen_and_hidden
from mailbot.understand.inputs_found import MAX_TEXT, Found, counted, encoding_of, shortened, words_of

MAX_HTML: Final = 2_000_000  #: bytes that are read for their words
_TITLE: Final = re.compile(r"(?is)<title[^>]{0,200}>([^<]{1,200})")
_HEADING: Final = re.compile(r"(?m)^#{1,6}[ \t]")
#: File ending -> what programmers call it. Scripts that a click would run are listed in inputs_kind.py.
LANGUAGES: Final = {
    "py": "Python", "pyi": "Python", "ts": "TypeScript", "tsx": "TypeScript", "jsx": "JavaScript", "mjs": "JavaScript",
    "css": "CSS", "scss": "CSS", "less": "CSS", "vue": "Vue", "svelte": "Svelte", "java": "Java", "kt": "Kotlin",
    "c": "C", "h": "C", "cpp": "C++", "cc": "C++", "hpp": "C++", "cs": "C#", "go": "Go", "rs": "Rust", "rb": "Ruby",
    "php": "PHP", "swift": "Swift", "scala": "Scala", "sh": "shell", "bash": "shell", "sql": "SQL", "r": "R",
    "lua": "Lua", "pl": "Perl", "dart": "Dart", "ex": "Elixir", "hs": "Haskell", "clj": "Clojure", "toml": "TOML",
    "ini": "settings", "cfg": "settings", "conf": "settings", "properties": "settings", "dockerfile": "Dockerfile",
    "makefile": "Makefile", "tf": "Terraform", "proto": "Protocol Buffers", "graphql": "GraphQL", "ipynb": "notebook",
    "tex": "TeX", "rst": "reStructuredText", "asm": "assembler", "gradle": "Gradle", "cmake": "CMake",
}  # fmt: skip


def read_text(content: bytes) -> Found:
    """Plain words."""
    text, note = _text(content)
    return Found(kind="text", note=note, text=text)


def read_markdown(content: bytes) -> Found:
    """Markdown, as it is written."""
    text, note = _text(content)
    headings = len(_HEADING.findall(text))
    return Found(kind="markdown", note=f"{note}, {counted(headings, 'heading')}" if headings else note, text=text)


def read_source(content: bytes, language: str) -> Found:
    """A file of a program: read, never run."""
    text, note = _text(content)
    return Found(kind="source", note=f"{language}, {note}", text=text)


def read_xml(content: bytes) -> Found:
    """XML as text: nobody follows what it refers to."""
    text, note = _text(content)
    return Found(kind="xml", note=f"{note}, taken as text", text=text)


def read_html(content: bytes) -> Found:
    """The words that a person sees of a page; scripts and hidden words are left out."""
    head = content[:MAX_HTML]
    html = head.decode(encoding_of(head), "replace")
    title = _TITLE.search(html[:20_000])
    seen, hidden = seen_and_hidden(html)
    note = counted(len(seen.split()), "word")
    if title:
        note = f"“{' '.join(title[1].split())[:80]}”, {note}"
    if hidden.strip():
        note += "; words that nobody sees are left out"
    if len(content) > MAX_HTML:
        note += f"; only its first {MAX_HTML // 1_000_000} MB is read"
    return Found(kind="html", note=note, text=shortened(seen))


def _text(content: bytes) -> tuple[str, str]:
    words = words_of(content)
    text = shortened(words)
    wide = encoding_of(content[:4_000]).startswith(("utf-16", "utf-32"))
    lines = len(words.splitlines()) if wide else content.count(b"\n") + (not content.endswith(b"\n"))
    note = counted(lines, "line")
    if len(text) > MAX_TEXT:
        note += f"; its first {MAX_TEXT:,} characters are read"
    return text, note
