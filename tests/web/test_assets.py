"""The manifest's reader and the script that builds the front end."""

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from clinic.resources import PACKAGE
from clinic.web.assets import built_assets


def test_an_asset_is_served_under_its_hashed_name(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"app.css": "app-1A2B.css"}', "utf-8")
    asset = built_assets(tmp_path)
    assert asset("app.css") == "/static/dist/app-1A2B.css"
    assert asset("other.css") is None


def test_an_icon_is_drawn_in_its_place_where_its_outline_was_built(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"outlines.json": "outlines-1A2B.json"}', "utf-8")
    assert built_assets(tmp_path).outline("hand") is None
    (tmp_path / "outlines-1A2B.json").write_text('{"hand": "M18 11V6"}', "utf-8")
    asset = built_assets(tmp_path)
    assert (asset.outline("hand"), asset.outline("foot")) == ("M18 11V6", None)


@pytest.mark.parametrize("written", [None, "{", "[]"])
def test_without_a_readable_manifest_nothing_counts_as_built(tmp_path: Path, written: str | None) -> None:
    if written is not None:
        (tmp_path / "manifest.json").write_text(written, "utf-8")
    assert built_assets(tmp_path)("app.css") is None


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build script, pointed at a checkout of its own; what it runs is noted in `ran`, nothing is started."""
    spec = importlib.util.spec_from_file_location("build_frontend", PACKAGE / "assets" / "build_frontend.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for name in ("package.json", "package-lock.json", "clinic/assets/app.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}", "utf-8")
    script.ROOT, script.DIST, script.MODULES = tmp_path, tmp_path / "dist", tmp_path / "node_modules"
    script.ran = []

    def run(words: list[str], **_: object) -> SimpleNamespace:
        script.ran.append(" ".join(str(word) for word in words))
        script.MODULES.mkdir(exist_ok=True)
        script.DIST.mkdir(exist_ok=True)
        (script.DIST / "manifest.json").touch()
        return SimpleNamespace(stdout="v20.1.0\n")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(script.shutil, "which", lambda name: f"/bin/{name}")
    return script


def test_packages_are_installed_and_built_once_for_the_same_sources(build: ModuleType) -> None:
    build.main()
    assert [words.split()[:3] for words in build.ran] == [
        ["/bin/node", "--version"],
        ["/bin/npm", "ci", "--ignore-scripts"],
        ["/bin/node", str(build.ROOT / "clinic/assets/build.mjs")],
    ]
    build.ran.clear()
    build.main()
    assert build.ran == []


def test_a_changed_source_builds_again_without_installing_again(build: ModuleType) -> None:
    build.main()
    build.ran.clear()
    (build.ROOT / "clinic/assets/app.css").write_text("a{}", "utf-8")
    build.main()
    assert [words.split()[-1] for words in build.ran] == ["--version", str(build.ROOT / "clinic/assets/build.mjs")]


@pytest.mark.parametrize(("said", "good"), [("v20.20.2\n", True), ("v18.0.0", True), ("v16.3.0", False), ("", False)])
def test_a_node_that_is_too_old_is_not_used(build: ModuleType, said: str, good: bool) -> None:
    assert build.fits(said) is good


def test_a_missing_node_comes_from_the_locked_wheel(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wheel = SimpleNamespace(submodule_search_locations=[str(tmp_path / "wheel")])
    answers = iter([None, wheel])
    monkeypatch.setattr(build.shutil, "which", lambda _: None)
    monkeypatch.setattr(build, "find_spec", lambda _: next(answers))
    build.main()
    install, packages, bundle = build.ran
    assert "--require-hashes" in install
    assert packages.startswith(f"{tmp_path}/wheel/bin/node {tmp_path}/wheel/lib/node_modules/npm/bin/npm-cli.js ci")
    assert bundle.startswith(f"{tmp_path}/wheel/bin/node ")


def test_a_wheel_that_cannot_be_found_says_what_to_do(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match="install node 18 or newer"):
        build.wheel_node()
