"""What the safety gate asks about one patient, in one statement: facts of different kinds as rows of one shape."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from clinic.db.care.documents import answers_from
from clinic.db.tables.care import rule_setting, screening
from clinic.db.tables.courses import component, outside_treatment, plan, plan_session
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, staff
from clinic.db.tables.records import adverse_event, measure, record, response
from clinic.db.tables.visits import appointment, override
from clinic.db.types import Document, Instant
from clinic.domain.care.events import RED_FLAGS
from clinic.domain.care.findings import Level
from clinic.domain.care.measures import Taken
from clinic.domain.care.proposed import Needling
from clinic.domain.care.response import Told
from clinic.domain.care.screening import Screening
from clinic.domain.errors import NotFound
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import NEEDLING, Modality


@dataclass(slots=True)
class Gathered:
    """A patient as the rules see him: who he is, what he said, what was done to him and what came of it.

    `covered` are the overrides: plan, visit, rule, and the version of what it rested on. `told` is by visit, `before`
    the pain before it; `planned` the ways of needling in each plan, `taken` its measures. `laws` are those of the
    locations that were asked for, `assistants` are among the people.
    """

    deceased: bool = False
    restricted: bool = False
    born_on: date | None = None
    red_flag: bool = False
    screening: Screening | None = None
    outside: list[Needling] = field(default_factory=list)
    levels: dict[int, Level] = field(default_factory=dict)
    covered: set[tuple[int | None, int | None, int, int]] = field(default_factory=set)
    told: dict[int, list[Told]] = field(default_factory=dict)
    before: dict[int, int | None] = field(default_factory=dict)
    planned: dict[int, set[Modality]] = field(default_factory=dict)
    taken: dict[int, list[Taken]] = field(default_factory=dict)
    laws: dict[int, str] = field(default_factory=dict)
    assistants: set[int] = field(default_factory=set)


_TYPES: Mapping[str, Any] = {
    **dict.fromkeys("abcd", Integer),
    "day": Date,
    "at": Instant,
    "words": String,
    "more": String,
    "body": Document,
}


def _rows(kind: str, /, **values: ColumnElement[Any]) -> Select[Any]:
    """A select of the one shape; what a kind has no use for is null."""
    shape = [
        (type_coerce(values[name], type_) if name in values else cast(null(), type_)).label(name)
        for name, type_ in _TYPES.items()
    ]
    return select(literal(kind, String).label("kind"), *shape)


HIS: Final = bindparam("patient", type_=Integer)


def _about() -> list[Select[Any]]:
    """Who he is, and what he said."""
    p, o, s, v = patient.c, outside_treatment.c, screening.c, override.c
    later = screening.alias("later")
    newer = exists().where(later.c.patient_id == s.patient_id, later.c.version > s.version)
    return [
        _rows(
            "patient", a=cast(p.deceased, Integer), b=cast(p.restricted_at.is_not(None), Integer), day=p.birth_on
        ).where(p.id == HIS),
        _rows("outside", a=o.id, day=o.on_day, words=o.region, more=o.side).where(o.patient_id == HIS),
        _rows("screening", a=s.id, b=s.version, c=s.questions, at=s.answered_at, body=s.answers).where(
            s.patient_id == HIS, ~newer
        ),
        _rows("aside", a=v.plan_id, b=v.appointment_id, c=v.rule, d=v.answers).where(v.patient_id == HIS),
        _rows("level", a=rule_setting.c.rule, words=rule_setting.c.level),
    ]


def _course() -> list[Select[Any]]:
    """What was planned for him, what came of it, and how it was measured."""
    r, m, c = response.c, measure.c, component.c
    visits = select(appointment.c.id).where(appointment.c.patient_id == HIS)
    plans = select(plan.c.id).where(plan.c.patient_id == HIS)
    needling = c.modality.in_([each.value for each in NEEDLING])
    return [
        _rows("told", a=r.appointment_id, b=r.hours, c=r.pain, d=r.soreness, body=r.signs).where(
            r.appointment_id.in_(visits)
        ),
        _rows("before", a=record.c.appointment_id, body=record.c.draft).where(
            record.c.patient_id == HIS, exists().where(r.appointment_id == record.c.appointment_id)
        ),
        _rows("planned", a=plan_session.c.plan_id, words=c.modality)
        .select_from(plan_session.join(component, c.session_id == plan_session.c.id))
        .where(plan_session.c.plan_id.in_(plans), needling)
        .distinct(),
        _rows("measure", a=m.plan_id, b=m.tenths, day=m.on_day, words=m.name).where(m.plan_id.in_(plans)),
        _rows("flag", a=adverse_event.c.id).where(adverse_event.c.patient_id == HIS, _open()),
        _rows("sign", a=r.id).where(r.appointment_id.in_(visits), _signs(), ~_cleared()),
    ]


def _open() -> ColumnElement[bool]:
    return and_(adverse_event.c.status == "open", adverse_event.c.kind.in_([kind.value for kind in RED_FLAGS]))


def _signs() -> ColumnElement[bool]:
    return cast(response.c.signs, String) != "[]"


def _cleared() -> ColumnElement[bool]:
    """An alarm of the same visit was closed after they were told."""
    e = adverse_event.c
    of_visit = and_(e.appointment_id == response.c.appointment_id, e.alarm)
    return exists().where(of_visit, e.status == "closed", e.closed_at >= response.c.told_at)


def _around() -> list[Select[Any]]:
    """Whose law counts, and who is no therapist."""
    there: BindParameter[int] = bindparam("locations", expanding=True)
    those: BindParameter[int] = bindparam("people", expanding=True)
    return [
        _rows("law", a=location.c.id, words=location.c.jurisdiction).where(location.c.id.in_(there)),
        _rows("assistant", a=staff.c.id).where(staff.c.id.in_(those), staff.c.kind == "assistant"),
    ]


@cache
def _query() -> CompoundSelect[Any]:
    """Built once: putting it together takes longer than running it."""
    return union_all(*_about(), *_course(), *_around())


def gathered(
    connection: Connection, patient_id: int, locations: Collection[int] = (), people: Collection[int] = ()
) -> Gathered:
    """All of it. One statement. Raises NotFound."""
    found, known = Gathered(), False
    given = {"patient": patient_id, "locations": sorted(locations), "people": sorted(people)}
    for row in sorted(connection.execute(_query(), given), key=lambda row: (row.kind, row.a or 0, row.b or 0)):
        known = known or row.kind == "patient"
        _READ[row.kind](found, row)
    if not known:
        raise NotFound("patient")
    return found


def _patient(found: Gathered, row: Row[Any]) -> None:
    found.deceased, found.restricted, found.born_on = bool(row.a), bool(row.b), row.day


def _outside(found: Gathered, row: Row[Any]) -> None:
    found.outside.append(Needling((Target(Region(row.words), Side(row.more)),), row.day))


def _screening(found: Gathered, row: Row[Any]) -> None:
    found.screening = Screening(row.a, row.b, answers_from(row.body), row.at, row.c)


def _told(found: Gathered, row: Row[Any]) -> None:
    found.told.setdefault(row.a, []).append(Told(row.b, row.c, row.d, tuple(row.body)))


def _flag(found: Gathered, _row: Row[Any]) -> None:
    found.red_flag = True


_READ: Mapping[str, Callable[[Gathered, Row[Any]], object]] = {
    "patient": _patient,
    "outside": _outside,
    "screening": _screening,
    "aside": lambda found, row: found.covered.add((row.a, row.b, row.c, row.d)),
    "level": lambda found, row: found.levels.update({row.a: Level(row.words)}),
    "told": _told,
    "before": lambda found, row: found.before.update({row.a: row.body.get("pain_before")}),
    "planned": lambda found, row: found.planned.setdefault(row.a, set()).add(Modality(row.words)),
    "measure": lambda found, row: found.taken.setdefault(row.a, []).append(Taken(row.words, row.b, row.day)),
    "flag": _flag,
    "sign": _flag,
    "law": lambda found, row: found.laws.update({row.a: row.words}),
    "assistant": lambda found, row: found.assistants.add(row.a),
}
