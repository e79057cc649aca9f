"""Findings of the files that are read by a program of its own: a batch at a time, and one by one where that dies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mailbot.checks import apart, syntax_more
from mailbot.domain.project import Finding, Path, Result, Tree

LARGEST: Final = 1_000_000  #: bytes of a file that is read
BATCH: Final = 300_000  #: characters that one program is given, where it is more than one file
TOO_MUCH: Final = "it could not be read within the limits of time and memory"
MOST: Final = 500  #: files that are read so


async def findings(files: Tree, timeout: float) -> dict[Path, Finding]:  # noqa: ASYNC109  (of each program)
    """What is found in the files that syntax_more.py knows."""
    found: dict[Path, Finding] = {}
    texts: dict[str, str] = {}
    for path, content in sorted(files.items()):
        if kind := syntax_more.kind_of(path):
            text, result, why = _text(kind, content)
            if result is Result.PASSED and len(texts) < MOST:
                texts[path] = text
            else:
                found[path] = finding(path, result, why) if why else finding(path, Result.UNCHECKED, "too many files")
    for batch in _batches(texts):
        for name, (result, detail) in (await _read(batch, timeout)).items():
            found[Path(name)] = finding(name, result, detail)
    return found


def finding(path: str, result: Result, detail: str = "") -> Finding:
    """The finding of one file."""
    return Finding(check="syntax", subject=path, result=result, detail=detail)


def _text(kind: str, content: bytes) -> tuple[str, Result, str]:
    """The text of a file; or why it is not read, or cannot be."""
    if len(content) > LARGEST:
        return "", Result.UNCHECKED, f"larger than {LARGEST // 1000} kB: I do not read it"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", Result.FAILED, f"byte {error.start} is not UTF-8"
    why = syntax_more.why_not(kind, text)
    return text, Result.UNCHECKED if why else Result.PASSED, why


def _batches(texts: dict[str, str]) -> Iterator[dict[str, str]]:
    batch: dict[str, str] = {}
    for name, text in texts.items():
        if batch and sum(map(len, batch.values())) + len(text) > BATCH:
            yield batch
            batch = {}
        batch[name] = text
    if batch:
        yield batch


async def _read(batch: dict[str, str], timeout: float) -> dict[str, tuple[Result, str]]:  # noqa: ASYNC109  (the same)
    """What is wrong with each; where one breaks the program, the others are read without it."""
    answer = await apart.asked(syntax_more.__file__, {"files": batch}, timeout)
    if answer is not None:
        said = {name: str(error) for name, error in answer["errors"].items()}
        return {name: (Result.FAILED if error else Result.PASSED, error) for name, error in said.items()}
    if len(batch) == 1:
        return dict.fromkeys(batch, (Result.UNCHECKED, TOO_MUCH))
    names = list(batch)
    halves = names[: len(names) // 2], names[len(names) // 2 :]
    found: dict[str, tuple[Result, str]] = {}
    for half in halves:
        found |= await _read({name: batch[name] for name in half}, timeout)
    return found
