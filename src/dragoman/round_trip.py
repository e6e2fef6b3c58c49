"""There and back: a translation is translated into Arabic again and held against the source.

What comes back was in the translation; what does not come back was lost on either way, so a low figure is a
reason to look and no proof (Rapp 2009, "The Back-translation Score").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dragoman import clauses
from dragoman.arabic import for_model
from dragoman.engine import Decoding, Translator
from dragoman.errors import DataError
from dragoman.parallel import batches
from dragoman.records import RoundTrip, Segment, Translation
from dragoman.translate import WINDOW_SEGMENTS

BEAM_SIZE = 1
"""A wider beam makes the text better, not the comparison."""


def round_trips(
    segments: Iterable[Segment], translations: Iterable[Translation], translator: Translator
) -> Iterator[RoundTrip]:
    """Translates back and compares.

    Args:
        segments: a shard's segments.
        translations: theirs into one language, in the same order.
        translator: the engine from that language to Arabic.

    Yields:
        One row per segment; without a figure for what was copied, what people wrote and what is empty.

    Raises:
        DataError: the two are not of the same segments.
    """
    from sacrebleu.metrics import CHRF

    metric = CHRF()
    pairs = paired(segments, translations)
    for window in batches(pairs, WINDOW_SEGMENTS):
        asked = {
            segment.id: for_model(translation.text)
            for segment, translation in window
            if translation.method in {"model", "rescue"}
        }
        back = _back([text for text in dict.fromkeys(asked.values()) if text], translator)
        for segment, _ in window:
            text = back.get(asked.get(segment.id, ""))
            if text is None:
                yield RoundTrip(segment.id)
            else:
                score = metric.sentence_score(for_model(text), [for_model(segment.text)]).score
                yield RoundTrip(segment.id, text, round(score, 1))


def _back(texts: Sequence[str], translator: Translator) -> dict[str, str]:
    """Translates texts as they are: no spans kept, nothing decoded again; too long ones in pieces."""

    def fits(text: str) -> bool:
        return translator.count([text])[0] <= translator.max_source_tokens

    sizes = translator.count(texts)
    layouts = {
        text: [text]
        if size <= translator.max_source_tokens
        else [plain for piece in clauses.split(text, fits) if (plain := for_model(piece))]
        for text, size in zip(texts, sizes, strict=True)
    }
    pieces = list(dict.fromkeys(piece for layout in layouts.values() for piece in layout))
    found = translator.submit(pieces, Decoding(BEAM_SIZE))()
    back = {piece: hypothesis.text for piece, hypothesis in zip(pieces, found, strict=True)}
    return {text: " ".join(back[piece] for piece in layout) for text, layout in layouts.items()}


def paired(
    segments: Iterable[Segment], translations: Iterable[Translation]
) -> Iterator[tuple[Segment, Translation]]:
    """Yields each segment with its translation.

    Raises:
        DataError: the two are not of the same segments.
    """
    try:
        for segment, translation in zip(segments, translations, strict=True):
            if segment.id != translation.id:
                raise ValueError
            yield segment, translation
    except ValueError as error:
        again = "delete the translations of this shard and run again"
        raise DataError(f"segments and translations differ; {again}") from error
