"""What speaks against starting a visit's needling, in the world as it is."""

from clinic.db.care import consents, screening
from clinic.db.unit import Unit
from clinic.domain.care.findings import Finding
from clinic.domain.visits.asking import asked_on
from clinic.domain.visits.visit import Visit
from clinic.services.apply.world import as_it_is, world_of


def unready(unit: Unit, visit: Visit) -> list[Finding]:
    """Nothing for a visit without needling."""
    if not visit.needles:
        return []
    subject = as_it_is(visit)
    world = world_of(unit, visit.patient_id, (), (subject,))
    today = screening.on_day(unit.connection, visit.patient_id, world.cared.known.screening, asked_on(visit))
    return list(world.starting(subject, today, consents.of_patient(unit.connection, visit.patient_id)))
