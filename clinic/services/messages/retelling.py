"""Telling everybody anew: letters are owed some patients at a time, so that no transaction is long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from clinic.db.messages import jobs, obligations
from clinic.db.patients import records
from clinic.db.unit import Unit
from clinic.domain.time import tick_floor
from clinic.services.apply.owed import RETELL, owe_anew

BATCH: Final = 50


def retell(unit: Unit, payload: Mapping[str, Any], now: datetime) -> None:
    """Owe the next patients their letters, and plan the rest. Whoever sees nothing of what changed is not written to:
    his letters are dropped when they are due."""
    after, key = payload["after"], payload["key"]
    places = {int(location_id): address for location_id, address in payload["places"].items()}
    patients = obligations.awaited(unit.connection, tick_floor(now), after=after, most=BATCH)
    unit.hold(records.resources(unit.connection, patients))
    for patient_id in patients:
        owe_anew(unit, patient_id, places=places, now=now)
    if len(patients) == BATCH:
        last = patients[-1]
        jobs.put(unit.connection, RETELL, f"{RETELL}:{key}:{last}", now, {**payload, "after": last})
