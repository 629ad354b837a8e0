"""What a patient is told to expect before the first needling, each sentence with what it rests on."""

from typing import Final

from clinic.content.marker import N_
from clinic.domain.practice.evidence import Confidence, Evidence

VERSION: Final = 1
"""Raised with every change of a sentence: what was said is kept with its version."""

TENDON_RULE: Final = N_(
    "For a tendon: pain of up to 3 of 10 is safe, 4 to 5 is acceptable, above 5 stop. Worse the next day: do less."
)
TENDON_SOURCE: Final = Evidence(
    ("tendon",), "Silbernagel's pain rule for tendons, read in a summary (bim.physio)", Confidence.CLINIC_PAGE
)

SENTENCES: Final[tuple[tuple[str, Evidence], ...]] = (
    (
        N_("Relief is possible but not certain, and it is usually short-term."),
        Evidence(("benefit",), "Gattie, J Orthop Sports Phys Ther 2017;47:133 (review)", Confidence.SYSTEMATIC_REVIEW),
    ),
    (
        N_("How many visits are needed differs from person to person. We look together at whether it helps."),
        Evidence(("visits",), "Configurable default: no source found.", Confidence.DEFAULT),
    ),
    (
        N_("An ache like after exercise is common and usually gone within 3 days."),
        Evidence(("soreness",), "Sante Diciolla, J Clin Med 2021;10:5527", Confidence.TRIAL),
    ),
    (
        N_("The needles are one part of the treatment: what you do at home belongs to it."),
        Evidence(("home",), "Configurable default: no source found.", Confidence.DEFAULT),
    ),
)
