"""Consent to needling: given, and taken back at any time."""

from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.care import consents
from clinic.db.patients import records
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.care.consents import NewConsent
from clinic.domain.errors import Stale
from clinic.domain.limits import LINE, line
from clinic.services.apply.opening import opening
from clinic.services.apply.saying import agree
from clinic.services.apply.saying import withdraw as take_back
from clinic.services.care.held import AGREED, hold


@retrying
def give(
    begin: Begin, patient: str, given: NewConsent, *, actor: Actor, once: Once | None = None, now: datetime
) -> None:
    """Keep a consent as it was signed. Raises NotFound."""
    with begin() as unit:
        held = records.resources(unit.connection, [records.record(unit.connection, patient).id])
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is None:
            agree(opened.unit, records.record(opened.unit.connection, patient).id, given, actor=actor, now=now)
            opened.keep(patient)


@retrying
def withdraw(
    begin: Begin,
    patient: str,
    consent: str,
    who: str,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> tuple[str, ...]:
    """Take a consent back; the booked visits whose needling now waits, by public id. `who` took it back.

    Raises NotFound, Stale.
    """
    line("withdrawn_by", who, LINE, required=True)
    with begin() as unit:
        held = records.resources(unit.connection, [records.record(unit.connection, patient).id])
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return ()
        patient_id = records.record(opened.unit.connection, patient).id
        found = consents.of_name(opened.unit.connection, patient_id, consent)
        if found.version != version or not found.stands:
            raise Stale("consent", seen=version, current=found.version)
        take_back(opened.unit, patient_id, found, who.strip(), actor=actor, now=now)
        waiting = hold(opened.unit, patient_id, AGREED, found.public_id, now=now)
        opened.keep(patient)
        return tuple(one.public_id for one in waiting)
