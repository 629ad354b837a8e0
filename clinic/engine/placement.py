"""Places a course, or says why it cannot be."""

from clinic.engine.candidates import candidates
from clinic.engine.course import Course, NoCourse
from clinic.engine.explain import explain
from clinic.engine.request import Request
from clinic.engine.spacing import search


def place(request: Request) -> Course | NoCourse:
    """The proven cheapest course; where there is none, the first session that fails, why, and what would help."""
    return search(request, candidates(request)) or explain(request)
