"""The screens of set-up, paper and billing by name: where each is, on the practice that is served."""

from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import system
from clinic.services.access import members
from clinic.services.access.passwords import Passwords
from tests.journeys.practice import NOW, Practice

ACTOR = system("looks")
NAMES = (
    *("setup", "setup-practice", "setup-stranded", "setup-location-new", "setup-location", "setup-opening"),
    *("setup-closures", "setup-room-new", "setup-room", "setup-room-closures", "setup-person-new", "setup-person"),
    *("setup-hours", "setup-absences", "setup-credentials", "setup-starts", "accounts", "account", "invited"),
    *("setup-law", "take-over", "sheets", "calls", "billing", "payer"),
)


def invited(practice: Practice) -> tuple[str, str]:
    """The address of an account, and of its invitation."""
    new, given = NewAccount("looks@aire-ouse.example", "Kim Looks", "front desk"), practice.database
    public_id, token = members.invite(given.begin, new, passwords=Passwords(), actor=ACTOR, now=NOW)
    return f"/setup/accounts/{public_id}", f"/invited/{token}"


def addresses(practice: Practice, course: str) -> dict[str, str]:
    """What somebody who is signed in can look at, and the page behind a link."""
    account, invitation = invited(practice)
    return {
        "setup": "/setup",
        "setup-law": "/setup/law",
        "setup-practice": "/setup/practice",
        "setup-stranded": "/setup/stranded",
        "setup-location-new": "/setup/locations/new",
        "setup-location": "/setup/locations/leeds",
        "setup-opening": "/setup/locations/leeds/hours",
        "setup-closures": "/setup/locations/leeds/closures",
        "setup-room-new": "/setup/locations/leeds/rooms/new",
        "setup-room": "/setup/rooms/leeds-gym",
        "setup-room-closures": "/setup/rooms/leeds-gym/closures",
        "setup-person-new": "/setup/people/new",
        "setup-person": "/setup/people/hale",
        "setup-hours": "/setup/people/hale/hours",
        "setup-absences": "/setup/people/okafor/absences",
        "setup-credentials": "/setup/people/hale/credentials",
        "setup-starts": "/setup/people/hale/starts",
        "accounts": "/setup/accounts",
        "account": account,
        "invited": invitation,
        "take-over": "/setup/patients",
        "sheets": "/day/2026-11-24/sheets",
        "calls": "/calls?on=2026-11-24&all=1",
        "billing": "/billing?first=2026-11-01&until=2026-11-30",
        "payer": f"{course}/payer",
    }
