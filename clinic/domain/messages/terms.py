"""Words that may not go out (rule 39): some never, some only to those who asked for the full text."""

import re
from typing import Final

from clinic.domain.messages.notes import Disclosure

# Claims without a source, diagnoses, measures, medicines and incidents: in no entry or message, at any level.
NEVER: Final = (
    r"lactic acids?|lactate|toxins?|toxic|detox\w*|flush\w* out",
    r"diagnos\w*|headaches?|migraines?|\w*arthrit\w*|\w*arthros\w*|fasciit\w*|tendin\w*|epicondyl\w*|sciatica",
    r"spastic\w*|strokes?|hernia\w*|impingement|patellofemoral|myofascial|temporomandibular|TMD",
    r"NPRS|VAS|NDI|ODI|LEFS|QuickDASH|PSFS|GROC|\d+ ?/ ?10",
    r"anticoagul\w*|antiplatelet\w*|warfarin|heparin|ibuprofen|diclofenac|paracetamol|acetaminophen|opioids?",
    r"pneumothora\w*|haematomas?|hematomas?|adverse events?|date of birth|birth ?date",
)
# Technique and region: only at the full level.
NAMING: Final = (
    r"(?:(?:dry|electrical)[ -])?needl\w*|acupunct\w*|trigger points?|electro\w*|electrical",
    r"manual therapy|manipulat\w*|massages?|exercises?|physiotherap\w*|physical therap\w*|punctures?",
    r"heads?|jaws?|necks?|nape|shoulders?|scapula\w*|interscapular|thora\w*|chest|ribs?|lungs?|spin(?:e|al)",
    r"(?:upper|lower|low|mid)[ -]?back|backache|back pain|your back|lumbar|abdom\w*|belly|pelvi\w*|groin|hips?",
    r"arms?|elbows?|forearms?|wrists?|hands?|fingers?|glut\w*|buttocks?|thighs?|knees?|calf|calves|legs?|limbs?",
    r"ankles?|foot|feet|heels?|plantar|muscles?|trapezius|rhomboids?|temporalis|masseter",
)


def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(terms)})\b", re.IGNORECASE)


_NEVER, _NEUTRAL = _pattern(NEVER), _pattern(NEVER + NAMING)


def banned_terms(text: str, level: int) -> tuple[str, ...]:
    """The terms in it that may not go out at that level of disclosure: in order, in lower case, each once."""
    pattern = _NEVER if level >= Disclosure.AFTERCARE else _NEUTRAL
    return tuple(dict.fromkeys(found.group().lower() for found in pattern.finditer(text)))
