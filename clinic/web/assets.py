"""Which built file serves an asset: the front-end build writes `manifest.json`, name → hashed name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BUILD_COMMAND = "make front"


@dataclass(frozen=True, slots=True)
class Assets:
    """The built files under `prefix`; without a build there are none, and pages are plain HTML."""

    files: Mapping[str, str]
    prefix: str = "/static/dist/"
    outlines: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str | None:
        """The address of an asset, or None where it was not built."""
        file = self.files.get(name)
        return None if file is None else self.prefix + file

    def outline(self, icon: str) -> str | None:
        """An icon as path data, or None where it was not built."""
        return self.outlines.get(icon)


def built_assets(folder: Path) -> Assets:
    """Reads the manifest; one that is missing or unreadable counts as not built."""
    files = _read(folder / "manifest.json")
    outlines = _read(folder / files["outlines.json"]) if "outlines.json" in files else {}
    return Assets(files, outlines=outlines)


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
