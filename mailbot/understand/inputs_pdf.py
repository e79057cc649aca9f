"""PDF: the words of its first pages. pypdf reads it; whatever that breaks over is said to be a broken file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.inputs_found import MAX_TEXT, Found, counted, shortened

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES: Final = 50  #: that are read
MAX_STREAM: Final = 8_000_000  #: bytes that one part of it may unpack to
MAX_STEPS: Final = 200_000  #: of drawing, on one page
MAX_TREE: Final = 20_000  #: pages, and the branches that they hang on
_LIMITS: Final = {
    "maximum_declared_stream_length": 3 * MAX_STREAM,
    "array_based_stream_maximum_output_length": MAX_STREAM,
    "lzw_maximum_output_length": MAX_STREAM,
    "run_length_maximum_output_length": MAX_STREAM,
    "zlib_maximum_output_length": MAX_STREAM,
    "zlib_maximum_recovery_input_length": 100_000,
    "stream_decoding_work_maximum_length": 3 * MAX_STREAM,
    "stream_parsing_work_maximum_count": MAX_STEPS,
    "page_tree_maximum_entries": MAX_TREE,
    "page_tree_maximum_page_entries": 20 * MAX_TREE,
    "xform_maximum_invocations_per_extraction": 200,
}


def read_pdf(content: bytes) -> Found:
    """The words of the pages, the first ones when there are many."""
    from pypdf import Configuration, apply_configuration  # noqa: PLC0415  (memory, needed only when a PDF came)

    limits = Configuration(jbig2dec_binary=None, disable_legacy_handling=True).with_overwrites(**_LIMITS)
    with apply_configuration(limits):
        return _read(content)


def _read(content: bytes) -> Found:
    from pypdf import PdfReader  # noqa: PLC0415  (the same)
    from pypdf.errors import DependencyError, LimitReachedError  # noqa: PLC0415  (the same)

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return Found(kind="pdf", used=False, note="it is locked with a password: send it without one")
        pages = len(reader.pages)
        texts, broken = _texts(reader, min(pages, MAX_PAGES))
    except MemoryError:
        raise
    except DependencyError as error:
        raise Unreadable("it is locked in a way that I cannot open: send it without a password") from error
    except LimitReachedError as error:
        raise Unreadable("it holds more than I read of a PDF: send the pages that matter") from error
    except Exception as error:  # a broken file breaks the library in any of its ways
        raise Unreadable("it is broken: a PDF program cannot read it; print it to PDF again") from error
    return _found(texts, pages, broken)


def _texts(reader: PdfReader, most: int) -> tuple[list[str], int]:
    """The words of each of the first pages until there are enough of them, and how many pages are broken."""
    texts: list[str] = []
    broken = size = 0
    for number in range(most):
        try:
            texts.append(reader.pages[number].extract_text().strip())
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  (the other pages may be well)
            texts.append("")
            broken += 1
        size += len(texts[-1])
        if size > MAX_TEXT:
            break
    return texts, broken


def _found(texts: list[str], pages: int, broken: int) -> Found:
    text = shortened("\n\n".join(filter(None, texts)))
    if not text:
        why = "its pages are broken" if broken else "its pages are pictures, in which I cannot read"
        raise Unreadable(f"{why}; send its words as text or as a Word document")
    notes = [counted(pages, "page")]
    if len(text) > MAX_TEXT:
        notes.append(f"the first {MAX_TEXT:,} characters are read")
    elif len(texts) < pages:
        notes.append(f"the first {len(texts)} are read")
    if broken:
        notes.append(f"{counted(broken, 'page')} could not be read")
    return Found(kind="pdf", note="; ".join(notes), text=text)
