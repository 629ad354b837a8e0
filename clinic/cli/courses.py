"""A placed course as text and as JSON: the same facts, codes turned into sentences and ids into names."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from clinic.content.sentences import sentence
from clinic.domain.care.findings import Finding
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status
from clinic.engine.alternatives import Alternative, alternatives
from clinic.engine.course import Change, Course, NoCourse, Placed
from clinic.engine.kind import Reason
from clinic.engine.next_best import Neighbourhood, NextBest
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import given_up, named, next_best, why

PROPOSED: Final = "proposed"
MARKS: Final = {Status.PENCILLED.value: "◌"}


def document(answer: Answer, plan: str | None, spoken: tuple[Finding, ...] = ()) -> dict[str, Any]:
    """What `--json` prints. `plan` is the public id of the booked course. Sessions that would be booked are
    `proposed` until they are; without a course there are none, and `failure` says why. `alternatives` are other
    courses, as long as nothing is booked; `same_protocol` those of the same protocol that the patient has already,
    `spoken` what the safety rules say."""
    course = None if isinstance(answer.outcome, NoCourse) else answer.outcome
    return {
        "patient": answer.wanted.patient,
        "protocol": answer.plan.protocol.key,
        "plan": plan,
        "objective": None if course is None else course.objective,
        "proven": course is None or course.proven,
        "sessions": [] if course is None else _sessions(answer, course, booked=plan is not None),
        "reviews": [] if course is None else [{"due": due.isoformat()} for due in _reviews(answer, course)],
        "alternatives": []
        if course is None or plan
        else [_other(answer, one) for one in alternatives(answer.request, course)],
        "same_protocol": [each.public_id for each in answer.alike],
        "spoken": [{"rule": one.rule, "level": one.level, "says": _rule(one)} for one in spoken],
        "failure": _failure(answer, answer.outcome) if isinstance(answer.outcome, NoCourse) else None,
    }


def written(answer: Answer, plan: str | None, spoken: tuple[Finding, ...] = ()) -> str:
    """The same for people."""
    shown = document(answer, plan)
    head = f"{answer.plan.protocol.title}, {answer.times.name} (born {answer.times.birth_on}), {answer.site.name}"
    if isinstance(answer.outcome, NoCourse):
        return "\n".join([head, "", *_failure_lines(shown["failure"])])
    course = answer.outcome
    through, count = answer.booked_through, len(course.sessions)
    lines = [head, _sum(answer, course), ""]
    for row, placed in zip(shown["sessions"], course.sessions, strict=True):
        lines += [_line(row, answer, placed), *_next_line(row)]
    lines += [f"      {each['due']}  review" for each in shown["reviews"]]
    verb = "are" if plan else "would be"
    rest = f", ◌ the others {verb} pencilled until the reassessment is done" if through < count else ""
    last = f"Course {plan}." if plan else "Nothing was written: add --book to book it."
    booked = f"Sessions up to {through} {verb} booked{rest}."
    rules = [_rule(one) for one in spoken]
    return "\n".join([*lines, *_other_lines(shown["alternatives"]), "", booked, *_notes(answer), *rules, last])


def _sum(answer: Answer, course: Course) -> str:
    """How long it takes, how many wishes it meets, and whether another would meet them better."""
    count, sure = len(course.sessions), sentence("course_proven") if course.proven else ""
    good = sum(any(one.code == "as_wished" for one in why(answer, course, n)) for n in range(1, count + 1))
    code = "as_wished" if good == count else "some_as_wished" if good else "none_as_wished"
    wishes = sentence(code, {"count": good})
    return f"{count} sessions, {course.sessions[0].on} to {course.sessions[-1].on}. {wishes} {sure}".rstrip()


def _rule(finding: Finding) -> str:
    return sentence(finding.code, finding.params)


def _sessions(answer: Answer, course: Course, *, booked: bool) -> list[dict[str, Any]]:
    now = Status.BOOKED.value if booked else PROPOSED
    around = Neighbourhood(answer.request, course)
    rows = []
    for number, placed in enumerate(course.sessions, start=1):
        rows.append(
            {
                "number": number,
                **_place(answer, placed.start, placed.ends, placed.therapist, placed.room),
                "gap_days": None if number == 1 else (placed.on - course.sessions[number - 2].on).days,
                "parts": [
                    _place(answer, each.start, each.start + each.ticks, each.therapist, each.room)
                    for each in placed.parts
                ],
                "targets": [f"{target.region}:{target.side}" for target in answer.plan.targets_by_session[number - 1]],
                "why": [_said(answer, reason) for reason in why(answer, course, number)],
                "next_best": _next_best(answer, around.places(number - 1).next_best(placed)),
                "status": now if number <= answer.booked_through else Status.PENCILLED.value,
            }
        )
    return rows


def _place(answer: Answer, starts: int, ends: int, therapist: str, room: str | None) -> dict[str, str | None]:
    """When, with whom and where."""
    who, where = answer.site.colleague(therapist), answer.site.room(room)
    return {
        "starts": _local(answer, starts).isoformat(timespec="minutes"),
        "ends": _local(answer, ends).isoformat(timespec="minutes"),
        "therapist": who.name if who else None,
        "room": where.name if where else None,
    }


def _local(answer: Answer, tick: int) -> datetime:
    return instant_of(tick).astimezone(answer.site.tz)


def _next_best(answer: Answer, found: NextBest | None) -> dict[str, Any] | None:
    """Where else the session could be, and what that would trade."""
    if found is None:
        return None
    starts = _local(answer, found.start)
    colleague = answer.site.colleague(found.therapist)
    reasons = next_best(answer, found, f"{starts:%a %Y-%m-%d %H:%M}")
    return {
        "starts": starts.isoformat(timespec="minutes"),
        "therapist": colleague and colleague.name,
        "dearer": found.dearer,
        "differences": dict(found.differences),
        "says": " ".join(_said(answer, reason) for reason in reasons),
    }


def _other(answer: Answer, other: Alternative) -> dict[str, Any]:
    """Another course, and what it trades against the one that is proposed."""
    sessions = [_place(answer, each.start, each.ends, each.therapist, each.room) for each in other.course.sessions]
    return {
        "objective": other.course.objective,
        "trades": [{"code": each.code, **each.params} for each in other.trades],
        "says": " ".join(_said(answer, each) for each in other.trades),
        "sessions": sessions,
    }


def _reviews(answer: Answer, course: Course) -> list[date]:
    return [course.sessions[0].on + timedelta(days=review.offset_days) for review in answer.plan.reviews]


def _said(answer: Answer, reason: Reason, ordinal: int | None = None) -> str:
    reason = named(answer, reason, ordinal)
    return sentence(reason.code, reason.params)


def _changes(changes: tuple[Change, ...]) -> str:
    return " ".join(sentence(reason.code, reason.params) for reason in given_up(changes))


def _failure(answer: Answer, outcome: NoCourse) -> dict[str, Any]:
    return {
        "code": outcome.reason.code,
        "session": outcome.session,
        "says": sentence(outcome.reason.code, outcome.reason.params),
        "proven": outcome.proven,
        "complete": outcome.complete,
        "days": [
            {"on": day.on.isoformat(), "why": [_said(answer, reason, outcome.session) for reason in day.reasons]}
            for day in outcome.window
        ],
        "relaxations": [
            {
                "changes": [{"code": one.code, "session": one.session, "days": one.days} for one in way.changes],
                "says": _changes(way.changes),
                "objective": way.course.objective,
                "first": way.course.sessions[0].on.isoformat(),
                "last": way.course.sessions[-1].on.isoformat(),
            }
            for way in outcome.relaxations
        ],
    }


def _line(row: dict[str, Any], answer: Answer, placed: Placed) -> str:
    ends = row["ends"][11:16]
    starts = f"{_local(answer, placed.start):%a %Y-%m-%d %H:%M}"
    gap = "" if row["gap_days"] is None else f"+{row['gap_days']} d"
    mark, who = MARKS.get(row["status"], " "), max(len(each.name) for each in answer.site.staff)
    where = max(len(each.name) for each in answer.site.rooms)
    return (
        f"{mark}{row['number']:>3}  {starts}–{ends}  {row['therapist']:<{who}}  {row['room'] or '':<{where}}"
        f"  {gap:>5}  {' '.join(row['why'])}"
    )


def _next_line(row: dict[str, Any]) -> list[str]:
    return [] if row["next_best"] is None else [f"      {row['next_best']['says']}"]


def _other_lines(others: list[dict[str, Any]]) -> list[str]:
    """The other courses, a line each."""
    lines = (
        f"  {one['sessions'][0]['starts'][:10]} to {one['sessions'][-1]['starts'][:10]}  {one['says']}"
        for one in others
    )
    return ["", "Other courses:", *lines] if others else []


def _failure_lines(failure: dict[str, Any]) -> list[str]:
    lines = [failure["says"], ""]
    for day in failure["days"]:
        on = date.fromisoformat(day["on"])
        lines.append(f"  {on:%a} {on}  {' '.join(day['why'])}")
    if failure["relaxations"]:
        lines += ["", "What would help:"]
        lines += [f"  {way['says']} First {way['first']}, last {way['last']}." for way in failure["relaxations"]]
    if failure["relaxations"] and not failure["complete"]:
        lines += ["", sentence("not_all_tried", {})]
    return lines


def _notes(answer: Answer) -> list[str]:
    """What a search that gave up left open, and who needles only under supervision."""
    proven = isinstance(answer.outcome, NoCourse) or answer.outcome.proven
    notes = [] if proven else ["The best that was found in a few seconds; a better course may exist."]
    notes += [sentence("course_alike", {"begins_on": each.begins_on}) for each in answer.alike]
    learning = {
        each.therapist
        for kind in answer.request.kinds
        for each in kind.staff
        if each.otherwise is not None and each.otherwise.code == "credential_provisional"
    }
    names = [each.name for each in answer.site.staff if each.public_id in learning]
    if names:
        notes.append(f"Proposed for needling only while a supervisor is at work: {', '.join(names)}.")
    return notes
