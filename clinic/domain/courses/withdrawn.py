"""What leads back from an act on a plan: changes that `apply` writes when it is undone."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A plan that should not have been opened ends before anything of it took place."""

    permission: ClassVar[str] = "plan.write"
    plan_id: int
    plan_version: int
    patient_id: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A session keeps no longer gap than its phase says, as before somebody asked for one. The plan is as it was at
    version `as_of`."""

    permission: ClassVar[str] = "visit.move"
    plan_id: int
    plan_version: int
    session_id: int
    as_of: int
