"""The form of a protocol: fields are named by their path in its document, `phases.0.components.1.minutes`."""

from collections.abc import Mapping
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_document import as_dict, from_dict
from clinic.domain.errors import ClinicError, Invalid

WORDS: Final = ("title", "summary", "anchor", "stop_rule", "team", "override_reason", "notes")
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "phases": ("name", "sessions", "gap_min", "gap_ideal", "gap_max", "floor_hours", "when"),
    "reassess": ("kind", "n", "phase"),
    "components": (
        *("modality", "minutes", "capability", "setup_minutes", "cleanup_minutes", "wait_minutes", "apart", "remote"),
        "muscles",
    ),
}
NUMBERS: Final = frozenset(
    {"cap", "sessions", "gap_min", "gap_ideal", "gap_max", "floor_hours", "n", "minutes"}
    | {"setup_minutes", "cleanup_minutes", "wait_minutes"}
)
EMPTY_IS: Final[Mapping[str, Any]] = {
    **{"floor_hours": None, "n": 0, "setup_minutes": 0, "cleanup_minutes": 0, "wait_minutes": 0},
}
"""What a number says that was left out; every other one has to be given."""
TICKS: Final = frozenset({"apart", "remote"})
NEW: Final[Mapping[str, Mapping[str, str]]] = {
    "phases": {"sessions": "3", "gap_min": "5", "gap_ideal": "7", "gap_max": "10", "when": "always"},
    "components": {"modality": "exercise", "minutes": "15"},
    "reassess": {"kind": "after", "n": "3"},
}
MOST: Final = 12

Raw = dict[str, Any]
"""The document as it was entered: words alone, in the shape that it will have."""


def opened(protocol: Protocol) -> Raw:
    """The form of a protocol as it is."""
    document = as_dict(protocol)
    found: Raw = {name: document[name] for name in (*WORDS, "regions")} | {"cap": str(document["cap"])}
    found["reassess"] = [_entered("reassess", each) for each in document["reassess"]]
    found["phases"] = [
        _entered("phases", phase) | {"components": [_entered("components", each) for each in phase["components"]]}
        for phase in document["phases"]
    ]
    return found


def _entered(what: str, document: Mapping[str, Any]) -> Raw:
    return {name: _as_entered(document[name]) for name in LISTS[what]}


def _as_entered(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


def read(form: "MultiDict[str, str]") -> Raw:
    """What was entered."""
    found: Raw = {name: form.get(name, "").strip() for name in (*WORDS, "cap")}
    found["regions"] = form.getlist("regions")
    found["reassess"] = _rows(form, "reassess", "")
    found["phases"] = _rows(form, "phases", "")
    for at, phase in enumerate(found["phases"]):
        phase["components"] = _rows(form, "components", f"phases.{at}.")
    return found


def _rows(form: "MultiDict[str, str]", what: str, under: str) -> list[Raw]:
    """The rows that were sent; the first field of a row is sent with each."""
    first = LISTS[what][0]
    places = [f"{under}{what}.{at}." for at in range(MOST) if f"{under}{what}.{at}.{first}" in form]
    return [{name: form.get(f"{place}{name}", "").strip() for name in LISTS[what]} for place in places]


def altered(raw: Raw, do: str) -> Raw:
    """With a row more (`add:phases.0.components`) or a row less (`drop:phases.1`); as it is for anything else."""
    way, _, path = do.partition(":")
    *steps, last = path.split(".")
    rows = raw["phases"][int(steps[1])] if len(steps) >= 2 and _within(raw["phases"], steps[1]) else raw
    name = last if way == "add" else steps[-1] if steps else ""
    if name not in NEW or name not in rows:
        return raw
    if way == "add" and len(rows[name]) < MOST:
        rows[name].append(_blank(name))
    elif way == "drop" and _within(rows[name], last):
        del rows[name][int(last)]
    return raw


def _within(rows: list[Raw], at: str) -> bool:
    return at.isdecimal() and len(at) < 3 and int(at) < len(rows)


def _blank(name: str) -> Raw:
    row: Raw = dict.fromkeys(LISTS[name], "") | dict(NEW[name])
    return row | {"components": [_blank("components")]} if name == "phases" else row


def flat(raw: Any, under: str = "") -> dict[str, Any]:
    """By the name of its field what was entered."""
    if isinstance(raw, dict):
        return {name: value for key, each in raw.items() for name, value in flat(each, f"{under}.{key}").items()}
    if isinstance(raw, list) and all(isinstance(each, dict) for each in raw):
        return {name: value for at, each in enumerate(raw) for name, value in flat(each, f"{under}.{at}").items()}
    return {under.lstrip("."): raw}


def protocol_from(raw: Raw, key: str, errors: dict[str, ClinicError]) -> Protocol | None:
    """The protocol that was entered; None when something is wrong, which goes to `errors` by field."""
    document = {name: _typed(name, value, name, errors) for name, value in raw.items() if name not in LISTS}
    for name in ("reassess", "phases"):
        document[name] = [_row(each, f"{name}.{at}", errors) for at, each in enumerate(raw[name])]
    if errors:
        return None
    try:
        return from_dict(document | {"key": key, "version": 1})
    except Invalid as fault:
        errors[fault.field or ""] = fault
        return None


def _row(raw: Raw, place: str, errors: dict[str, ClinicError]) -> dict[str, Any]:
    row = {name: _typed(name, value, f"{place}.{name}", errors) for name, value in raw.items() if name != "components"}
    if "components" in raw:
        parts = enumerate(raw["components"])
        row["components"] = [_row(each, f"{place}.components.{at}", errors) for at, each in parts]
    return row


def _typed(name: str, value: Any, place: str, errors: dict[str, ClinicError]) -> Any:
    if name in TICKS:
        return bool(value)
    if name == "muscles":
        return [each.strip() for each in value.split(",") if each.strip()]
    if name not in NUMBERS:
        return value
    if not value and name in EMPTY_IS:
        return EMPTY_IS[name]
    if value.isascii() and value.isdigit() and len(value) < 6:
        return int(value)
    errors[place] = Invalid("not_a_number", field=place)
    return None
