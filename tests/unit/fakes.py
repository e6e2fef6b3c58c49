"""An engine without a model: it writes Arabic in capital Latin letters, and misbehaves when told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dragoman.arabic import for_model, punctuation_to_latin
from dragoman.engine import Decoding, Hypothesis, Pending

_LATIN = str.maketrans(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئ",
    "abttjhkddrzsssdtzxgfqklmnhwyyhaaaawy",
)

Spoil = Callable[[str, Decoding], Hypothesis | None]
"""What to answer instead for a source text and a decoding; None for the usual answer."""


class FakeTranslator:
    """A ``Translator`` whose tokens are words.

    Attributes:
        calls: texts and decoding of each call of ``submit``.
        waited: for which calls, by number, the answer was waited for.
    """

    def __init__(self, max_source_tokens: int = 40, spoil: Spoil | None = None) -> None:
        self._max = max_source_tokens
        self._spoil = spoil
        self.calls: list[tuple[list[str], Decoding]] = []
        self.waited: list[int] = []

    @property
    def max_source_tokens(self) -> int:
        return self._max

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def submit(
        self, texts: Sequence[str], decoding: Decoding, progress: Callable[[int], None] | None = None
    ) -> Pending:
        assert all(text and text == for_model(text) for text in texts), "not as the model should see it"
        assert max(self.count(texts), default=0) <= self._max, "longer than the model takes"
        self.calls.append((list(texts), decoding))
        number = len(self.calls) - 1

        def wait() -> list[Hypothesis]:
            self.waited.append(number)
            found = [(self._spoil and self._spoil(text, decoding)) or usual(text) for text in texts]
            if progress and texts:
                progress(len(texts))
            return found

        return wait

    @property
    def sources(self) -> list[str]:
        """All texts of all calls."""
        return [text for texts, _ in self.calls for text in texts]


def latin(text: str) -> str:
    """Returns what the engine makes of a text."""
    return punctuation_to_latin(for_model(text)).translate(_LATIN).upper()


def usual(text: str) -> Hypothesis:
    return answer(latin(text))


def answer(text: str, score: float = -0.5, *, complete: bool = True) -> Hypothesis:
    return Hypothesis(text, score, len(text.split()), complete)


def first_time(spoil: Callable[[str], Hypothesis | None]) -> Spoil:
    """Misbehaves in the first decoding and not in the second."""
    return lambda text, decoding: None if decoding.is_strict else spoil(text)


def loop(text: str) -> Hypothesis:
    return answer(latin(text) + " AND SO ON" * 5)


def truncate(text: str) -> Hypothesis:
    words = latin(text).split()
    return answer(" ".join(words[: len(words) // 2 + 1]), complete=False)


def silence(text: str) -> Hypothesis:
    return answer("", score=-3.0)


def lose_figures(text: str) -> Hypothesis:
    """Drops figures and everything else that is not a letter."""
    return answer("".join(character for character in latin(text) if character.isalpha() or character == " "))
