"""A placed course as text and as JSON: the same facts, codes turned into sentences and ids into names."""

from datetime import date, timedelta
from typing import Any, Final

from clinic.content.sentences import sentence
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status
from clinic.engine.course import Change, Course, NoCourse, Placed
from clinic.engine.kind import Reason
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import named, why

PROPOSED: Final = "proposed"
MARKS: Final = {Status.PENCILLED.value: "◌"}


def document(answer: Answer, plan: str | None) -> dict[str, Any]:
    """What `--json` prints. `plan` is the public id of the booked course. Sessions that would be booked are
    `proposed` until they are; without a course there are none, and `failure` says why."""
    course = None if isinstance(answer.outcome, NoCourse) else answer.outcome
    return {
        "patient": answer.wanted.patient,
        "protocol": answer.plan.protocol.key,
        "plan": plan,
        "objective": None if course is None else course.objective,
        "proven": course is None or course.proven,
        "sessions": [] if course is None else _sessions(answer, course, booked=plan is not None),
        "reviews": [] if course is None else [{"due": due.isoformat()} for due in _reviews(answer, course)],
        "failure": _failure(answer, answer.outcome) if isinstance(answer.outcome, NoCourse) else None,
    }


def written(answer: Answer, plan: str | None) -> str:
    """The same for people."""
    shown = document(answer, plan)
    head = f"{answer.plan.protocol.title}, {answer.times.name} (born {answer.times.birth_on}), {answer.site.name}"
    if isinstance(answer.outcome, NoCourse):
        return "\n".join([head, "", *_failure_lines(shown["failure"])])
    course = answer.outcome
    through, count = answer.booked_through, len(course.sessions)
    lines = [head, f"{count} sessions, cost {course.objective}, proven to be the least.", ""]
    lines += [_line(row, answer, placed) for row, placed in zip(shown["sessions"], course.sessions, strict=True)]
    lines += [f"      {each['due']}  review" for each in shown["reviews"]]
    verb = "are" if plan else "would be"
    rest = f", ◌ the others {verb} pencilled until the reassessment is done" if through < count else ""
    last = f"Course {plan}." if plan else "Nothing was written: add --book to book it."
    return "\n".join([*lines, "", f"Sessions up to {through} {verb} booked{rest}.", *_notes(answer), last])


def _sessions(answer: Answer, course: Course, *, booked: bool) -> list[dict[str, Any]]:
    now = Status.BOOKED.value if booked else PROPOSED
    rows = []
    for number, placed in enumerate(course.sessions, start=1):
        starts = instant_of(placed.start).astimezone(answer.site.tz)
        ends = instant_of(placed.ends).astimezone(answer.site.tz)
        therapist, room = answer.site.colleague(placed.therapist), answer.site.room(placed.room)
        rows.append(
            {
                "number": number,
                "starts": starts.isoformat(timespec="minutes"),
                "ends": ends.isoformat(timespec="minutes"),
                "therapist": therapist and therapist.name,
                "room": room and room.name,
                "gap_days": None if number == 1 else (placed.on - course.sessions[number - 2].on).days,
                "why": [_said(answer, reason) for reason in why(answer, course, number)],
                "status": now if number <= answer.booked_through else Status.PENCILLED.value,
            }
        )
    return rows


def _reviews(answer: Answer, course: Course) -> list[date]:
    return [course.sessions[0].on + timedelta(days=review.offset_days) for review in answer.plan.reviews]


def _said(answer: Answer, reason: Reason) -> str:
    reason = named(answer, reason)
    return sentence(reason.code, reason.params)


def _changes(changes: tuple[Change, ...]) -> str:
    return " ".join(sentence(change.code, change.params) for change in changes)


def _failure(answer: Answer, outcome: NoCourse) -> dict[str, Any]:
    return {
        "code": outcome.reason.code,
        "session": outcome.session,
        "says": sentence(outcome.reason.code, outcome.reason.params),
        "days": [
            {"on": day.on.isoformat(), "why": [_said(answer, reason) for reason in day.reasons]}
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
    starts = instant_of(placed.start).astimezone(answer.site.tz).strftime("%a %Y-%m-%d %H:%M")
    gap = "" if row["gap_days"] is None else f"+{row['gap_days']} d"
    mark, who = MARKS.get(row["status"], " "), max(len(each.name) for each in answer.site.staff)
    where = max(len(each.name) for each in answer.site.rooms)
    return (
        f"{mark}{row['number']:>3}  {starts}–{ends}  {row['therapist']:<{who}}  {row['room']:<{where}}"
        f"  {gap:>5}  {' '.join(row['why'])}"
    )


def _failure_lines(failure: dict[str, Any]) -> list[str]:
    lines = [failure["says"], ""]
    for day in failure["days"]:
        on = date.fromisoformat(day["on"])
        lines.append(f"  {on:%a} {on}  {' '.join(day['why'])}")
    if failure["relaxations"]:
        lines += ["", "What would help:"]
        lines += [f"  {way['says']} First {way['first']}, last {way['last']}." for way in failure["relaxations"]]
    return lines


def _notes(answer: Answer) -> list[str]:
    """Who needles only under supervision."""
    learning = {
        each.therapist
        for kind in answer.request.kinds
        for each in kind.staff
        if each.otherwise is not None and each.otherwise.code == "credential_provisional"
    }
    names = [each.name for each in answer.site.staff if each.public_id in learning]
    return [f"Proposed for needling only while a supervisor is at work: {', '.join(names)}."] if names else []
