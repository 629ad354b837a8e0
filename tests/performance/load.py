"""What planning reads from the database: `python -m tests.performance.load INSTANCE…`, by hand, on a quiet machine.

Each problem of format `course-place/1` is laid into a PostgreSQL; in turns, the load of `clinic bench place --from-db`
(the site and its claims, to the free bitmaps) and psycopg's `fetchall` of the same claims as text. Prints medians in
milliseconds as JSON; the target is a ratio of at most 1.5.
"""

import argparse
import json
import os
from pathlib import Path

import psycopg

from clinic.cli.bench_database import from_database
from clinic.db.unit import Database
from tests.performance.filled import databases, paired

ROUNDS = 101
SAME = """
    SELECT claim.resource_id, claim.starts, claim.ends FROM claim JOIN resource ON resource.id = claim.resource_id
    JOIN segment ON segment.id = claim.segment_id JOIN appointment ON appointment.id = segment.appointment_id
    JOIN location ON location.id = appointment.location_id
    WHERE claim.active AND resource.kind <> 'patient' AND location.name = %s
"""


def measured(database: Database, path: Path) -> dict[str, object]:
    """The medians for one file."""
    load, _ = from_database(path)
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        claims = connection.execute(SAME, [load().id]).fetchall()
        resources, first, last = (
            sorted({row[0] for row in claims}),
            min(r[1] for r in claims),
            max(r[2] for r in claims),
        )
        query = (
            "SELECT resource_id, starts, ends FROM claim"
            " WHERE resource_id = ANY(%s) AND active AND starts < %s AND ends > %s ORDER BY resource_id, starts"
        )
        given = (resources, last, first)
        found = paired({"load": load, "fetchall": lambda: connection.execute(query, given).fetchall()}, rounds=ROUNDS)
    return {"claims": len(claims), **found, "ratio": round(found["load"] / found["fetchall"], 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Time loading beside a plain fetch of the same claims.")
    parser.add_argument("instances", type=Path, nargs="+")
    args = parser.parse_args()
    with databases(["postgresql"]) as opened:
        database = opened["postgresql"]
        address = database.engine.url.render_as_string(hide_password=False)
        os.environ |= {"CLINIC_DATABASE_URL": address, "CLINIC_SECRET_KEY": "k" * 32, "CLINIC_URL": "http://x.test"}
        print(json.dumps({path.stem: measured(database, path) for path in args.instances}, indent=1))


if __name__ == "__main__":
    main()
