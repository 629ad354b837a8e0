"""What the fields of a record are called, and what can be chosen in them."""

from collections.abc import Sequence

from flask_babel import gettext

from clinic.content.labels import label
from clinic.content.muscles import MUSCLES
from clinic.domain.practice.modality import Modality

Options = list[tuple[str, str]]


def fields() -> dict[str, str]:
    """What each field is called, in the order of the page."""
    return {
        "pain_before": gettext("Pain before"),
        "pain_during": gettext("Pain during needling"),
        "pain_after": gettext("Pain after"),
        "soreness": gettext("Soreness where the needles were"),
        "gauge": gettext("Gauge in mm"),
        "length": gettext("Length in mm"),
        "needles_in": gettext("Needles in"),
        "needles_out": gettext("Needles out"),
        "needles_again": gettext("Out, counted again"),
        "stimulation": gettext("Stimulation"),
        "tolerance": gettext("Tolerance"),
        "drowsy": gettext("Drowsy"),
        "fainted": gettext("Fainted"),
        "no_driving": gettext("Advised not to drive, and observed"),
        "manual": gettext("Manual techniques"),
        "exercises": gettext("Exercises"),
        "went": gettext("How the exercises went"),
        "told": gettext("Went through the notes for after the visit"),
        "advice": gettext("Other advice"),
        "next_step": gettext("Next step"),
        "note": gettext("Note"),
    }


def columns() -> dict[str, str]:
    """What the fields of a site and of a part are called."""
    return {
        "region": gettext("Region"),
        "side": gettext("Side"),
        "muscle": gettext("Muscle"),
        "depth": gettext("Depth"),
        "technique": gettext("Technique"),
        "twitch": gettext("Twitch"),
        "gauge": gettext("Gauge in mm"),
        "length": gettext("Length in mm"),
        "spot": gettext("Place on the drawing"),
        "fate": gettext("What became of it"),
        "instead": gettext("Replaced by"),
        "reason": gettext("Why"),
    }


def choices() -> dict[str, Options]:
    """What can be chosen, none first."""
    return {
        "depth": [("", gettext("Depth")), ("superficial", gettext("superficial")), ("deep", gettext("deep"))],
        "technique": [
            ("", gettext("Technique")),
            ("in-place", gettext("left in place")),
            ("pistoning", gettext("pistoning")),
            ("winding", gettext("winding")),
            ("fanning", gettext("fanning")),
        ],
        "twitch": [("", gettext("Twitch")), ("yes", gettext("twitch")), ("no", gettext("no twitch"))],
        "stimulation": [
            ("", gettext("Not stated")),
            ("none", gettext("none")),
            ("manual", gettext("by hand")),
            ("electrical", gettext("electrical")),
        ],
        "tolerance": [
            ("", gettext("Not stated")),
            ("good", gettext("good")),
            ("fair", gettext("fair")),
            ("poor", gettext("poor")),
            ("stopped", gettext("stopped by the patient")),
        ],
        "fate": [
            ("done", gettext("Done")),
            ("dropped", gettext("Dropped")),
            ("swapped", gettext("Replaced by")),
        ],
    }


def instead(but: Modality) -> Options:
    """What can be done in the place of something."""
    return [("", gettext("Choose one")), *((one.value, gettext(label(one))) for one in Modality if one is not but)]


def muscles(regions: Sequence[str]) -> list[tuple[str, Options]]:
    """Muscles by region, those of these regions first; a value is "shoulder|infraspinatus"."""
    order = dict.fromkeys([*regions, *MUSCLES])
    return [(gettext(label(one)), [(f"{one}|{name}", name) for name in MUSCLES[one]]) for one in order]


def named(name: str, value: str) -> str:
    """A chosen value in words."""
    return dict(choices()[name]).get(value, value)


def joined(words: Sequence[str]) -> str:
    """Those that say something, with commas."""
    return ", ".join(word for word in words if word)
