"""What adverse events are called, what to do about those that cannot wait, and until when incidents are reported."""

from functools import cache
from typing import Final, NamedTuple

from clinic.content.dated import load_dated
from clinic.content.marker import N_
from clinic.domain.care.events import Deadline, Grade, Kind


class Words(NamedTuple):
    """A kind in words; `todo` is what to do at once, "" where nothing is, and `source` what that rests on."""

    title: str
    todo: str = ""
    source: str = ""


DEFAULT: Final = "Practice default, no evidence"

KINDS: Final[dict[Kind, Words]] = {
    Kind.BRUISE: Words(N_("Bruise")),
    Kind.BLEEDING: Words(N_("Bleeding")),
    Kind.PAIN: Words(N_("Pain beyond what was expected")),
    Kind.DROWSY: Words(N_("Drowsiness")),
    Kind.FAINT: Words(N_("Faint"), N_("Lie flat, stop, observe; no driving."), DEFAULT),
    Kind.HEADACHE: Words(N_("Headache")),
    Kind.NAUSEA: Words(N_("Nausea")),
    Kind.STUCK_NEEDLE: Words(N_("Needle stuck or bent")),
    Kind.RETAINED_NEEDLE: Words(
        N_("Needle that stayed behind"),
        N_("Do not move the part; medical help the same day. The record can be signed."),
        DEFAULT,
    ),
    Kind.BREATHLESS: Words(
        N_("Breathlessness, or chest or shoulder pain that is worse on breathing"),
        N_("Emergency department now; say that needles were used. It may come as late as the next day."),
        "Grusche, westjem.com; Cureus 2021;13:e14207; BN121",
    ),
    Kind.NERVE: Words(
        N_("New weakness or numbness, severe neck pain, sudden nerve pain"),
        N_("Emergency, imaging of the spine; it can look like a stroke."),
        "PMC12354976; Spine 2011;36:E891",
    ),
    Kind.INFECTION: Words(
        N_("Fever, spreading redness or discharge"),
        N_("Medical review the same day, even weeks later."),
        "Ned Tijdschr Geneeskd 2015;160:A9364",
    ),
    Kind.SWELLING: Words(
        N_("Tense swelling of a limb, escalating pain, loss of feeling"),
        N_("Urgent medical review."),
        "structureandfunction.net",
    ),
    Kind.OTHER: Words(N_("Something else")),
}

GRADES: Final[dict[Grade, str]] = {
    Grade.MILD: N_("mild: settles by itself"),
    Grade.MODERATE: N_("moderate: needs something done"),
    Grade.SEVERE: N_("severe: stops what the patient does"),
    Grade.SERIOUS: N_("serious: hospital, lasting harm, danger"),
}


@cache
def deadlines() -> tuple[Deadline, ...]:
    """All that are known; read once."""
    return load_dated("incidents.toml", "deadlines", "days", Deadline)
