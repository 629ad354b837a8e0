"""Lists in pages: where the one that is asked for begins, and the ways to those around it."""

from collections.abc import Callable
from typing import Any, Final

from flask import request

A_PAGE: Final = 50


def here() -> int | None:
    """The page that the query names, for the way back to it; None for the first, and for nonsense."""
    return skipped() // A_PAGE + 1 if skipped() else None


def skipped(total: int | None = None) -> int:
    """How many entries lie before the page that the query's `page` names; nonsense is the first page. Of a `total`, a
    page beyond the last is the last: whoever has done with all that stood there is shown what is left."""
    given = request.args.get("page", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else 1
    last = number if total is None else -(-total // A_PAGE)
    return (max(1, min(number, last)) - 1) * A_PAGE


def pages(skip: int, total: int, href: Callable[[int | None], str]) -> dict[str, Any]:
    """What the macro `pagination` shows; `href` is the address of a page, None for the first."""

    def to(number: int) -> str:
        return href(number if number > 1 else None)

    here = skip // A_PAGE + 1
    return {
        "first": min(skip + 1, total),
        "last": min(skip + A_PAGE, total),
        "total": total,
        "previous_href": to(here - 1) if skip else None,
        "next_href": to(here + 1) if skip + A_PAGE < total else None,
    }
