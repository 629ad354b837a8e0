"""What is installed from a wheel has everything that the checkout has."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIND = """
import sys
sys.path.insert(0, sys.argv[1])
from clinic import resources
from clinic.db import schema
assert str(resources.PACKAGE).startswith(sys.argv[1]), resources.PACKAGE
print(schema.head())
for found in (resources.templates(), resources.migrations(), resources.built_assets(), resources.content(),
              resources.examples()):
    print(sorted(str(path.relative_to(found)) for path in found.rglob("*") if path.suffix not in (".pyc", "")))
"""


def found(python_path: Path) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-I", "-c", FIND, str(python_path)], capture_output=True, text=True, check=True, cwd="/"
    )
    return ran.stdout.splitlines()


@pytest.mark.journey
def test_a_wheel_carries_templates_migrations_assets_and_texts(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for folder in ("clinic", "docs", "migrations", "templates"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (path for path in ROOT.iterdir() if path.suffix in (".cfg", ".toml", ".md") or path.name == "LICENSE"):
        shutil.copy(path, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", tmp_path, str(source)], check=True, cwd=tmp_path)
    [wheel] = tmp_path.glob("clinic-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    assert found(tmp_path / "installed") == found(ROOT)
