"""What is known about Arabic script: normalisation for the model, digits, bidi controls, letters.

The original text is always kept; normalisation acts on what the model sees and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dragoman import data

_TABLE = data.load("arabic.yaml")


def _characters(*names: str) -> list[int]:
    """Returns the code points of the named sets of the data file."""
    points: list[int] = []
    for name in names:
        for entry in _TABLE[name]:
            first, _, last = entry.partition("-")
            points.extend(range(int(first, 16), int(last or first, 16) + 1))
    return points


def _pattern(points: Iterable[int]) -> re.Pattern[str]:
    return re.compile("[" + "".join(re.escape(chr(p)) for p in points) + "]")


INVISIBLE = frozenset(map(chr, _characters("bidi_controls", "zero_width")))
"""Characters without a width: bidi controls, zero-width spaces and joiners, soft hyphen."""

_PRESENTATION = _pattern(_characters("presentation_forms"))
_MODEL_TABLE: dict[int, str | None] = {
    **dict.fromkeys(_characters("bidi_controls", "zero_width", "tatweel", "tashkeel")),
    **{ord(k): v for k, v in {**_TABLE["letters"], **_TABLE["digits"]}.items()},
}
_TO_CHANGE = _pattern([*_characters("presentation_forms"), *_MODEL_TABLE])
_DIGITS = str.maketrans(_TABLE["digits"])
_PUNCTUATION = str.maketrans({**_TABLE["punctuation"], **_TABLE["digits"]})


def for_model(text: str) -> str:
    """Returns the text as the model should see it.

    Canonical composition first (so that a combining hamza becomes its letter), presentation forms to plain
    letters, then tashkeel, tatweel and invisible controls removed, foreign forms of Arabic letters and all
    digit sets mapped to one, white space collapsed. A second time changes nothing.

    Args:
        text: any text.
    """
    text = unicodedata.normalize("NFC", text)
    # most texts are normalised already
    if _TO_CHANGE.search(text):
        # the compatibility form of a mark that stands alone begins with a space, which would split the word
        text = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match.group()).strip(), text)
        # what was removed may have kept a letter and its accent apart
        text = unicodedata.normalize("NFC", text.translate(_MODEL_TABLE))
    return " ".join(text.split())


_ARABIC_LETTER = _pattern(p for p in _characters("blocks") if chr(p).isalpha() and for_model(chr(p)))


def digits_to_ascii(text: str) -> str:
    """Maps both Arabic digit sets, their decimal and group separators and the percent sign to ASCII."""
    return text.translate(_DIGITS)


def punctuation_to_latin(text: str) -> str:
    """Maps Arabic punctuation and digits to those of English and French, for text that is only copied."""
    return text.translate(_PUNCTUATION)


def has_arabic(text: str) -> bool:
    """Tells whether the text has an Arabic letter."""
    return bool(_ARABIC_LETTER.search(text))


def arabic_letters(text: str) -> int:
    """Returns the number of Arabic letters; marks, digits and tatweel are none."""
    return len(_ARABIC_LETTER.findall(text))
