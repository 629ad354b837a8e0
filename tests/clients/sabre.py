"""sabre/vobject, which Nextcloud, ownCloud and Baïkal read calendars with: the distribution's, or the one whose
autoloader CLINIC_SABRE names."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.clients.running import missing, needs, run
from tests.unit.calendars.readers import Seen

INSIDE = Path(__file__).with_name("sabre.php")
AUTOLOAD = "/usr/share/php/Sabre/VObject/autoload.php"


class Told(NamedTuple):
    """What it finds wrong in a document, and what it sees in it."""

    wrong: list[str]
    seen: list[Seen]


def read(home: Path, documents: Sequence[bytes]) -> tuple[str, list[Told]]:
    """Its version, and each document as it reads it."""
    needs("php")
    autoload = os.environ.get("CLINIC_SABRE", AUTOLOAD)
    if not Path(autoload).is_file():
        missing("sabre/vobject (php-sabre-vobject)")
    asked = json.dumps([document.decode() for document in documents])
    version, told = json.loads(run(home, ["php", str(INSIDE), autoload], said=asked))
    return version, [Told(wrong, sorted(_seen(*one) for one in events)) for wrong, events in told]


def _seen(uid: str, starts: int, ends: int, title: str, status: str) -> Seen:
    return Seen(uid, datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(ends, UTC), title, status)
