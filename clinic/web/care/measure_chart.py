"""A measure over a course as a drawing: its values by day, and the band in which a change does not matter."""

from typing import Any, Final

from flask_babel import gettext

from clinic.domain.care.measures import Better, Course
from clinic.web import words

WIDTH: Final = 280
HEIGHT: Final = 80
MARGIN: Final = 16


def points(tenths: int) -> str:
    """7, 7.5."""
    sign, size = ("-" if tenths < 0 else ""), abs(tenths)
    return f"{sign}{size // 10}" + (f".{size % 10}" if size % 10 else "")


def chart(course: Course) -> dict[str, Any]:
    """What `care/measures.html` draws; the scale's higher end is at the top, days at their distances."""
    measure, values = course.measure, course.values
    low, high = measure.low * 10, measure.high * 10
    first = values[0].on
    days = max((values[-1].on - first).days, 1)

    def up(tenths: int) -> float:
        return round(MARGIN + (high - min(max(tenths, low), high)) / (high - low) * HEIGHT, 1)

    start = values[0].tenths
    goal = start - course.change.tenths if measure.better is Better.LOW else start + course.change.tenths
    top, bottom = sorted((up(start), up(goal)))
    marks = [(round(MARGIN + (each.on - first).days / days * WIDTH, 1), up(each.tenths)) for each in values]
    return {
        "width": WIDTH + 2 * MARGIN,
        "height": HEIGHT + 2 * MARGIN,
        "band": {"x": MARGIN, "y": top, "width": WIDTH, "height": round(bottom - top, 1)},
        "goal": up(goal),
        "line": " ".join(f"{x},{y}" for x, y in marks),
        "marks": marks,
        "summary": gettext(
            "%(name)s: %(values)s; beyond the band the change matters",
            name=measure.title,
            values=", ".join(f"{words.short_date(each.on)} {points(each.tenths)}" for each in values),
        ),
    }
