"""Muscles to choose from, by region, under the names that anatomists use; any other may be typed."""

from collections.abc import Iterable
from typing import Final

from clinic.domain.practice.body import Target

MUSCLES: Final[dict[str, tuple[str, ...]]] = {
    "head": ("frontalis", "occipitalis", "temporalis"),
    "jaw": ("masseter", "medial pterygoid", "lateral pterygoid", "digastric"),
    "neck": ("splenius capitis", "splenius cervicis", "semispinalis capitis", "suboccipitals", "sternocleidomastoid"),
    "neck-base": ("upper trapezius", "levator scapulae", "scalenes"),
    "shoulder": ("infraspinatus", "supraspinatus", "teres minor", "teres major", "deltoid", "subscapularis"),
    "shoulder-girdle": ("upper trapezius", "middle trapezius", "lower trapezius", "pectoralis minor"),
    "interscapular": ("rhomboid major", "rhomboid minor", "middle trapezius"),
    "thorax": ("iliocostalis thoracis", "longissimus thoracis", "pectoralis major", "serratus anterior"),
    "upper-arm": ("biceps brachii", "brachialis", "triceps brachii", "coracobrachialis"),
    "elbow": ("anconeus", "supinator", "extensor carpi radialis longus", "extensor carpi radialis brevis"),
    "forearm": (
        "brachioradialis",
        "extensor digitorum",
        "flexor carpi ulnaris",
        "flexor carpi radialis",
        "pronator teres",
    ),
    "hand": ("first dorsal interosseous", "adductor pollicis", "abductor pollicis brevis"),
    "abdomen": ("rectus abdominis", "external oblique"),
    "lumbar": ("multifidus", "longissimus lumborum", "iliocostalis lumborum", "quadratus lumborum"),
    "pelvis-hip": ("iliacus", "tensor fasciae latae", "piriformis", "adductor longus"),
    "gluteal": ("gluteus maximus", "gluteus medius", "gluteus minimus", "piriformis"),
    "thigh": (
        "rectus femoris",
        "vastus lateralis",
        "vastus medialis",
        "biceps femoris",
        "semitendinosus",
        "adductor magnus",
    ),
    "knee": ("vastus medialis", "popliteus", "vastus lateralis"),
    "calf": ("gastrocnemius", "soleus", "tibialis anterior", "tibialis posterior", "fibularis longus"),
    "foot": ("abductor hallucis", "flexor digitorum brevis", "quadratus plantae", "flexor hallucis brevis"),
}


def reached(targets: Iterable[Target]) -> frozenset[str]:
    """The muscles that these targets stand for, in lower case: the one that is named, else the region and all of its
    muscles."""
    found: set[str] = set()
    for target in targets:
        found |= {target.muscle} if target.muscle else {target.region.value, *MUSCLES[target.region.value]}
    return frozenset(name.lower() for name in found)
