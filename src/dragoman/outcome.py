"""What became of a text: the results of its decodings, which of them is the better, and what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dragoman import figures
from dragoman.checks import SEVERE
from dragoman.records import Method


@dataclass(frozen=True, slots=True)
class Result:
    """A text's translation as a decoding left it.

    Attributes:
        text: the translation.
        score: mean log-probability per target token, None for a person's.
        complete: False when decoding hit its limit.
        flags: of ``check``.
    """

    text: str
    score: float | None
    complete: bool
    flags: list[str] = field(default_factory=list)

    def rank(self) -> tuple[int, int]:
        """Lower is better: severe flags first, then all flags."""
        return sum(flag in SEVERE for flag in self.flags), len(self.flags)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result that is kept, how it came about, and the text of the other where there is one."""

    kept: Result
    method: Method = "model"
    alternative: str = ""


def mended(source: str, result: Result, language: str) -> Result:
    """Returns a result with its figures put right, the result itself where nothing can be."""
    if "numbers" not in result.flags:
        return result
    text = figures.mend(source, result.text, language)
    if text is None:
        return result
    return replace(result, text=text, flags=[flag for flag in result.flags if flag != "numbers"])


def choose(first: Result, second: Result | None) -> Outcome:
    """Returns the outcome of a text: the second result where it is the better one."""
    kept, other = first, second
    if second and second.rank() < first.rank():
        kept, other = second, first
    alternative = other.text if other and other.text != kept.text else ""
    return Outcome(kept, "rescue" if kept is second else "model", alternative)
