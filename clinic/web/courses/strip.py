"""A course on one line of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from flask_babel import gettext


@dataclass(frozen=True, slots=True)
class Mark:
    """A visit on the line; `fit` is how the gap before it suits the protocol: "", "off" (not the ideal
    one), "short" or "long" (outside its bounds)."""

    on: date
    number: int
    kind: str
    status: str
    label: str
    href: str | None = None
    fit: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Scores from 0 to 10 over the days; `points` are the day after the first visit's, in parts, and the score."""

    kind: str
    label: str
    points: tuple[tuple[float, int], ...]


def strip(marks: Sequence[Mark], today: date | None = None, curves: Sequence[Curve] = ()) -> dict[str, Any]:
    """What `courses/_strip.html` expects, for at least one visit, in order; `today` is shown where it is given."""
    first, last = marks[0].on, marks[-1].on
    length = (last - first).days
    return {
        "title": gettext("The course on a line of days"),
        "summary": "; ".join(mark.label for mark in marks),
        "days": length,
        "curves": [each for each in curves if each.points],
        "marks": [
            {
                "number": mark.number,
                "day": (mark.on - first).days,
                "kind": mark.kind,
                "status": mark.status,
                "label": mark.label,
                "href": mark.href,
            }
            for mark in marks
        ],
        "gaps": [
            {
                "from_day": (before.on - first).days,
                "to_day": (mark.on - first).days,
                "label": str((mark.on - before.on).days),
                "fit": mark.fit,
            }
            for before, mark in pairwise(marks)
        ],
        "weeks": [
            {"day": day, "label": gettext("Week %(number)s", number=day // 7 + 1)} for day in range(0, length, 7)
        ],
        "today": (today - first).days if today is not None and first <= today <= last else None,
    }
