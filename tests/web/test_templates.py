"""What holds for every template and style, read from the sources."""

import gzip
import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest
from jinja2 import Environment

from clinic.resources import PACKAGE, built_assets, templates

ASSETS = PACKAGE / "assets"
PAGES = sorted(templates().rglob("*.html"))
POSTING = r'<form[^>]*method="post".*?</form>'
NO_WORD = re.compile(r"Ctrl|Enter|Esc")  # keys are called so in every language
SHOWN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "data-label", "data-does")
KB = 1024


def named(path: Path) -> str:
    return path.relative_to(templates()).as_posix()


def markup(path: Path) -> str:
    """The template's own markup: what Jinja computes is blank."""
    text = path.read_text("utf-8")
    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)


class Shown(HTMLParser):
    """Collects tags with their attributes, and the words that would be shown untranslated."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.words += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(path: Path) -> Shown:
    shown = Shown()
    shown.feed(markup(path))
    return shown


def untranslated(path: Path) -> list[str]:
    left = (NO_WORD.sub("", words).strip() for words in read(path).words)
    return [words for words in left if re.search(r"[A-Za-z]{2}", words)]


def inline(path: Path) -> bool:
    """Whether it holds a style or a script of its own."""
    for tag, attributes in read(path).tags:
        if tag == "style" or (tag == "script" and "src" not in attributes):
            return True
        if any(name == "style" or name.startswith(("on", "hx-on")) for name in attributes):
            return True
    return bool(re.search(r"(data|javascript):[a-z]", markup(path)))


def test_every_word_a_template_shows_can_be_translated() -> None:
    assert {named(path): words for path in PAGES if (words := untranslated(path))} == {}


def test_no_template_needs_an_inline_style_or_script() -> None:
    assert [named(path) for path in PAGES if inline(path)] == []


def test_every_template_says_what_it_expects() -> None:
    extending = {path for path in PAGES if path.parent.name == "errors" and path.name != "page.html"}
    silent = [path for path in PAGES if not path.read_text("utf-8").startswith("{#-")]
    assert [named(path) for path in silent if path not in extending] == []


def test_every_form_that_changes_something_carries_its_token() -> None:
    found = ((path, re.findall(POSTING, path.read_text("utf-8"), flags=re.DOTALL)) for path in PAGES)
    assert [named(path) for path, forms in found if not all("guard(" in form for form in forms)] == []


def test_no_stands_before_yes_wherever_one_answers() -> None:
    yes_first = re.compile(r'_\("Yes"\)\), \([^)]*_\("No"\)')
    assert [named(path) for path in PAGES if yes_first.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_compiles(path: Path) -> None:
    Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).compile(path.read_text("utf-8"))


def test_every_icon_a_template_names_is_built() -> None:
    listed = json.loads((ASSETS / "icons.json").read_text("utf-8"))
    source = "".join(path.read_text("utf-8") for path in PAGES)
    calls = chain.from_iterable(re.findall(r'"([a-z-]+)"', call) for call in re.findall(r"icon\(([^{}()]*)\)", source))
    kinds = re.search(r"kind_icons = \{(.*?)\}", source, flags=re.DOTALL)
    assert kinds is not None
    named = {*calls, *re.findall(r': "([a-z-]+)"', kinds[1])}
    assert named <= set(listed)
    assert listed == sorted(set(listed))


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs(text: str) -> dict[str, tuple[str, str]]:
    """Custom properties whose value is light-dark(#…, #…)."""
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", text)
    return {name: (light, dark) for name, light, dark in found}


TOKENS = (ASSETS / "css" / "tokens.css").read_text("utf-8")
COLOURS = pairs(TOKENS)
STATUSES = {name: pairs(rule) for name, rule in re.findall(r"\.is-([a-z-]+) \{(.*?)\}", TOKENS)}


def must_contrast() -> Iterator[tuple[str, tuple[str, str], tuple[str, str], float]]:
    for ground in ("page", "surface", "sunken"):
        for ink in ("ink", "soft", "accent", "alarm", "warn"):
            yield f"{ink} on {ground}", COLOURS[ink], COLOURS[ground], 4.5
        yield f"focus on {ground}", COLOURS["focus"], COLOURS[ground], 3
    yield "control on surface", COLOURS["control"], COLOURS["surface"], 3
    yield "on-accent on accent", COLOURS["on-accent"], COLOURS["accent"], 4.5
    yield "accent-deep on accent-wash", COLOURS["accent-deep"], COLOURS["accent-wash"], 4.5
    for name, status in STATUSES.items():
        fill = status.get("fill", COLOURS["surface"])
        yield f"ink on {name}", COLOURS["ink"], fill, 4.5
        yield f"soft on {name}", COLOURS["soft"], fill, 4.5
        if "edge" in status:
            yield f"edge of {name}", status["edge"], fill, 3


@pytest.mark.parametrize("case", list(must_contrast()), ids=lambda case: case[0])
def test_colours_can_be_told_apart_in_light_and_in_dark(
    case: tuple[str, tuple[str, str], tuple[str, str], float],
) -> None:
    _, ink, ground, least = case
    assert min(contrast(ink[theme], ground[theme]) for theme in (0, 1)) >= least


def test_every_status_has_its_colours() -> None:
    source = (templates() / "macros" / "visits.html").read_text("utf-8")
    glyphs = re.search(r"glyphs = \{(.*?)\}", source, flags=re.DOTALL)
    assert glyphs is not None
    assert set(re.findall(r'"([a-z-]+)":', glyphs[1])) == set(STATUSES)


@pytest.mark.parametrize(
    ("name", "most"),
    [("app.css", 10 * KB), ("app.js", 4 * KB), ("board.js", 5 * KB), ("course.js", 20 * KB), ("record.js", 3 * KB)],
)
def test_a_built_file_stays_within_its_budget(name: str, most: int) -> None:
    """Compressed; with them the day board is under 30 KB and a new course under 35."""
    manifest = built_assets() / "manifest.json"
    if not manifest.is_file() and not os.environ.get("CI"):
        pytest.skip("the front end is not built: run make setup")
    built = built_assets() / json.loads(manifest.read_text("utf-8"))[name]
    assert len(gzip.compress(built.read_bytes(), 9)) <= most
