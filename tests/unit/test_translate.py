"""The hot path on an engine that can be told to misbehave."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable

import fakes
import pytest
from fakes import FakeTranslator, answer, first_time
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines

from dragoman import protect
from dragoman import translate as module
from dragoman.arabic import for_model, has_arabic
from dragoman.engine import Decoding, Hypothesis
from dragoman.records import Segment, Translation
from dragoman.segment import kind_of
from dragoman.translate import Counts, Options, translate

SENTENCE = "وقال الوزير إن المشروع الجديد سيبدأ في الربيع."


def segments(texts: Iterable[str]) -> list[Segment]:
    return [Segment(f"a#{n}", "a", n, n + 1, kind_of(text), text) for n, text in enumerate(texts)]


def run(texts: Iterable[str], engine: FakeTranslator, options: Options | None = None) -> list[Translation]:
    return list(translate(segments(texts), engine, "en", options or Options()))


def one(text: str, engine: FakeTranslator | None = None, options: Options | None = None) -> Translation:
    (translation,) = run([text], engine or FakeTranslator(), options)
    return translation


Spoil = Callable[[str], Hypothesis]

# what an engine may say at its worst: pieces that would join a link or a handle that they touch
OUTPUTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "said.", ".com rocks", "'s", "/x", "x@", "user@mail", "#tag", "&", "www.", "(", ")",
             "_a", "-a-", "a.b", "  two words ", "«", "https://t.co/", ",", "a:", "٣", "3", "قال", "é"]
        ),
        lines,
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


def saying(outputs: list[str], *, complete: bool = True) -> FakeTranslator:
    """An engine that answers each source with one of the outputs, the same one for the same source."""
    return FakeTranslator(
        12, lambda text, _: answer(outputs[sum(map(ord, text)) % len(outputs)], complete=complete)
    )


@given(st.lists(lines.filter(str.strip), max_size=8), OUTPUTS, st.booleans())
def test_one_translation_per_segment_whatever_the_engine_says(
    texts: list[str], outputs: list[str], complete: bool
) -> None:
    texts += texts[:3]
    engine = saying(outputs, complete=complete)
    found = run(texts, engine)
    assert [t.id for t in found] == [f"a#{n}" for n in range(len(texts))]
    by_text: dict[str, Translation] = {}
    for segment, translation in zip(segments(texts), found, strict=True):
        same = by_text.setdefault(segment.text, translation)
        assert (translation.text, translation.score, translation.flags) == (same.text, same.score, same.flags)
        assert not protect.count(segment.text) - protect.count(translation.text)
        assert "span-lost" not in translation.flags
        if segment.kind == "verbatim":
            assert translation == Translation(segment.id, segment.text, None, [], "copy")
        else:
            assert translation.score is not None
            assert translation.text == " ".join(translation.text.split())
    assert all(len(texts) == len(set(texts)) for texts, _ in engine.calls)


@given(st.lists(lines.filter(str.strip), max_size=4), st.integers(8, 20))
def test_without_rescue_each_piece_is_sent_once(texts: list[str], limit: int) -> None:
    engine = FakeTranslator(limit, lambda text, _: fakes.silence(text))
    run(texts, engine, Options(rescue=False))
    assert len(engine.calls) <= 1
    assert len(engine.sources) == len(set(engine.sources))


def arabic_words(text: str) -> set[str]:
    return set("".join(c if has_arabic(c) else " " for c in for_model(text)).split())


# a ligature of four words can be cut off the word that it touches
@given(lines.filter(lambda text: kind_of(text) == "text" and "ﷺ" not in text), st.integers(8, 12))
def test_every_arabic_word_reaches_the_engine(text: str, limit: int) -> None:
    engine = FakeTranslator(limit)
    run([text], engine, Options(rescue=False))
    outside = [part.text for part in protect.split(text) if not part.protected]
    assert arabic_words(" ".join(engine.sources)) == set().union(*map(arabic_words, outside))


def test_a_segment_is_translated_as_the_engine_says() -> None:
    translation = one(SENTENCE)
    assert translation == Translation("a#0", fakes.latin(SENTENCE), -0.5)


def test_what_the_engine_gets_is_normalised() -> None:
    engine = FakeTranslator()
    one("\u202bوقـــال\u202c الوَزير إنَّ ١٢٫٥٪", engine)
    assert engine.sources == ["وقال الوزير إن 12.5%"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("انظر https://t.co/a، ثم قال @user: «نعم».", "ANZR https://t.co/a, TM QAL @user: «NXM»."),
        ("وسم (#نخيل_وأنغام).", "WSM (#نخيل_وأنغام)."),
        ("لـ@NATO كلمة", "L @NATO KLMH"),
        ("@NATOقالت", "@NATO QALT"),
        ("«قال» @user ثم @user", "«QAL» @user TM @user"),
        ("water@example.org؟ نعم", "water@example.org? NXM"),
        ("قال 5. @user قال", "QAL 5. @user QAL"),
        ("a@b.com.قال", "a@b.com .QAL"),
    ],
)
def test_spans_stand_where_they_stood(text: str, expected: str) -> None:
    assert one(text).text == expected


def test_a_piece_before_a_span_has_no_full_stop_of_its_own() -> None:
    engine = FakeTranslator(spoil=lambda text, _: answer(fakes.latin(text) + "."))
    assert one("قال الوزير @user إن", engine).text == "QAL ALWZYR @user AN."
    assert one("قال الوزير. @user إن", FakeTranslator()).text == "QAL ALWZYR. @user AN"


@pytest.mark.parametrize("words", [13, 40, 100, 1000])
def test_a_long_segment_is_cut_and_joined(words: int) -> None:
    text = " ".join(f"{'قال' * (n % 4 + 1)}" for n in range(words))
    engine = FakeTranslator(12)
    translation = one(text, engine, Options(rescue=False))
    assert translation.text == fakes.latin(text)
    assert max(engine.count(engine.sources)) <= 12


@pytest.mark.parametrize("spoil", [fakes.loop, fakes.truncate, fakes.silence])
@pytest.mark.parametrize("words", [3, 11, 30, 60])
def test_a_fault_that_persists_is_tried_in_smaller_pieces_and_flagged(words: int, spoil: Spoil) -> None:
    engine = FakeTranslator(24, lambda text, _: spoil(text))
    text = " ".join([f"كلمة{first}{second}" for first in "بتجحخد" for second in "سشصضطعغفقك"][:words])
    translation = one(text, engine)
    assert translation.flags
    assert len(engine.calls) >= 2
    if words > 16:
        assert max(engine.count(engine.calls[-1][0])) < max(engine.count(engine.calls[0][0]))


@pytest.mark.parametrize(
    ("spoil", "flag"), [(fakes.loop, "repetition"), (fakes.truncate, "truncated"), (fakes.silence, "empty")]
)
def test_a_second_decoding_cures(spoil: Spoil, flag: str) -> None:
    engine = FakeTranslator(spoil=first_time(spoil))
    translation = one(SENTENCE, engine)
    assert (translation.text, translation.method, translation.flags) == (fakes.latin(SENTENCE), "rescue", [])
    assert translation.alternative == " ".join(spoil(SENTENCE).text.split())
    unaided = one(SENTENCE, FakeTranslator(spoil=first_time(spoil)), Options(rescue=False))
    assert flag in unaided.flags
    assert (unaided.method, unaided.alternative) == ("model", "")


def test_a_second_decoding_that_is_worse_is_not_kept() -> None:
    def spoil(text: str, decoding: Decoding) -> Hypothesis:
        return (
            answer("", score=-9) if decoding.no_repeat_ngram_size else answer(fakes.latin(text), score=-2.5)
        )

    translation = one(SENTENCE, FakeTranslator(spoil=spoil))
    assert translation == Translation("a#0", fakes.latin(SENTENCE), -2.5, ["low-score"])


def test_only_what_fails_is_decoded_again() -> None:
    engine = FakeTranslator(spoil=first_time(lambda text: fakes.silence(text) if "مدينة" in text else None))
    counts = Counts()
    texts = [SENTENCE, "زار الوفد مدينة أخرى في المساء.", SENTENCE, "https://t.co/a"]
    list(translate(segments(texts), engine, "en", Options(beam_size=4), counts=counts))
    (_, first), (again, second) = [(texts, decoding) for texts, decoding in engine.calls if texts]
    assert again == ["زار الوفد مدينة أخرى في المساء."]
    assert (first.beam_size, first.no_repeat_ngram_size) == (4, 0)
    assert second.no_repeat_ngram_size > 0
    assert (counts.segments, counts.distinct, counts.pieces, counts.rescued) == (4, 2, 2, 1)
    assert counts.tokens > 0


def test_lost_figures_are_flagged() -> None:
    engine = FakeTranslator(spoil=lambda text, _: fakes.lose_figures(text))
    assert one("بلغ عدد الضحايا 17 قتيلا في المدينة", engine).flags == ["numbers"]


def test_a_slip_in_a_figure_is_put_right_without_a_second_decoding() -> None:
    text = "بلغ عدد الضحايا 170 قتيلا في المدينة"
    spoilt = fakes.latin(text).replace("170", "17")
    engine = FakeTranslator(spoil=lambda *_: answer(spoilt))
    kept = one(text, engine)
    assert (kept.text, kept.flags, kept.method) == (fakes.latin(text), [], "rescue")
    assert kept.alternative == spoilt
    assert len(engine.calls) == 1

    unaided = one(text, engine, Options(rescue=False))
    assert (unaided.text, unaided.flags, unaided.method) == (spoilt, ["numbers"], "model")


def test_a_slip_in_the_second_hypothesis_is_put_right() -> None:
    text = "بلغ عدد الضحايا 170 قتيلا في المدينة"
    spoilt = answer(fakes.latin(text).replace("170", "17"))
    engine = FakeTranslator(
        spoil=lambda text, decoding: spoilt if decoding.is_strict else fakes.silence(text)
    )
    kept = one(text, engine)
    assert (kept.text, kept.flags, kept.method) == (fakes.latin(text), [], "rescue")


CLAUSES = ["وبلغ عدد الضحايا حتى صباح اليوم 17 قتيلا،", "وأصيب 30 شخصا آخر في المدينة."]


def lost_when_long(words: int) -> fakes.Spoil:
    """Loses the figures of what has more words."""
    return lambda text, _: fakes.lose_figures(text) if len(text.split()) > words else None


def test_a_lost_figure_is_looked_for_in_the_clauses() -> None:
    text = " ".join(CLAUSES)
    engine = FakeTranslator(spoil=lost_when_long(8))
    found = one(text, engine)
    assert (found.text, found.flags, found.method) == (fakes.latin(text), [], "rescue")
    # the whole again would cure one in five
    assert [texts for texts, _ in engine.calls] == [[text], CLAUSES]
    assert [decoding.is_strict for _, decoding in engine.calls] == [False, True]


def test_a_figure_that_its_clause_loses_is_looked_for_in_halves() -> None:
    text = " ".join(f"كلمة{letter}" for letter in "ابتجخدرسعفقكلم") + " 17"
    engine = FakeTranslator(spoil=lost_when_long(8))
    found = one(text, engine)
    assert (found.text, found.flags) == (fakes.latin(text), [])
    (_, first), (halves, second) = engine.calls
    assert not first.is_strict
    assert second.is_strict
    assert max(engine.count(halves)) <= 8


def test_a_short_text_that_lost_its_figure_is_decoded_whole() -> None:
    text = "أصيب 30 شخصا"
    engine = FakeTranslator(spoil=first_time(fakes.lose_figures))
    assert one(text, engine).text == fakes.latin(text)
    assert [texts for texts, _ in engine.calls] == [[text], [text]]


def test_a_lost_place_is_looked_for_in_the_whole_and_then_in_pieces() -> None:
    clauses = ["وبحث الوزيران في بيروت أمس سبل دعم التعاون،", "ثم غادر الوفد إلى عمان في المساء."]
    text = " ".join(clauses)

    def answer_of(text: str) -> Hypothesis:
        words = {"بيروت": "Beirut", "عمان": "Amman"}
        named = " ".join(words.get(word, fakes.latin(word)) for word in text.split())
        return answer(named if len(text.split()) < 10 else fakes.latin(text))

    engine = FakeTranslator(spoil=lambda text, _: answer_of(text))
    found = one(text, engine)
    assert (found.flags, found.method) == ([], "rescue")
    assert "Beirut" in found.text
    assert [texts for texts, _ in engine.calls] == [[text], [text], clauses]


def test_a_doubled_word_is_not_worth_a_cut() -> None:
    text = " ".join(CLAUSES)
    engine = FakeTranslator(spoil=lambda text, _: answer(fakes.latin(text) + " AGAIN AGAIN"))
    assert one(text, engine).flags == ["doubled"]
    assert [texts for texts, _ in engine.calls] == [[text], [text]]


def test_what_pieces_cure_in_part_is_kept() -> None:
    text = " ".join(CLAUSES)
    engine = FakeTranslator(
        spoil=lambda text, _: fakes.loop(text) if len(text.split()) > 8 else fakes.lose_figures(text)
    )
    found = one(text, engine)
    assert (found.flags, found.method) == (["numbers"], "rescue")


def test_the_score_is_the_mean_over_all_tokens() -> None:
    engine = FakeTranslator(
        spoil=lambda text, _: answer("A B C", score=-1.0) if "قال" in text else answer("D", score=-0.25)
    )
    # four tokens with the end mark at -1, two at -0.25
    assert one("قال @user نعم", engine).score == -0.75


def test_progress_reaches_its_end() -> None:
    said: list[int] = []
    engine = FakeTranslator(spoil=first_time(fakes.silence))
    texts = [f"{SENTENCE} {n}" for n in range(3)]
    list(translate(segments(texts), engine, "en", Options(), progress=said.append))
    assert said == sorted(said)
    assert said[-1] == 3


def test_a_low_score_alone_is_not_decoded_again() -> None:
    engine = FakeTranslator(spoil=lambda text, _: answer(fakes.latin(text), score=-9))
    assert one(SENTENCE, engine).flags == ["low-score"]
    assert len(engine.calls) == 1


@given(st.lists(st.sampled_from([SENTENCE, "زار الوفد مدينة أخرى", "https://t.co/a", "نعم"]), max_size=30))
def test_windows_give_what_one_window_gives(texts: list[str]) -> None:
    def engine() -> FakeTranslator:
        return FakeTranslator(spoil=lambda text, _: fakes.loop(text) if "مدينة" in text else None)

    whole = run(texts, engine())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WINDOW_SEGMENTS", 3)
        patch.setattr(module, "REMEMBERED", 2)
        counts = Counts()
        parts = list(translate(segments(texts), engine(), "en", Options(), counts=counts))
    assert parts == whole
    assert counts.segments == len(texts)


def test_a_window_is_handed_over_before_the_one_before_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW_CHARACTERS", len(SENTENCE))
    engine = FakeTranslator()
    texts = iter(segments(f"{SENTENCE} {letter}" for letter in "ابتث"))
    found = translate(texts, engine, "en", Options())
    assert next(found).id == "a#0"
    assert (len(engine.calls), engine.waited) == (2, [0])
    assert [translation.id for translation in found] == ["a#1", "a#2", "a#3"]
    assert engine.waited == [0, 1, 2, 3]


def test_the_engine_has_work_before_many_segments_are_read() -> None:
    engine = FakeTranslator()
    texts = [f"{SENTENCE} {number}" for number in range(1000)]
    run(texts, engine)
    sizes = [len(sources) for sources, decoding in engine.calls if not decoding.is_strict]
    assert sizes == [512, 488]


def test_what_comes_again_in_a_later_window_is_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW_SEGMENTS", 1)
    engine = FakeTranslator()
    counts = Counts()
    texts = [SENTENCE, "نعم", "كلا", SENTENCE]
    found = list(translate(segments(texts), engine, "en", Options(), counts=counts))
    assert found[0].text == found[3].text
    assert len(engine.calls) == counts.distinct == 3


def test_nothing_to_do() -> None:
    engine = FakeTranslator()
    assert run([], engine) == []
    assert [t.method for t in run(["https://t.co/a", "— X (@y_z) May 1, 2022"], engine)] == ["copy", "copy"]
    assert engine.sources == []


@pytest.mark.parametrize("blank", [" ", "\u00a0", " («"])
def test_white_space_within_a_segment_costs_no_more_than_its_length(blank: str) -> None:
    started = time.process_time()
    one("كلمة" + blank * (1900 // len(blank)) + "كلمة")
    assert time.process_time() - started < 1


def test_what_the_source_gives_is_kept_and_checked() -> None:
    first, second = segments([SENTENCE, "بلغ العدد 12 شخصا."])
    rows = [
        dataclasses.replace(
            first,
            given={
                "en": "The minister said that the new project will begin in spring.",
                "fr": "Dit le ministre.",
            },
        ),
        dataclasses.replace(second, given={"en": "There were 13 people."}),
        dataclasses.replace(first, id="a#2"),
    ]
    counts = Counts()
    kept, wrong, translated = translate(rows, FakeTranslator(), "en", Options(), counts=counts)
    assert (kept.text, kept.method, kept.score, kept.flags) == (
        "The minister said that the new project will begin in spring.",
        "memory",
        None,
        [],
    )
    assert (wrong.text, wrong.flags) == ("There were 13 people.", ["numbers"])
    assert translated == dataclasses.replace(one(SENTENCE), id="a#2")
    assert (counts.people, counts.distinct, counts.segments) == (2, 1, 3)
