"""Evolution Data Server, which GNOME's and Evolution's calendars are faces of, on a session bus of its own."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.clients.running import missing, needs, run
from tests.unit.calendars.readers import Seen

INSIDE = Path(__file__).with_name("evolution_inside.py")
PYTHON = "/usr/bin/python3"
FACTORY = "/usr/libexec/evolution-calendar-factory"


def _asked(home: Path, **what: Any) -> Any:
    needs("dbus-run-session", PYTHON, FACTORY)
    bound = "import gi; gi.require_version('ECal', '2.0')"
    if "ok" not in run(home, ["sh", "-c", f'{PYTHON} -c "{bound}" && echo ok; true']):
        missing("the Python binding of Evolution Data Server (gir1.2-ecal-2.0, python3-gi)")
    return json.loads(run(home, ["dbus-run-session", "--", PYTHON, str(INSIDE)], said=json.dumps(what), seconds=300))


def version(home: Path) -> str:
    return str(_asked(home)["version"])


def lived(home: Path, steps: Sequence[tuple[str, bytes]]) -> list[list[tuple[Seen, int, list[str]]]]:
    """What its calendar holds after each (method, document): the entry, its sequence and what its people answered."""
    told = _asked(home, life=[(method, document.decode()) for method, document in steps])
    return [[(_seen(entry), entry[5], entry[6]) for entry in after] for after in told["life"]]


def subscribed(home: Path, addresses: Sequence[str]) -> list[list[Seen]]:
    """What it sees in each calendar that it subscribes to."""
    return [sorted(map(_seen, feed)) for feed in _asked(home, feeds=list(addresses))["feeds"]]


def _seen(entry: Sequence[Any]) -> Seen:
    uid, starts, ends, title, status = entry[:5]
    return Seen(uid, datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(ends, UTC), title, status)
