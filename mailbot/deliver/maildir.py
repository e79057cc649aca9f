"""The way out that needs nobody: a Maildir. The file is named after the delivery, so a second sending is none."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mailbot.disk import flush, flush_folder
from mailbot.domain.errors import Temporary
from mailbot.domain.reply import Delivery
from mailbot.ports import Site, Way


class Maildir(BaseModel):
    """A folder that any mail program can open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["maildir"] = "maildir"
    folder: str = Field(
        default="{data}/sent", min_length=1, description="where replies are put; {data}: the data folder"
    )

    def open(self, site: Site) -> Way:
        """The folder, made when the first reply comes."""
        return Folder(root=self.path(Path(site.data)))

    def path(self, data: Path) -> Path:
        """The folder, for whoever reads it."""
        return Path(self.folder.replace("{data}", str(data))).expanduser()

    def place(self, data: Path) -> str:
        """Where replies go, in words."""
        return f"into the Maildir {self.path(data)}"


@dataclass(frozen=True, kw_only=True)
class Folder:
    """One Maildir."""

    idempotent: ClassVar[bool] = True
    settle: ClassVar[timedelta] = timedelta(0)

    root: Path

    async def send(self, delivery: Delivery, committing: Callable[[], Awaitable[None]]) -> str:
        if there := await asyncio.to_thread(self._found, delivery):
            return f"was already stored as {there}"
        draft = await asyncio.to_thread(self._written, delivery)
        try:
            await committing()
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return f"stored as {await asyncio.to_thread(self._moved, draft, delivery)}"

    def _found(self, delivery: Delivery) -> Path | None:
        """A reader moves the file to cur/ and adds flags to its name; it is the same mail."""
        with self._ours():
            if (new := self.root / "new" / delivery.id).exists():
                return new
            return next((self.root / "cur").glob(f"{delivery.id}*"), None)

    def _written(self, delivery: Delivery) -> Path:
        """On disk, where no reader looks yet."""
        draft = self.root / "tmp" / f"{delivery.id}.{os.getpid()}"
        with self._ours():
            for name in ("tmp", "new", "cur"):
                (self.root / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
                    file.write(delivery.wire)
                    file.flush()
                    flush(file.fileno())
            except OSError:
                draft.unlink(missing_ok=True)
                raise
        return draft

    def _moved(self, draft: Path, delivery: Delivery) -> Path:
        final = self.root / "new" / delivery.id
        with self._ours():
            draft.rename(final)
            flush_folder(final.parent)
        return final

    @contextlib.contextmanager
    def _ours(self) -> Iterator[None]:
        """Whatever the disk says passes: room is made, a right is given, a volume comes back."""
        try:
            yield
        except OSError as error:
            words = f"cannot store the reply in {self.root}: {error.strerror or error}; it is tried again"
            raise Temporary(words) from error
