"""Consent to needling: given, and taken back at any time."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.care import consents
from clinic.db.patients import records, relatives
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.care.consents import Capacity, NewConsent
from clinic.domain.errors import Invalid, Stale
from clinic.domain.limits import LINE, line
from clinic.services.apply.opening import opening
from clinic.services.apply.saying import agree
from clinic.services.apply.saying import withdraw as take_back
from clinic.services.care.held import AGREED, clear, hold, hold_patient


@retrying
def give(
    begin: Begin, patient: str, given: NewConsent, *, actor: Actor, once: Once | None = None, now: datetime
) -> None:
    """Keep a consent as it was signed; needling that waited for it alone waits no longer.

    Raises NotFound, Invalid(proxy_unknown: of somebody who signs for the patient it is not on record that he may).
    """
    with opening(begin, partial(hold_patient, public_id=patient), once=once, now=now) as opened:
        if opened.done is None:
            patient_id = records.record(opened.unit.connection, patient).id
            _may_sign(opened.unit, patient_id, given)
            agree(opened.unit, patient_id, given, actor=actor, now=now)
            clear(opened.unit, patient_id, now=now)
            opened.keep(patient)


def _may_sign(unit: Unit, patient_id: int, given: NewConsent) -> None:
    acting = {_plain(one.name) for one in relatives.of_patient(unit.connection, patient_id) if one.acts}
    if given.capacity is not Capacity.PATIENT and _plain(given.given_by) not in acting:
        raise Invalid("proxy_unknown", field="given_by")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


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
    with opening(begin, partial(hold_patient, public_id=patient), once=once, now=now) as opened:
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
