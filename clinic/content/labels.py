"""What ids are called in front of people."""

from typing import Final

from clinic.content.marker import N_

LABELS: Final[dict[str, str]] = {
    # regions
    "head": N_("Head"),
    "jaw": N_("Jaw"),
    "neck": N_("Neck"),
    "neck-base": N_("Base of the neck"),
    "shoulder": N_("Shoulder"),
    "shoulder-girdle": N_("Shoulder girdle"),
    "interscapular": N_("Between the shoulder blades"),
    "thorax": N_("Thorax"),
    "upper-arm": N_("Upper arm"),
    "elbow": N_("Elbow"),
    "forearm": N_("Forearm"),
    "hand": N_("Hand"),
    "abdomen": N_("Abdomen"),
    "lumbar": N_("Low back"),
    "pelvis-hip": N_("Pelvis and hip"),
    "gluteal": N_("Gluteal region"),
    "thigh": N_("Thigh"),
    "knee": N_("Knee"),
    "calf": N_("Calf"),
    "foot": N_("Foot"),
    # sides
    "left": N_("left"),
    "right": N_("right"),
    "both": N_("both sides"),
    "midline": N_("midline"),
    # modalities and skills
    "assessment": N_("Assessment"),
    "dry-needling": N_("Dry needling"),
    "electrical-needling": N_("Electrical needling"),
    "manual-therapy": N_("Manual therapy"),
    "exercise": N_("Exercise"),
    "education": N_("Advice"),
    "review": N_("Review"),
    "remote-review": N_("Review by phone or video"),
    # conditions and limbs
    "diabetes": N_("diabetes"),
    "vascular": N_("disease of the vessels"),
    "epilepsy": N_("epilepsy"),
    "frailty": N_("frailty"),
    "left-arm": N_("Left arm"),
    "right-arm": N_("Right arm"),
    "left-leg": N_("Left leg"),
    "right-leg": N_("Right leg"),
    "none": N_("No"),
    "steady": N_("Yes, and it is steady"),
    "severe": N_("Yes, and it is severe or not under control"),
    # who signs, and how
    "patient": N_("Patient"),
    "guardian": N_("Guardian"),
    "proxy": N_("Proxy"),
    "screen": N_("on the screen"),
    "paper": N_("on paper"),
    # rules
    "block": N_("Forbids"),
    "override": N_("Asks for a reason"),
    "warn": N_("Warns"),
    "plan": N_("when planning"),
    "book": N_("when booking"),
    "start": N_("before needling"),
    "close": N_("when closing"),
    "send": N_("before sending"),
    # what a source is
    "G": N_("guideline or regulator"),
    "L": N_("law"),
    "R": N_("trial"),
    "V": N_("review of studies"),
    "O": N_("observation or case report"),
    "C": N_("clinic or training page"),
    "D": N_("configurable default"),
    # weekdays
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}


def label(name: str) -> str:
    """The English words for an id, to be translated where they are shown; an unknown id as it is."""
    return LABELS.get(name, name)
