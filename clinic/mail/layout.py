"""A letter's body: the same words as plain text and as HTML, for any screen, in light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from clinic.domain.messages.text import line

Said = tuple[str, str]
"""Words, and an address that they lead to; empty where they lead nowhere."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of lines, which stands out where it is `strong`, or a list, under a heading if there is one. `label`
    stands before each address in a list."""

    lines: tuple[Said, ...]
    heading: str = ""
    strong: bool = False
    listed: bool = False
    label: str = ""


def paragraph(*lines: str, strong: bool = False) -> Part:
    """Lines that lead nowhere; those that are empty are left out."""
    return Part(tuple((line(each), "") for each in lines if each), strong=strong)


def bullets(heading: str, lines: Sequence[str]) -> Part:
    """A list under a heading."""
    return Part(tuple((line(each), "") for each in lines), line(heading), listed=True)


def plain(parts: Sequence[Part]) -> str:
    """The words alone, addresses written out."""
    return "\n\n".join(_plain(part) for part in parts if part.lines)


def _plain(part: Part) -> str:
    between = f"\n  {part.label} " if part.listed else " "
    lines = [between.join(filter(None, said)) for said in part.lines]
    if part.listed:
        lines = [f"- {each}" for each in lines]
    return "\n".join([part.heading, *lines] if part.heading else lines)


_HEAD: Final = (
    '<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
    "<title>{title}</title></head>\n"
    '<body>\n<div style="font-family:sans-serif;line-height:1.5;max-width:40em;overflow-wrap:break-word">\n'
)


def html(parts: Sequence[Part], *, title: str, language: str) -> str:
    """The same as a page; nothing in it is fetched from anywhere."""
    head = _HEAD.format(title=escape(line(title)), language=escape(language))
    heading = f'<h1 style="font-size:1.4em;line-height:1.3">{escape(line(title))}</h1>'
    return head + "\n".join([heading, *map(_html, parts)]) + "\n</div>\n</body>\n</html>"


def _html(part: Part) -> str:
    between = f"<br>{escape(part.label)} " if part.listed else " "
    lines = [between.join(filter(None, (escape(words), _anchor(link)))) for words, link in part.lines]
    if not lines:
        return ""
    heading = f'<h2 style="font-size:1.15em;line-height:1.3">{escape(part.heading)}</h2>\n' if part.heading else ""
    if part.listed:
        return heading + "<ul>" + "".join(f"<li>{each}</li>" for each in lines) + "</ul>"
    body = "<br>".join(lines)
    return heading + (f"<p><strong>{body}</strong></p>" if part.strong else f"<p>{body}</p>")


def _anchor(link: str) -> str:
    return f'<a href="{escape(link)}">{escape(link)}</a>' if link else ""
