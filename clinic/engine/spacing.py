"""The exact programme: the cheapest course of all, and its ties: the earliest starts in order, then the lead
therapists, then the other people and rooms, in the order given."""

from clinic.engine.candidates import Candidates
from clinic.engine.course import Course
from clinic.engine.daily import daily
from clinic.engine.path import placed
from clinic.engine.programme import programme
from clinic.engine.request import Request
from clinic.engine.walk import walk


def search(request: Request, candidates: Candidates) -> Course | None:
    """The cheapest course, or None."""
    if not candidates.rows:
        return None
    forward = daily if candidates.dial is None and candidates.links.of_days else walk
    found = forward(request, candidates, programme(request, candidates))
    return found and Course(found.cost, tuple(placed(request, candidates, found.nodes)), found.proven)
