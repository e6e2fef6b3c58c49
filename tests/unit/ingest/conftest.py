"""What the tests of reading share: Arabic texts and a short way from files to records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dragoman.ingest import find_sources, read_sources
from dragoman.records import Article, Reject

COLUMNS = {name: name for name in ("id", "text", "title", "date", "source")} | {"given": {}}

PARAGRAPHS = [
    "أعلنت وزارة النقل، اليوم الاثنين، عن افتتاح خط جديد للقطار السريع يربط العاصمة بالساحل الشرقي. "
    "وقال الوزير إن المشروع سيقلص مدة الرحلة إلى ساعتين فقط، بعد أن كانت تستغرق خمس ساعات.",
    "هل تنخفض أسعار الخبز في الأسواق؟ سؤال يطرحه المواطنون بعد موسم حصاد وفير؛ إذ بلغ الإنتاج 320 ألف طن، "
    "بزيادة قدرها 14 في المئة عن العام الماضي، وفقا لبيانات رسمية.",
    "فاز فريق المدينة بكأس البطولة للمرة الثالثة في تاريخه إثر مباراة مثيرة امتدت إلى الأشواط الإضافية.\n"
    "وشهد اللقاء حضور جمهور غفير ملأ مدرجات الملعب منذ الصباح الباكر.",
]


@pytest.fixture
def arabic() -> str:
    return PARAGRAPHS[0]


@pytest.fixture
def paragraphs() -> list[str]:
    return PARAGRAPHS


Ingest = Callable[..., list[Article | Reject]]


@pytest.fixture
def ingest() -> Ingest:
    """Reads paths as the command does: ``ingest(path, ..., text="body")`` names a column."""

    def read(*paths: str | Path, **columns: str) -> list[Article | Reject]:
        sources = find_sources([str(path) for path in paths])
        return list(read_sources(sources, COLUMNS | columns))

    return read


@pytest.fixture
def reasons() -> Callable[[Sequence[Article | Reject]], list[str]]:
    """The reason of each reject, ``ok`` for an article."""
    return lambda records: [r.reason if isinstance(r, Reject) else "ok" for r in records]
