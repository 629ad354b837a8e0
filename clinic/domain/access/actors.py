"""Who acts: an account, a patient behind a link, or the system itself."""

from dataclasses import dataclass

from clinic.domain.access.permissions import PERMISSIONS
from clinic.domain.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is what the audit trail keeps (`account:k3…`, `system:cli`); `request_id` ties it to the logs."""

    name: str
    permissions: frozenset[str]
    request_id: str = "-"

    def may(self, permission: str) -> bool:
        """Whether the actor's roles grant it."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise Forbidden unless granted."""
        if not self.may(permission):
            raise Forbidden(permission)


def system(part: str) -> Actor:
    """The software itself (`cli`, `worker`, `demo`), run by somebody who has the database's keys anyway."""
    return Actor(f"system:{part}", PERMISSIONS)
