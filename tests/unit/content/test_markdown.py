"""Notes as HTML and as text: a few marks, and nothing that runs."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from clinic.content import notes
from clinic.content.markdown import html, plain
from clinic.domain.messages.notes import PARTS

ALLOWED = {"em", "strong", "a", "ul", "ol", "li", "p"}
RUNS = "alert(1)"
VECTORS = (
    f"<script>{RUNS}</script>",
    f"<ScRiPt>{RUNS}</ScRiPt>",
    f"<script src=https://evil.example/x.js></script>{RUNS}",
    f"<<script>{RUNS}//<</script>",
    f"</p><script>{RUNS}</script>",
    f"<img src=x onerror={RUNS}>",
    f'<img src="x" onerror="{RUNS}" />',
    f"<svg onload={RUNS}>",
    f"<svg><script>{RUNS}</script></svg>",
    f"<svg><animate onbegin={RUNS} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUNS}>",
    f"<body onload={RUNS}>",
    f"<iframe src=javascript:{RUNS}></iframe>",
    f'<iframe srcdoc="<script>{RUNS}</script>">',
    f"<object data=javascript:{RUNS}>",
    f"<embed src=javascript:{RUNS}>",
    f"<a href=javascript:{RUNS}>x</a>",
    f'<a href="https://ok.example" onclick="{RUNS}">x</a>',
    f"<details open ontoggle={RUNS}>",
    f"<input autofocus onfocus={RUNS}>",
    f"<video><source onerror={RUNS}>",
    f"<marquee onstart={RUNS}>",
    f'<form action="javascript:{RUNS}"><button>x</button></form>',
    f'<meta http-equiv=refresh content="0;url=javascript:{RUNS}">',
    f'<link rel=stylesheet href="javascript:{RUNS}">',
    f'<style>@import "javascript:{RUNS}";</style>',
    f'<div style="background:url(javascript:{RUNS})">x</div>',
    f'<base href="javascript:{RUNS}//">',
    f"<template><script>{RUNS}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RUNS}>'>",
    f"<!--><script>{RUNS}</script-->",
    f"<![CDATA[<script>{RUNS}</script>]]>",
    f"<?xml version='1.0'?><script>{RUNS}</script>",
    f"[x](javascript:{RUNS})",
    f"[x](JaVaScRiPt:{RUNS})",
    f"[x](javascript&colon;{RUNS})",
    f"[x](&#106;avascript:{RUNS})",
    f"[x](java\tscript:{RUNS})",
    f"[x](<javascript:{RUNS}>)",
    f"[x]( javascript:{RUNS})",
    f"[x](\x01javascript:{RUNS})",
    f"[x](vbscript:{RUNS})",
    f"[x](data:text/html,<script>{RUNS}</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"[x](//evil.example/{RUNS})",
    "[x](http://plain.example)",
    "[x](/sign-out)",
    "[x](tel:112)",
    f'[x](https://ok.example "onmouseover={RUNS}")',
    f'[x](https://ok.example" onmouseover="{RUNS})',
    f"[x](https://ok.example/'onmouseover='{RUNS})",
    f'[x"onmouseover={RUNS}](https://ok.example)',
    f"![x](javascript:{RUNS})",
    f'![x" onerror="{RUNS}](https://ok.example/x.png)',
    f"<javascript:{RUNS}>",
    f"<https://ok.example/{RUNS}>",
    f"[x]: javascript:{RUNS}\n\n[x]",
    f"**<script>{RUNS}</script>**",
    f"- <img src=x onerror={RUNS}>\n- [y](javascript:{RUNS})",
    f"*<a href='javascript:{RUNS}'>*x</a>",
    f"`<script>{RUNS}</script>`",
    f"```\n<script>{RUNS}</script>\n```",
    f"    <script>{RUNS}</script>",
    f"&lt;script&gt;{RUNS}&lt;/script&gt;",
    f"\\<script>{RUNS}\\</script>",
    f"{{{{ {RUNS} }}}}{{% import os %}}",
    f"\u2028<script>\u2029{RUNS}</script>",
    f"＜script＞{RUNS}＜/script＞",
)


class Seen(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_there_are_enough_of_them() -> None:
    assert len(set(VECTORS)) >= 50


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_runs_comes_through(vector: str) -> None:
    for tag, attributes in Seen(html(vector)).tags:
        assert tag in ALLOWED
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set())
        assert urlsplit(attributes.get("href") or "https://x").scheme == "https"


@pytest.mark.parametrize(
    ("text", "shown", "said"),
    [
        ("Drink **water**.", "Drink <strong>water</strong>.", "Drink water."),
        ("Drink *slowly*.", "Drink <em>slowly</em>.", "Drink slowly."),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>", "- one\n- two"),
        ("one\ntwo", "one\ntwo", "one\ntwo"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>", "one\ntwo"),
        ("3 < 5 & 2 \\* 2", "3 &lt; 5 &amp; 2 * 2", "3 < 5 & 2 * 2"),
        ("Call {emergency_number}.", "Call {emergency_number}.", "Call {emergency_number}."),
    ],
)
def test_the_few_marks_are_shown_and_left_out(text: str, shown: str, said: str) -> None:
    assert (html(text), plain(text)) == (shown, said)


def test_an_address_follows_its_words_where_it_cannot_be_pressed() -> None:
    text = "[More](https://example.org/a?b=1&c=2)"
    assert html(text).startswith('<a href="https://example.org/a?b=1&amp;c=2" rel="noopener')
    assert plain(text) == "More (https://example.org/a?b=1&c=2)"
    assert plain("[More](http://example.org)") == "More"


def test_what_ships_reads_the_same_with_and_without_marks() -> None:
    for line in {line for note in notes.load() for part in PARTS for line in getattr(note, part)}:
        for text in filter(None, (line.full, line.neutral)):
            assert html(text).replace("&nbsp;", "\xa0") == escape(text, quote=False)
            assert plain(text) == text
