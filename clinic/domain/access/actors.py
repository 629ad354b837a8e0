"""Who acts: an account, a patient behind a link, or the system itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from clinic.domain.access.permissions import PERMISSIONS
from clinic.domain.errors import Forbidden

Places = frozenset[int] | None
"""Locations by key; None is every one, those to come included."""

ACCOUNT: Final = "account:"
LINK: Final = "link:"
SYSTEM: Final = "system:"
"""What the name of an actor begins with."""


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is what the audit trail keeps (`account:k3…`, `system:cli`); `request_id` ties it to the logs. `bound`:
    where a permission holds that holds at some locations alone; any other holds everywhere."""

    name: str
    permissions: frozenset[str]
    request_id: str = "-"
    bound: Mapping[str, frozenset[int]] = field(default_factory=dict, hash=False)

    @property
    def account(self) -> str | None:
        """The public id of the account that acts; None for a patient behind a link and for the system."""
        return self.name.removeprefix(ACCOUNT) if self.name.startswith(ACCOUNT) else None

    def may(self, permission: str) -> bool:
        """Whether the actor's roles grant it, somewhere at least."""
        return permission in self.permissions

    def where(self, permission: str) -> Places:
        """Where it holds; nowhere unless granted."""
        return self.bound.get(permission) if self.may(permission) else frozenset()

    def may_at(self, permission: str, places: Collection[int]) -> bool:
        """Whether it holds at all of these."""
        where = self.where(permission)
        return where is None or (self.may(permission) and where.issuperset(places))

    def at(self, places: Collection[int]) -> "Actor":
        """The same with what he may do at all of these."""
        return replace(self, permissions=frozenset(one for one in self.permissions if self.may_at(one, places)))

    def require(self, permission: str) -> None:
        """Raise Forbidden unless granted, somewhere at least."""
        if not self.may(permission):
            raise Forbidden(permission)


def of_account(public_id: str) -> str:
    """The name of an account as an actor."""
    return f"{ACCOUNT}{public_id}"


def of_link(patient: str) -> str:
    """The name of a patient, by public id, who acts through a link of his."""
    return f"{LINK}{patient}"


def system(part: str) -> Actor:
    """The software itself (`cli`, `worker`, `demo`), run by somebody who has the database's keys anyway."""
    return Actor(f"{SYSTEM}{part}", PERMISSIONS)
