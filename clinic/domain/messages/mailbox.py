"""Who mails come from and go to."""

from dataclasses import dataclass

from clinic.domain.addresses import deliverable
from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line

__all__ = ["Mailbox", "deliverable"]

NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name as shown, which may be empty, and a deliverable address."""

    name: str
    address: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name))
        object.__setattr__(self, "address", deliverable(self.address))
        if len(self.name) > NAME_LIMIT:
            raise Invalid("name_too_long", field="name", limit=NAME_LIMIT)
