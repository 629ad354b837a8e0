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


# The same in German, Spanish and French; a letter is held to every language, since a practice's name may be in any.
NEVER_ELSEWHERE: Final = (
    r"milchsäure\w*|laktat|giftstoffe?\w*|entgift\w*|schlacken|kopfschmerz\w*|migräne\w*|arthrose\w*|bandscheiben\w*",
    r"schlaganf\w*|spastik\w*|ischias|gerinnungshemm\w*|blutverdünn\w*|bluterg[uü]\w*|hämatom\w*|geburtsdat\w*",
    r"ácido láctico|lactato|toxinas?|desintoxic\w*|cefaleas?|dolor de cabeza|migrañas?|artrosis|artritis|tendinitis",
    r"ictus|espastic\w*|ciática|hernias?|anticoagulantes?|neumotórax|hematomas?|fecha de nacimiento",
    r"acide lactique|toxines?|désintox\w*|céphalées?|mal de tête|maux de tête|arthrite|tendinites?|sciatique",
    r"avc|spasticité|hernies?|pneumothorax|hématomes?|date de naissance",
)
NAMING_ELSEWHERE: Final = (
    r"nadeln?|nadelung\w*|nadelstich\w*|nadelbehandl\w*|akupunkt\w*|triggerpunkt\w*|elektro\w*|strom",
    r"manuelle therapie|manualtherap\w*|massagen?|übung\w*|krankengymnast\w*|physio\w*|muskel\w*|muskulatur|training",
    r"kopf\w*|kiefer(?:gelenk\w*)?|nacken\w*|hals|schulter\w*|brust\w*|rippen?|lungen?|wirbel\w*|rücken\w*|bauch\w*",
    r"becken\w*|leisten?|hüft\w*|arme?n?|ell(?:en)?bogen\w*|unterarm\w*|handgelenk\w*|hände?n?|finger\w*|gesäß\w*",
    r"oberschenkel\w*|knie|kniegelenk\w*|waden?|beine?n?|knöchel|sprunggelenk\w*|fuß\w*|füße\w*|fersen?\w*",
    r"agujas?|punción\w*|acupuntura|puntos gatillo|electro\w*|corriente|terapia manual|masajes?|ejercicios?|fisio\w*",
    r"múscul\w*|entrenamiento|cabezas?|mandíbula|cuello|nuca|hombros?|pecho|costillas?|pulm\w*|columna|espalda|lumbar\w*",
    r"abdomen|vientre|pelvis|ingle|caderas?|brazos?|codos?|antebrazos?|muñecas?|manos?|dedos?|glúte\w*|muslos?|rodillas?",
    r"pantorrillas?|piernas?|tobillos?|pies?|tal[oó]n(?:es)?",
    r"aiguilles?|puncture|poncture|points? gâchettes?|électr\w*|courant électrique|thérapie manuelle|exercices?",
    r"kiné\w*|entraînement|têtes?|mâchoire|cou|nuque|épaules?|poitrine|côtes?|poumons?|colonne|lombaires?|ventre|bassin",
    r"(?:le|du|au|votre|mal de) dos|aine|hanches?|bras|coudes?|avant-bras|poignets?|(?<!\bam )mains?|doigts?|fess\w*",
    r"cuisses?|genoux?|mollets?|jambes?|chevilles?|pieds?|talons?",
)


def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(terms)})\b", re.IGNORECASE)


_EVER = NEVER + NEVER_ELSEWHERE
_NEVER, _NEUTRAL = _pattern(_EVER), _pattern(_EVER + NAMING + NAMING_ELSEWHERE)


def banned_terms(text: str, level: int) -> tuple[str, ...]:
    """The terms in it that may not go out at that level of disclosure: in order, in lower case, each once."""
    pattern = _NEVER if level >= Disclosure.AFTERCARE else _NEUTRAL
    return tuple(dict.fromkeys(found.group().lower() for found in pattern.finditer(text)))
