"""What a patient told after a visit: what it is made of, and what is suggested."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask import request, url_for
from flask_babel import gettext

from clinic.content import checkin as asked
from clinic.content.labels import label
from clinic.db.care import checkins, records
from clinic.db.care.checkins import Given, LastTold
from clinic.db.courses import reads
from clinic.db.unit import Unit
from clinic.domain.care.checkin import CheckIn, Sign, checkin_from
from clinic.domain.care.response import SIGNS, State, Told, state_of, wider_gap
from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.visit import Visit
from clinic.services.care.records import Writing
from clinic.web.care.record_words import joined
from clinic.web.forms import new_key
from clinic.web.gate import actor

TONES: Final = {State.EXPECTED: "good", State.WATCH: "", State.FLARE: "warn", State.UNEXPECTED: "alarm"}


def read() -> Told:
    """What was told, of the form of this request. Raises Invalid."""
    hours = _number("hours")
    if hours is None:
        raise Invalid("not_a_number", field="hours")
    signs = tuple(request.form.getlist("signs"))
    return Told(hours, _number("pain"), _number("soreness"), signs, request.form.get("note", "").strip())


def _number(name: str) -> int | None:
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 4:
        raise Invalid("not_a_number", field=name)
    return int(typed)


def signs() -> dict[str, str]:
    """New signs that are asked for, in words."""
    names = (
        gettext("new numbness"),
        gettext("new weakness"),
        gettext("swelling"),
        gettext("fever"),
        gettext("breathlessness"),
    )
    return dict(zip(SIGNS, names, strict=True))


def typed() -> dict[str, Any]:
    """The same as it was typed, to be shown again."""
    form = request.form
    fields = {name: form.get(name, "") for name in ("hours", "pain", "soreness", "note")}
    return fields | {"signs": form.getlist("signs")}


def view(unit: Unit, found: Writing, plan: str | None, *, now: datetime) -> dict[str, Any] | None:
    """What the record's page shows of the time afterwards; none before the visit."""
    begun = instant_of(found.visit.starts)
    if now < begun:
        return None
    told = records.told(unit.connection, found.visit.id)
    state = state_of(found.record.pain_before, told)
    return {
        "lines": [_line(each) for each in told],
        "checkins": checkins_of(unit, found.visit),
        "tone": TONES[state],
        "sentence": _sentence(state) if told else "",
        "wider": _wider(unit, found, plan) if state is State.FLARE else None,
        "event_href": url_for("events.new", public_id=found.visit.public_id)
        if state is State.UNEXPECTED and actor().may("event.write")
        else None,
        "post_to": url_for("record.write_told", public_id=found.visit.public_id)
        if actor().may("record.write")
        else None,
        "key": new_key(),
        "signs": list(signs().items()),
        "typed": {"hours": str((now - begun) // timedelta(hours=1))},
        "errors": {},
    }


def _line(told: Told) -> str:
    scores = [
        "" if told.pain is None else gettext("pain %(score)s", score=told.pain),
        "" if told.soreness is None else gettext("soreness %(score)s", score=told.soreness),
    ]
    said = joined([*scores, *(signs()[name] for name in told.signs), told.note])
    return str(gettext("After %(hours)s hours: %(said)s", hours=told.hours, said=said or "–"))


def told_before(last: LastTold) -> tuple[str, str]:
    """Tone and sentence of what was told after a patient's last visit, for whoever sees him next."""
    state = state_of(last.before, last.told)
    return TONES[state], gettext(
        "Told after the last visit: %(said)s. %(state)s", said=_line(last.told[-1]), state=_sentence(state)
    )


def checkins_of(unit: Unit, visit: Visit) -> list[dict[str, Any]]:
    """What the patient said by himself after the visit."""
    return [_checkin(each, visit) for each in checkins.of_visit(unit.connection, visit.id)]


def _checkin(each: Given, visit: Visit) -> dict[str, Any]:
    """What the patient said by himself, and each thing of it that may be an adverse event, to be graded."""
    questions = asked.load()
    said = checkin_from(each.answers, questions.signs)
    alarms, felt = ([gettext(questions.asks(one.name)) for one in signs] for signs in (said.alarms, said.felt))
    where = [gettext(label(region.value)) for region in said.regions]
    parts_said = [
        gettext("Alarm: %(signs)s", signs="; ".join(alarms)) if alarms else gettext("no sign of danger"),
        joined(felt),
        joined([*where, gettext("elsewhere than treated") if said.elsewhere else ""]),
        gettext(asked.SINCE[said.since]) if said.since else "",
    ]
    name = gettext("Check-in at %(hours)s hours", hours=each.hours)
    if each.number > 1:
        name = gettext("Check-in at %(hours)s hours, added to", hours=each.hours)
    proposed = [one for one in said.felt if one.kind is not None and actor().may("event.write")]
    return {
        "said": f"{name}: {'; '.join(str(one) for one in parts_said if one)}",
        "alarm": bool(alarms),
        "events": [
            (
                _event_href(visit, one, said),
                gettext("Grade as an event: %(what)s", what=gettext(questions.asks(one.name))),
            )
            for one in proposed
        ],
    }


def _event_href(visit: Visit, sign: Sign, said: CheckIn) -> str:
    """The form of an event, filled in with what the patient said but for how bad it is."""
    starts, ends = (instant_of(tick).astimezone(zone(visit.tz)) for tick in (visit.starts, visit.ends))
    onset = said.onset(starts, ends)
    return url_for(
        "events.new",
        public_id=visit.public_id,
        kind=sign.kind,
        region=said.regions[0].value if len(said.regions) == 1 else None,
        onset_on=onset.date().isoformat(),
        onset_time=f"{onset:%H:%M}",
    )


def _sentence(state: State) -> str:
    words = {
        State.EXPECTED: gettext("As expected: it settles within three days."),
        State.WATCH: gettext("To be watched: the pain has risen, and is asked again at 48 hours."),
        State.FLARE: gettext("A flare: widen the next gap and needle less."),
        State.UNEXPECTED: gettext("Unexpected: act now, and record it as an adverse event."),
    }
    return str(words[state])


def _wider(unit: Unit, found: Writing, plan: str | None) -> dict[str, str] | None:
    """The preview of the rest of the course with the wider gap (rule 29: once and a half the least)."""
    if plan is None or found.visit.plan_id is None or not actor().may("visit.move"):
        return None
    rows = reads.sessions(unit.connection, found.visit.plan_id)
    own = next((row.ordinal for row in rows if row.id == found.visit.session_id), 0)
    after = next((row for row in rows if row.ordinal == own + 1 and row.gap_min), None)
    if after is None or after.gap_min is None:
        return None
    days = wider_gap(after.gap_min)
    label = gettext("Look at a gap of at least %(days)s days…", days=days)
    return {"href": url_for("replan.page", plan=plan, gap_after=days), "label": str(label)}
