"""The drawing of the body as templates expect it: what is marked on it, left and right as the patient says it."""

import re
from collections.abc import Iterable
from typing import Any, Final

from flask_babel import gettext

from clinic.content.figure import AREAS, HEIGHT, MIDDLE, WIDTH
from clinic.domain.care.record import VIEWS
from clinic.domain.practice.body import Side

PLACE: Final = re.compile(rf"({'|'.join(VIEWS)}):(\d{{1,4}}):(\d{{1,4}})")
"""Where somebody pointed: the view, and thousandths of the drawing's width and height."""
HALVES: Final = {"front": ("right", "left"), "back": ("left", "right")}
"""Which half of the patient is at the left of a drawing, which at the right."""


def figure(marked: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """What `macros/body.html` draws: of each site region, side and, where one was pointed at, the place
    "front:412:230", in thousandths of the drawing's width and height."""
    sites = list(marked)
    names = {"front": gettext("Front"), "back": gettext("Back")}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "middle": MIDDLE,
        "sites": len(sites),
        "views": [
            {"name": view, "label": names[view], "halves": _halves(view, sites), "dots": _dots(view, sites)}
            for view in VIEWS
        ],
    }


def _halves(view: str, sites: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    said = {"left": gettext("patient’s left"), "right": gettext("patient’s right")}
    return [
        {
            "side": side,
            "label": said[side],
            "mirrored": at == 0,
            "areas": [
                {"region": region, "points": points, "on": any(_meets(site, region, side) for site in sites)}
                for region, points in AREAS[view].items()
            ],
        }
        for at, side in enumerate(HALVES[view])
    ]


def _meets(site: tuple[str, str, str], region: str, side: str) -> bool:
    return site[0] == region and site[1] in (side, Side.BOTH, Side.MIDLINE)


def _dots(view: str, sites: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """A numbered dot for each site that was pointed at in this view."""
    found = [(number, PLACE.fullmatch(place)) for number, (_, _, place) in enumerate(sites, start=1)]
    return [
        {"number": number, "x": round(int(at[2]) * WIDTH / 1000, 1), "y": round(int(at[3]) * HEIGHT / 1000, 1)}
        for number, at in found
        if at is not None and at[1] == view
    ]
