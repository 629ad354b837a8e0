"""Who mails come from and go to."""

from dataclasses import dataclass

from clinic.domain.addresses import deliverable
from clinic.domain.limits import PARAGRAPH, text
from clinic.domain.messages.text import line


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name as shown, which may be empty, and a deliverable address."""

    name: str
    address: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", text("name", line(self.name), PARAGRAPH))
        object.__setattr__(self, "address", deliverable(self.address))
