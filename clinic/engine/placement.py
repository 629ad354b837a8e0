"""Places a course, or says why it cannot be."""

from clinic.engine.candidates import candidates
from clinic.engine.course import Course, NoCourse
from clinic.engine.explain import explain
from clinic.engine.links import links_of
from clinic.engine.passage import Steps
from clinic.engine.reach import MOST_STEPS, Ground, passable
from clinic.engine.request import Request
from clinic.engine.spacing import search


def place(request: Request) -> Course | NoCourse:
    """The proven cheapest course; where there is none, the first session that fails, why, and what would help."""
    ground, links = Ground(request), links_of(request)
    possible = None if links.of_days else passable(request, ground, links, Steps(MOST_STEPS))
    if possible is False:
        return explain(request, ground)
    found = search(request, candidates(request, ground.openings, links))
    return found or explain(request, ground, proven=links.chained)
