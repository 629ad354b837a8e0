"""Pain and soreness over a course: curves under its line of days, words beside each visit."""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext

from clinic.db.care.records import Scores
from clinic.db.courses.reads import SessionRow
from clinic.domain.time import TICK_MINUTES
from clinic.web.courses.strip import Curve

TICKS_A_DAY = 24 * 60 // TICK_MINUTES
AFTER_DAYS = 0.1
"""How far behind the pain before a visit that after it is drawn."""

Found = Mapping[str, Scores]


def curves(placed: Sequence[SessionRow], found: Found) -> tuple[Curve, Curve]:
    """Both over the days since the first visit; what was told later stands at its hours."""
    return (
        Curve("pain", gettext("Pain"), tuple(sorted(_points(placed, found, "pain")))),
        Curve("soreness", gettext("Soreness"), tuple(sorted(_points(placed, found, "soreness")))),
    )


def _points(placed: Sequence[SessionRow], found: Found, kind: str) -> Iterator[tuple[float, int]]:
    first = placed[0].starts or 0
    for row in placed:
        scores = found.get(row.visit or "")
        if scores is None:
            continue
        day = ((row.starts or 0) - first) / TICKS_A_DAY
        own = [(0.0, scores.before), (AFTER_DAYS, scores.after)] if kind == "pain" else [(AFTER_DAYS, scores.soreness)]
        told = [(each.hours / 24, each.pain if kind == "pain" else each.soreness) for each in scores.told]
        yield from ((round(day + later, 2), score) for later, score in (*own, *told) if score is not None)


def words(scores: Scores | None) -> dict[str, str]:
    """Pain "6 → 4; 5 after 48 h" and soreness; empty where nothing was said."""
    if scores is None:
        return {"pain": "", "soreness": ""}
    both = " → ".join("–" if each is None else str(each) for each in (scores.before, scores.after))
    return {
        "pain": _joined("" if both == "– → –" else both, [(each.hours, each.pain) for each in scores.told]),
        "soreness": _joined(
            "" if scores.soreness is None else str(scores.soreness),
            [(each.hours, each.soreness) for each in scores.told],
        ),
    }


def _joined(own: str, told: Sequence[tuple[int, int | None]]) -> str:
    later = [
        gettext("%(score)s after %(hours)s h", score=score, hours=h) if h else gettext("%(score)s told", score=score)
        for h, score in told
        if score is not None
    ]
    return "; ".join([*([own] if own else []), *later])
