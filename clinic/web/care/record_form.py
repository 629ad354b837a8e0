"""A record as its form shows it and as it comes back: flat names, a row for each site, a line for each component."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from clinic.content.muscles import MUSCLES
from clinic.domain.care.record import MOST_SITES, SCORES, TEXTS, TICKS, Count, Needle, Record
from clinic.domain.care.record_document import record_from
from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality
from clinic.web.body import PLACE

Values = dict[str, str]
SPARE_ROWS: Final = 1
GAUGE: Final = re.compile(r"0[.,](\d\d?)")
SITE: Final = ("region", "side", "muscle", "depth", "technique", "twitch", "gauge", "length", "spot")
PART: Final = ("fate", "instead", "reason")
PLAIN: Final = (
    *SCORES,
    *TEXTS,
    *TICKS,
    "stimulation",
    "tolerance",
    "gauge",
    "length",
    "needles_in",
    "needles_out",
    "needles_again",
)
TWITCH: Final = {"yes": True, "no": False}


def entered(form: Mapping[str, str], parts: int) -> Values:
    """What was typed, by name; a site without a region is left out, a muscle that was chosen from the list added."""
    values = {name: form.get(name, "").strip() for name in PLAIN}
    values |= {f"part-{n}-{name}": form.get(f"part-{n}-{name}", "").strip() for n in range(parts) for name in PART}
    rows = [n for n in range(MOST_SITES + SPARE_ROWS + 1) if form.get(f"site-{n}-region", "").strip()]
    for to, n in enumerate(rows):
        values |= {f"site-{to}-{name}": form.get(f"site-{n}-{name}", "").strip() for name in SITE}
    return _with_muscle(values, form.get("add", ""), form.get("add_side", ""))


def _with_muscle(values: Values, chosen: str, side: str) -> Values:
    """With "shoulder|infraspinatus" in the first site of that region that names no muscle, or as another site."""
    region, _, muscle = chosen.partition("|")
    if muscle not in MUSCLES.get(region, ()):
        return values
    filled = rows(values)
    at = next(
        (n for n in range(filled) if values[f"site-{n}-region"] == region and not values[f"site-{n}-muscle"]), filled
    )
    begun = {} if at < filled else dict.fromkeys((f"site-{at}-{name}" for name in SITE), "") | {f"site-{at}-side": side}
    return values | begun | {f"site-{at}-region": region, f"site-{at}-muscle": muscle}


def rows(values: Values) -> int:
    """How many sites are filled in."""
    return sum(f"site-{n}-region" in values for n in range(MOST_SITES + SPARE_ROWS + 1))


def shown(record: Record) -> Values:
    """A record as the form shows it."""
    values = {name: _text(getattr(record, name)) for name in (*SCORES, *TEXTS, "stimulation", "tolerance")}
    values |= {name: "1" if getattr(record, name) else "" for name in TICKS}
    values |= _needle(record.needle, "") | _count(record.count)
    for n, part in enumerate(record.parts):
        values |= {f"part-{n}-fate": part.fate.value, f"part-{n}-reason": part.reason}
        values[f"part-{n}-instead"] = "" if part.instead is None else part.instead.value
    for n, site in enumerate(record.sites):
        at = f"site-{n}-"
        values |= {f"{at}region": site.target.region.value, f"{at}side": site.target.side.value}
        values |= {f"{at}muscle": site.target.muscle, f"{at}depth": site.depth, f"{at}technique": site.technique}
        values[f"{at}twitch"] = "" if site.twitch is None else "yes" if site.twitch else "no"
        values |= _needle(site.needle, at)
        values[f"{at}spot"] = "" if site.spot is None else f"{site.spot.view}:{site.spot.x}:{site.spot.y}"
    return values


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _needle(needle: Needle, at: str) -> Values:
    gauge = "" if needle.gauge is None else f"0.{needle.gauge:02d}"
    return {f"{at}gauge": gauge, f"{at}length": _text(needle.length)}


def _count(count: Count) -> Values:
    return {
        "needles_in": _text(count.entered),
        "needles_out": _text(count.out),
        "needles_again": _text(count.again),
    }


def read(values: Values, modalities: Sequence[Modality]) -> Record:
    """The record that was typed, for a visit with these components. Raises Invalid, with the form's own field."""
    document: dict[str, Any] = {name: values[name] for name in (*TEXTS, "stimulation", "tolerance")}
    document |= {name: bool(values[name]) for name in TICKS}
    document |= {name: _number(values, name) for name in SCORES}
    document["parts"] = [_part(values, n, modality) for n, modality in enumerate(modalities)]
    document["sites"] = [_site(values, f"site-{n}-") for n in range(rows(values))]
    document["needle"] = _needle_of(values, "")
    names = {"in": "needles_in", "out": "needles_out", "again": "needles_again"}
    document["count"] = {name: _number(values, field) for name, field in names.items()}
    try:
        return record_from(document)
    except Invalid as fault:
        raise Invalid(fault.code, field=_field(fault.field or ""), **fault.params) from fault


def _field(path: str) -> str:
    """The form's name of a field of the document."""
    return re.sub(r"^(site|part)s\.(\d+)\.(?:needle\.)?", r"\1-\2-", path).removeprefix("needle.")


def _part(values: Values, n: int, modality: Modality) -> dict[str, str]:
    fate = values[f"part-{n}-fate"] or "done"
    instead = values[f"part-{n}-instead"] if fate == "swapped" else ""
    return {"modality": modality.value, "fate": fate, "instead": instead, "reason": values[f"part-{n}-reason"]}


def _site(values: Values, at: str) -> dict[str, Any]:
    plain: dict[str, Any] = {name: values[at + name] for name in ("region", "side", "muscle", "depth", "technique")}
    kept = {"needle": _needle_of(values, at), "spot": _spot_of(values[f"{at}spot"])}
    return plain | kept | {"twitch": TWITCH.get(values[f"{at}twitch"])}


def _spot_of(typed: str) -> dict[str, str | int] | None:
    """Where somebody pointed at the drawing; anything else is nowhere."""
    found = PLACE.fullmatch(typed)
    return None if found is None else {"view": found[1], "x": int(found[2]), "y": int(found[3])}


def _needle_of(values: Values, at: str) -> dict[str, int | None]:
    typed = values[f"{at}gauge"]
    found = GAUGE.fullmatch(typed)
    if typed and found is None:
        raise Invalid("text_malformed", field=f"{at}gauge", like="0.30")
    return {
        "gauge": None if found is None else int(found[1].ljust(2, "0")),
        "length": _number(values, f"{at}length"),
    }


def _number(values: Values, name: str) -> int | None:
    """A whole number, None where nothing was typed. Raises Invalid(not_a_number)."""
    typed = values[name]
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 4:
        raise Invalid("not_a_number", field=name)
    return int(typed)
