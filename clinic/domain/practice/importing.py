"""What an import did, or would do."""

from dataclasses import dataclass

from clinic.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was not taken: its line (from 1; in a Bundle its entry), and why."""

    line: int
    faults: tuple[Invalid, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How many things are new, changed and as before; `stranded` are the public ids of future visits that can no
    longer be given as they stand."""

    new: int
    changed: int
    unchanged: int
    refused: tuple[Refusal, ...] = ()
    stranded: tuple[str, ...] = ()
