"""Which built file serves an asset: the front-end build writes `manifest.json`, name → hashed name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BUILD_COMMAND = "make front"


@dataclass(frozen=True, slots=True)
class Assets:
    """The built files under `prefix`; without a build there are none, and pages are plain HTML."""

    files: Mapping[str, str]
    prefix: str = "/static/dist/"

    def __call__(self, name: str) -> str | None:
        """The address of an asset, or None where it was not built."""
        file = self.files.get(name)
        return None if file is None else self.prefix + file


def built_assets(folder: Path) -> Assets:
    """Reads the manifest; one that is missing or unreadable counts as not built."""
    try:
        listed = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return Assets({})
    return Assets(listed if isinstance(listed, dict) else {})
