"""vdirsyncer, which copies a subscribed calendar to files, and khal, which lists what is in them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.clients.running import needs, run

SYNCER = """\
[general]
status_path = "{home}/status"

{pairs}
"""
PAIR = """\
[pair {name}]
a = "{name}_here"
b = "{name}_there"
collections = null

[storage {name}_here]
type = "filesystem"
path = "{home}/{name}"
fileext = ".ics"

[storage {name}_there]
type = "http"
url = "{address}"
"""
LISTER = """\
[calendars]
[[theirs]]
path = {home}/{name}
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
[sqlite]
path = {home}/{name}.db
"""
SHOWN = "\x1f".join(("{start-long-full}", "{end-long-full}", "{title}", "{status}")) + "\x1e"
SPELL = ("2026-09-01", "400d")
LISTED = ("list", "--once", "--day-format", "", "--format", SHOWN, *SPELL)


class Entry(NamedTuple):
    """What khal shows. vdirsyncer gives what comes over HTTP a UID of its own making."""

    start: datetime
    end: datetime
    title: str
    status: str


class Khal:
    """A home that subscribes to those addresses."""

    def __init__(self, home: Path, addresses: Sequence[str]) -> None:
        needs("vdirsyncer", "khal")
        self._home, self._names = home, [f"feed{number}" for number in range(len(addresses))]
        named = zip(self._names, addresses, strict=True)
        pairs = "\n".join(PAIR.format(name=name, address=address, home=home) for name, address in named)
        self._config = home / "vdirsyncer"
        self._config.write_text(SYNCER.format(home=home, pairs=pairs))
        for name in self._names:
            (home / name).mkdir()
        self._syncs("discover")

    def _syncs(self, *words: str) -> str:
        return run(
            self._home, ["sh", "-c", f"vdirsyncer -c {self._config} -v DEBUG {' '.join(words)} 2>&1"], seconds=200
        )

    @property
    def version(self) -> str:
        told = run(self._home, ["sh", "-c", "vdirsyncer --version; khal --version"])
        return told.replace(", version", "").strip().replace("\n", ", ")

    def sync(self) -> int:
        """Fetches everything; how many entries were copied, changed or deleted."""
        return len(re.findall(r"(?m)^(?:Copying|Deleting|Updating) ", self._syncs("sync")))

    @property
    def files(self) -> dict[str, tuple[int, bytes]]:
        """Every copied entry: when it was written, in nanoseconds, and what is in it."""
        found = (path for name in self._names for path in sorted((self._home / name).glob("*.ics")))
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in found}

    def lists(self) -> list[list[Entry]]:
        """What khal shows of each calendar."""
        return [self._listed(name) for name in self._names]

    def _listed(self, name: str) -> list[Entry]:
        config = self._home / f"{name}.khal"
        config.write_text(LISTER.format(home=self._home, name=name))
        told = run(self._home, ["khal", "-c", str(config), *LISTED])
        found = (one.strip("\n").split("\x1f") for one in told.split("\x1e"))
        return sorted(
            Entry(_instant(fields[0]), _instant(fields[1]), fields[2], fields[3].strip())
            for fields in found
            if len(fields) > 1
        )


def _instant(shown: str) -> datetime:
    return datetime.fromisoformat(shown).replace(tzinfo=UTC)
