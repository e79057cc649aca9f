"""The catalogs of translations: what must be in them, and how they are kept.

``python -m tests.reply.catalogs`` puts new sentences into every ``mailbot.po``, drops those that are gone and compiles
all of them; what is then empty or marked as fuzzy is to be translated by a person. Run it again after that.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from mailbot import reply

HERE = Path(reply.__file__).parent
LANGUAGES = ("pl", "fr", "de")
KEYWORDS: dict[str, Any] = {
    "say": None, "phrase": None, "many": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2),
}  # fmt: skip


def place(language: str, ending: str = "po") -> Path:
    """Where the catalog of *language* is."""
    return HERE / "locale" / language / "LC_MESSAGES" / f"mailbot.{ending}"


def extracted() -> Catalog:
    """Every sentence of the code and the templates, in English."""
    found = Catalog(project="mailbot", fuzzy=False)
    for file in sorted([*HERE.glob("*.py"), *(HERE / "templates").glob("*.j2")]):
        method = "python" if file.suffix == ".py" else "jinja2.ext:babel_extract"
        with file.open("rb") as words:
            options = {"trimmed": "true", "silent": "false"} if file.suffix == ".j2" else {}
            for _line, message, _comments, _context in extract(method, words, KEYWORDS, (), options):
                found.add(message, locations=[(str(file.relative_to(HERE)), None)])
    return found


def catalog(language: str) -> Catalog:
    """The translations into *language*, as they stand."""
    with place(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def head(made: Catalog) -> str:
    """What stands before the sentences: no dates, no names of programs or people, so that only words change a file."""
    fields = {"Language": str(made.locale_identifier), "Content-Type": "text/plain; charset=utf-8"}
    return "".join(f"{name}: {value}\n" for name, value in {**fields, "Plural-Forms": made.plural_forms}.items())


def written(made: Catalog) -> bytes:
    """The file of a catalog for people."""
    file = io.BytesIO()
    write_po(file, made, width=120, omit_header=True, sort_by_file=True, ignore_obsolete=True)
    lines = "".join(f'"{line}\\n"\n' for line in head(made).splitlines())
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode() + file.getvalue()


def compiled(language: str) -> bytes:
    """The catalog of *language* as gettext reads it (its MO format, without the table of hashes)."""
    words = catalog(language)
    pairs = {"": head(words)}
    for one in words:
        if one.id and one.string:
            pairs["\0".join([one.id] if isinstance(one.id, str) else one.id)] = (
                one.string if isinstance(one.string, str) else "\0".join(one.string)
            )
    texts = [(id.encode(), pairs[id].encode()) for id in sorted(pairs, key=str.encode)]
    first, tables, data = 28, [], b""
    begin = first + 16 * len(texts)
    for column in (0, 1):
        for pair in texts:
            tables.append(struct.pack("<II", len(pair[column]), begin + len(data)))
            data += pair[column] + b"\0"
    return (
        struct.pack("<7I", 0x950412DE, 0, len(texts), first, first + 8 * len(texts), 0, begin) + b"".join(tables) + data
    )


def main() -> None:
    """Bring all catalogs up to date."""
    sentences = extracted()
    for language in LANGUAGES:
        place(language).parent.mkdir(parents=True, exist_ok=True)
        now = catalog(language) if place(language).exists() else Catalog(locale=language, fuzzy=False)
        now.update(sentences, no_fuzzy_matching=True)
        place(language).write_bytes(written(now))
        place(language, "mo").write_bytes(compiled(language))


if __name__ == "__main__":
    main()
