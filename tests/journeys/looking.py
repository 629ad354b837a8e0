"""Which of many states are worth a look, and how a browser is shown an answer that was kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser

from playwright.sync_api import BrowserContext, Page, Route

from clinic.resources import built_assets
from tests.journeys.stage import State

ORIGIN = "http://clinic.test"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
Kinds = set[str]


class _Kinds(HTMLParser):
    """The kinds of elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Kinds = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        told = [given.get(name) or "" for name in ("class", "role", "type" if tag == "input" else "role")]
        flags = [name for name in ("aria-invalid", "open", "disabled", "hidden") if name in given]
        self.found.add(" ".join([tag, *told, *flags]))


def kinds(html: str) -> Kinds:
    reader = _Kinds()
    reader.feed(html)
    return reader.found


def worth_a_look(states: Iterable[State], seen_in: Iterable[str]) -> list[State]:
    """Of each template the states that show a kind of element which no other does; `seen_in` are the ways that are
    looked at elsewhere."""
    known: Mapping[str, Kinds] = defaultdict(set)
    others: list[tuple[State, Kinds]] = []
    elsewhere = set(seen_in)
    for state in states:
        if state.way in elsewhere:
            known[state.page].update(kinds(state.html))
        elif state.page:
            others.append((state, kinds(state.html)))
    others.sort(key=lambda each: -len(each[1] - known[each[0].page]))
    found = []
    for state, shown in others:
        if shown - known[state.page]:
            known[state.page].update(shown)
            found.append(state)
    return found


NEW_COURSE = ("courses/_preview.html", "courses/_alternatives.html")
"""Parts of the one page that has more than app.css."""


def whole(state: State) -> str:
    """The answer as a page: what scripts put into one stands in the smallest there is."""
    if "<html" in state.html:
        return state.html
    kind = "new-course" if state.page in NEW_COURSE else "app"
    css = next(built_assets().glob(f"{kind}-*.css")).name
    listed = ' role="listbox" aria-label="Part" tabindex="0"' if 'role="option"' in state.html else ""
    return (
        '<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>Part</title>'
        f'<link rel="stylesheet" href="/static/dist/{css}"></head>'
        f"<body><main><h1>Part</h1><h2>Of a page</h2><div{listed}>{state.html}</div></main></body></html>"
    )


class Showing:
    """A context without a server: it is given what was kept."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self._now: State | None = None
        context.route("**/*", self._answer)

    def show(self, state: State) -> None:
        self._now = state
        self.page.goto(ORIGIN + state.path)

    def _answer(self, route: Route) -> None:
        asked = route.request
        name = asked.url.partition("?")[0].rpartition("/")[2]
        if asked.is_navigation_request() and self._now is not None:
            kept = self._now.answer.headers
            headers = {each: kept[each] for each in ("Content-Type", "Content-Security-Policy")}
            route.fulfill(status=200, headers=headers, body=whole(self._now))
        elif "/static/dist/" in asked.url:
            end = name[name.rindex(".") :]
            route.fulfill(body=(built_assets() / name).read_bytes(), content_type=TYPES.get(end, "text/plain"))
        elif asked.method == "POST" and "hx-request" not in asked.headers:
            route.fulfill(body="{}", content_type="application/json")
        else:
            route.fulfill(status=204)
