"""Bytes to text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO, cast

CHUNK = 1 << 20
SAMPLE = 1 << 16

# the 8-bit encodings that Arabic news archives are in, as charset-normalizer names them
LEGACY = ["cp1256", "iso8859_6", "cp720"]

BOMS = {  # UTF-32 first: its little-endian mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

# C0 controls that no text holds; tab, line feed, vertical tab, form feed and carriage return may be there
CONTROLS = bytes(set(range(0x20)) - set(range(0x09, 0x0E)))

# compressed data has one such byte in nine; a text has none, or the odd one from a bad copy
MAX_CONTROL_SHARE = 0.02

# one broken byte in ten characters is a damaged UTF-8 file; an 8-bit file has hardly any valid sequence
MAX_BROKEN_SHARE = 0.1


MAX_CHARACTERS = 1 << 25
"""Longest article or line of a table: a novel has a thirtieth of it."""
MAX_UNPACKED = 1 << 28
MAX_RATIO = 200
"""A gzip file may unpack to ``MAX_UNPACKED`` bytes or so many times its size; text seldom reaches 20."""


class Unreadable(Exception):
    """The bytes are not text in any encoding that is looked for; the message says why."""


# what reading a file may raise when its bytes, or those of its compression, are not as they should be
BROKEN = (OSError, EOFError, zlib.error, Unreadable)


class _Packed(gzip.GzipFile):
    """A gzip file that refuses to unpack to more than any text would."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "rb")
        self._most = max(MAX_UNPACKED, MAX_RATIO * Path(path).stat().st_size)

    def _within(self, data: bytes) -> bytes:
        if self.tell() > self._most:
            raise Unreadable(f"unpacks to over {self._most:,} bytes, more than any text would; refused")
        return data

    def read(self, size: int | None = -1) -> bytes:
        return self._within(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        return self._within(super().read1(size))


def open_bytes(path: str) -> io.BufferedReader:
    """Opens a file for reading, unpacked when its name ends in ``.gz``."""
    if path.lower().endswith(".gz"):
        return cast(io.BufferedReader, _Packed(path))
    return Path(path).open("rb")


@contextlib.contextmanager
def open_text(path: str, newline: str | None = None) -> Iterator[tuple[TextIO, list[str]]]:
    """Opens a text file in the encoding that its bytes show.

    Bytes that are broken in a UTF-8 file come as lone surrogates (``surrogateescape``), so that the
    cleaning of each record can count them; in other encodings they come as U+FFFD.

    Args:
        path: the file, possibly gzip.
        newline: as for ``open``.

    Yields:
        The stream and the notes on the encoding, [] for UTF-8.

    Raises:
        Unreadable: the file is binary or its encoding is not found.
        OSError: the file cannot be read, or it is not gzip.
    """
    with open_bytes(path) as file:
        name = detect(_chunks(file))
    notes = [] if name == "utf-8-sig" else [f"encoding: {name}"]
    errors = "surrogateescape" if name == "utf-8-sig" else "replace"
    with open_bytes(path) as file, io.TextIOWrapper(file, name, errors, newline) as stream:
        yield stream, notes


def read_all(stream: TextIO, most: int = MAX_CHARACTERS) -> str:
    """Returns the text of a file that holds one article.

    Raises:
        Unreadable: it has more than ``most`` characters.
    """
    text = stream.read(most + 1)
    if len(text) > most:
        raise Unreadable(f"more than {most:,} characters; split it")
    return text


def lines_of(stream: TextIO, most: int = MAX_CHARACTERS) -> Iterator[str | None]:
    """Yields the lines of a file; None for one of more than ``most`` characters, which is passed over."""
    while line := stream.readline(most):
        if len(line) < most or line.endswith("\n"):
            yield line
            continue
        while line and not line.endswith("\n"):
            line = stream.readline(most)
        yield None


def _chunks(file: io.BufferedReader) -> Iterator[bytes]:
    """Yields the file in chunks up to its end or to the place where its compression is broken."""
    chunk, more, read = b"", True, 0
    while more:
        try:
            piece = file.read1(CHUNK)  # read() would lose what comes before the break
        except (OSError, EOFError, zlib.error):
            # the reading that follows meets the same break, after the records before it, and reports it
            if not read:
                raise
            piece = b""
        more = bool(piece)
        read += len(piece)
        chunk += piece
        if len(chunk) >= CHUNK or not more:
            yield chunk
            chunk = b""


def detect(chunks: Iterable[bytes]) -> str:
    """Finds the encoding of a text.

    In this order: a byte order mark; UTF-16 without one, by its high bytes; UTF-8, also with a few broken
    bytes; the 8-bit Arabic encodings, by charset-normalizer, on the first chunk that is not UTF-8.

    Args:
        chunks: the file's bytes in order.

    Returns:
        A codec name; ``utf-8-sig`` for UTF-8 and ASCII, with or without byte order mark.

    Raises:
        Unreadable: the bytes are binary or in no known encoding.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    total = controls = valid = broken = 0
    sample = b""
    for chunk in chunks:
        if total == 0 and (wide := _wide(chunk)):
            return wide
        total += len(chunk)
        controls += len(chunk) - len(chunk.translate(None, CONTROLS))
        text = decoder.decode(chunk)
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        escaped = len(re.findall("[\udc80-\udcff]", text)) if beyond else 0
        valid += beyond - escaped
        broken += escaped
        if broken and not sample:
            # the markup and the scripts of a page would outweigh its text
            pieces = re.split(rb"[\r\n<>]", chunk)
            sample = b"\n".join(piece for piece in pieces if not piece.isascii())[:SAMPLE]
    cut = decoder.getstate()[0]
    broken += len(cut)
    if controls > max(1, MAX_CONTROL_SHARE * total):
        raise Unreadable("binary: too many control characters for a text")
    if broken <= MAX_BROKEN_SHARE * valid:
        return "utf-8-sig"
    return _legacy(sample or cut)


def _wide(head: bytes) -> str:
    """Returns the UTF-16 or UTF-32 codec that the first bytes show, or ""."""
    for bom, name in BOMS.items():
        if head.startswith(bom):
            return name
    for name, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        # the high byte of Arabic is 06, of spaces and Latin 00
        if len(head) > 1 and high.count(0) + high.count(6) > 0.7 * len(high):
            text = head[: len(head) // 2 * 2].decode(name, "replace")
            if sum(c < " " and c not in "\t\n\v\f\r" for c in text) <= MAX_CONTROL_SHARE * len(text):
                return name
    return ""


def _legacy(sample: bytes) -> str:
    """Returns the 8-bit encoding of a text that is not UTF-8."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=LEGACY).best()
    if best is not None:
        return best.encoding
    # charset-normalizer does not know Mac Arabic, which is ISO 8859-6 plus other punctuation and digits
    beyond = [c for c in sample.decode("mac_arabic") if c > "\x7f"]
    if sum("\u0600" <= c <= "\u06ff" for c in beyond) >= 0.9 * len(beyond):
        return "mac_arabic"
    raise Unreadable(f"neither UTF-8 nor UTF-16 nor {', '.join(LEGACY)} nor mac_arabic; save it as UTF-8")
