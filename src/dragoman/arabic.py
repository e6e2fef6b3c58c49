"""What is known about Arabic script: normalisation for the model, digits, bidi controls, shares.

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
_MARKS = _pattern(_characters("tashkeel"))
_MODEL_TABLE: dict[int, str | None] = {
    **dict.fromkeys(_characters("bidi_controls", "zero_width", "tatweel", "tashkeel")),
    **{ord(k): v for k, v in {**_TABLE["letters"], **_TABLE["digits"]}.items()},
}
_DIGITS = str.maketrans(_TABLE["digits"])
_PUNCTUATION = str.maketrans({**_TABLE["punctuation"], **_TABLE["digits"]})
_ARABIC_LETTER = re.compile("[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7]")


def for_model(text: str) -> str:
    """Returns the text as the model should see it.

    Canonical composition first (so that a combining hamza becomes its letter), presentation forms to plain
    letters, then tashkeel, tatweel and invisible controls removed, foreign forms of Arabic letters and all
    digit sets mapped to one, white space collapsed.

    Args:
        text: any text.
    """
    text = unicodedata.normalize("NFC", text)
    text = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    return " ".join(text.translate(_MODEL_TABLE).split())


def digits_to_ascii(text: str) -> str:
    """Maps both Arabic digit sets, their decimal and group separators and the percent sign to ASCII."""
    return text.translate(_DIGITS)


def punctuation_to_latin(text: str) -> str:
    """Maps Arabic punctuation and digits to those of English and French, for text copied without the model."""
    return text.translate(_PUNCTUATION)


def without_marks(text: str) -> str:
    """Returns the text without tashkeel."""
    return _MARKS.sub("", text)


def has_arabic(text: str) -> bool:
    """Tells whether the text has an Arabic letter."""
    return bool(_ARABIC_LETTER.search(text))


def arabic_letters(text: str) -> int:
    """Returns the number of Arabic letters; marks, digits and tatweel are none."""
    return len(_ARABIC_LETTER.findall(text))


def arabic_share(text: str) -> float:
    """Returns the share of Arabic letters among all letters, 0.0 where there are no letters."""
    letters = sum(map(str.isalpha, text))
    return min(arabic_letters(text) / letters, 1.0) if letters else 0.0
