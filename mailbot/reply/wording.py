"""Templates made into words: ours as they ship, an admin's own before them, each within limits.

An admin's file replaces ours of the same name. Where theirs fails, ours is sent: a mail is never lost to a typo.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import CodeType
from typing import Final

from css_inline import CSSInliner
from jinja2 import BytecodeCache, DictLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from mailbot.reply.tongue import Tongue
from mailbot.reply.words import listed, sentence

STYLE: Final = "base.css"
MAX_WORDS: Final = 300_000  #: characters of one mail that a template makes
_MOST: Final = 10_000  #: what a template may multiply by
_TAG: Final = re.compile(r'<[a-zA-Z](?:[^">]|"[^"]*")*>')  #: as it is written out: every value in double quotes
_KEPT: Final = 500  #: templates that are remembered as compiled
_HEAD: Final = "@media"  #: from here on the style stays in the head


class TooLong(SecurityError):
    """A template made more words than a mail may have."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One set of templates in one language."""

    templates: Mapping[str, str]  #: by file name, with base.css
    tongue: Tongue = field(repr=False)

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """The words of *template*. Values are only ever values: none is read as a template."""
        _, kept = self._style
        made = self._room.get_template(template)
        words, pieces = 0, list[str]()
        for piece in made.generate({"language": self.tongue.code, "style": kept, **values}):
            words += len(piece)
            if words > MAX_WORDS:
                raise TooLong(f"{template} makes more than {MAX_WORDS:,} characters")
            pieces.append(piece)
        text = "".join(pieces)
        return self._inline(text) if template.endswith(".html.j2") else text

    @cached_property
    def _style(self) -> tuple[str, str]:
        """What is written into the tags, and what stays in the head."""
        style = self.templates.get(STYLE, "")
        at = style.find(_HEAD)
        return (style, "") if at < 0 else (style[:at], style[at:])

    def _inline(self, page: str) -> str:
        """*page* with its style in its tags, as most mail programs need it. Nothing is loaded from anywhere."""
        whole = page.encode("utf-8", "replace").decode()
        return _TAG.sub(_quoted, self._inliner.inline(whole)) if self._style[0] else whole

    @cached_property
    def _inliner(self) -> CSSInliner:
        return CSSInliner(
            inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, extra_css=self._style[0]
        )

    @cached_property
    def _room(self) -> SandboxedEnvironment:
        made = _Room(
            loader=DictLoader(dict(self.templates)),
            bytecode_cache=_COMPILED,
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        tongue = self.tongue
        made.filters.update(listed=partial(listed, tongue=tongue), number=tongue.number, sentence=sentence)
        words = tongue.catalog
        made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]  # by i18n
        return made


def _quoted(tag: re.Match[str]) -> str:
    """A tag whose values hold no sign of a tag: allowed as they may be there, old programs stumble over them."""
    found = tag[0]
    if "<" not in found[1:] and ">" not in found[:-1]:
        return found
    return f"<{found[1:-1].replace('<', '&lt;').replace('>', '&gt;')}>"


class _Compiled(BytecodeCache):
    """Templates that were compiled already: their code is the same in every language, and takes long to make."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code of exactly these words, where it is known."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; of an admin who changes theirs all day, not for ever."""
        if len(self._codes) >= _KEPT:
            self._codes.clear()
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


class _Room(SandboxedEnvironment):
    """The sandbox of Jinja, which also multiplies nothing into more than a mail can hold."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Refuse what would take the memory of the machine."""
        sides = (left, right)
        numbers = all(isinstance(one, int | float) for one in sides)
        large = any(isinstance(one, int) and abs(one) > _MOST for one in sides)
        if (operator == "**" or not numbers) and large:
            raise SecurityError(f"a template may not compute with {operator} and more than {_MOST:,}")
        return super().call_binop(context, operator, left, right)
