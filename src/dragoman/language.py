"""The language of a text, by py3langid (Lui and Baldwin 2011, ``langid.py``)."""

from __future__ import annotations

_ARABIC = frozenset({"ary", "arz"})
"""Moroccan and Egyptian Arabic: the library takes some newspaper Arabic for them."""


class Identifier:
    """Loads the library's model once."""

    def __init__(self) -> None:
        # here: with numpy and the model it takes a third of a second
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def __call__(self, text: str) -> tuple[str, float]:
        """Returns the likeliest language, as ISO 639 code, and its probability."""
        code, probability = self._identifier.classify(text)
        return ("ar" if code in _ARABIC else str(code)), float(probability)
