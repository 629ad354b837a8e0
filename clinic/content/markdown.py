"""The little Markdown that notes may have: emphasis, strong, links to https addresses, lists. Anything else is text."""

import re
from functools import lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER: Final = MarkdownIt("zero", {"html": False}).enable(["list", "emphasis", "link", "escape"])
_TAGS: Final = {"em", "strong", "a", "ul", "ol", "li", "p"}
_ALONE: Final = re.compile(r"<p>(.*)</p>", re.DOTALL)


@lru_cache(maxsize=2048)
def html(text: str) -> str:
    """The text as HTML that is safe to show: from an allow list, whatever the parser let through."""
    shown = nh3.clean(
        _PARSER.render(text).strip(),
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}},
        attribute_filter=_led_away,
        url_schemes={"https"},
        link_rel="noopener noreferrer nofollow",
    )
    alone = _ALONE.fullmatch(shown)
    return alone[1] if alone and "<p>" not in alone[1] else shown


def _led_away(_tag: str, name: str, value: str) -> str | None:
    """Addresses of this site's own, which would act for who is signed in, lead nowhere."""
    return value if name != "href" or value.startswith("https://") else None


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """The words alone, for mails and calendars: an address follows its words in brackets, a list has dashes."""
    lines: list[str] = []
    prefix = ""
    for token in _PARSER.parse(text):
        if token.type == "list_item_open":
            prefix = "- "
        elif token.type == "inline":
            lines.append(prefix + _said(token.children or []))
            prefix = ""
    return "\n".join(lines)


def _said(children: list[Token]) -> str:
    words, address = "", ""
    for token in children:
        if token.type == "link_open":
            address = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            words += f" ({address})" if address.startswith("https://") else ""
        elif token.type in ("softbreak", "hardbreak"):
            words += "\n"
        else:
            words += token.content
    return words
