"""What a repair costs at least: its problem with less that binds it."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from clinic.services.courses.repair.chains import Link, Run, runs_apart
from clinic.services.courses.repair.gather import Person


def loose_runs(person: Person, elsewhere: Collection[int]) -> Iterator[tuple[Person, Run]]:
    """All of the patient's runs, those that wait for others only at their distances from visits that stay, on any day
    whatever the safety rules say to it. Visits that move `elsewhere` are not there, and a course that has some keeps no
    distances: what this costs is the least that the patient can cost."""
    open_ = {visit.plan_id for visit in person.visits if visit.id in elsewhere}
    alone = replace(person, visits=tuple(v for v in person.visits if v.id not in elsewhere), barred={})
    for runs in runs_apart(person, waiting=True):
        for run in runs:
            if run.plan is not None and run.plan.id in open_:
                yield from ((alone, Run((Link(link.visit, link.phase),), plan=run.plan)) for link in run.links)
            else:
                yield alone, run
