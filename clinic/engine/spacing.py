"""The exact programme: the cheapest course of all, and its ties: the earliest starts in order, then the lead
therapists, then the other people and rooms, in the order given."""

from clinic.engine.candidates import Candidates
from clinic.engine.course import Course
from clinic.engine.daily import daily
from clinic.engine.path import placed
from clinic.engine.programme import programme
from clinic.engine.request import Request
from clinic.engine.walk import PATIENCE, walk


def search(request: Request, candidates: Candidates, patience: int = PATIENCE) -> Course | None:
    """The cheapest course, or None. `patience` is how many starts may be tried before the best that was found has to
    do."""
    if not candidates.rows:
        return None
    plan = programme(request, candidates)
    if candidates.dial is None and candidates.links.of_days:
        found = daily(request, candidates, plan)
    else:
        found = walk(request, candidates, plan, patience)
    return found and Course(found.cost, tuple(placed(request, candidates, found.nodes)), found.proven)
