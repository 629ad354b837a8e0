"""The forms of a page as a browser would send them: bare, emptied, as they stand, with something chosen, grown old."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str | None]
Fields = tuple[tuple[str, str], ...]
OLD, FILE = (
    "99999",
    "Family name,Given names,Date of birth\nQuill,Mara,1980-03-01\nHarrow,Ida,1984-05-02\nWrong,,someday\n",
)
BORN = "the patient's birth date"
NEVER_SENT = ("button", "reset", "submit", "image")


@dataclass
class Form:
    """What stands in one form. A choice is a group of radio buttons of which none is down."""

    action: str
    method: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    filled: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, Fields]] = field(default_factory=list)

    @property
    def shape(self) -> frozenset[str]:
        """The names of its fields, whatever their number."""
        return frozenset(re.sub(r"[0-9]+", "0", name) for name, _ in (*self.hidden, *self.filled))

    def ways(self) -> Iterator[tuple[str, str, Fields]]:
        """Each way to send it: what it is called, where it goes, and the fields."""
        held, typed = dict(self.filled), tuple(self.filled)
        token = tuple((name, value) for name, value in self.hidden if name == "csrf_token")
        hidden = tuple(self.hidden)
        chosen = tuple((name, value) for name, value in self.choices.items() if name not in held)
        chosen += tuple((name, BORN) for name, value in self.filled if name == "born_on" and not value)
        old = tuple((name, OLD if name == "version" else value) for name, value in self.hidden)
        for action, pressed in self.buttons or [(self.action, ())]:
            yield "bare", action, token
            yield "emptied", action, hidden + pressed
            yield "as it stands", action, hidden + typed + pressed
            if self.files:
                yield "with a file", action, hidden + typed + tuple((name, FILE) for name in self.files) + pressed
            if chosen:
                yield "chosen", action, hidden + tuple(each for each in typed if each[1]) + chosen + pressed
            if old != hidden:
                yield "stale", action, old + typed + chosen + pressed


class Reader(HTMLParser):
    """Collects the forms of a page; a control may stand elsewhere and name its form."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms, self.named = path, list[Form](), dict[str, Form]()
        self._inside: Form | None = None
        self._chooses: tuple[Form, str] | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: tuple[Form, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        handle = getattr(self, f"_{tag}", None)
        if handle is not None:
            handle(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select" and self._chooses:
            (form, name), self._chooses = self._chooses, None
            if self._options:
                chosen = next((value for value, on in self._options if on), self._options[0][0])
                form.filled.append((name, chosen))
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            form, name = self._area
            form.filled.append((name, data))
            self._area = None

    def _of(self, given: Attributes) -> Form | None:
        if "form" in given:
            return self.named.setdefault(str(given["form"]), Form("", ""))
        return self._inside

    def _form(self, given: Attributes) -> None:
        form = self.named.setdefault(str(given["id"]), Form("", "")) if "id" in given else Form("", "")
        form.action, form.method = given.get("action") or self.path, (given.get("method") or "get").lower()
        self.forms.append(form)
        self._inside = form

    def _input(self, given: Attributes) -> None:
        form, name, kind = self._of(given), given.get("name"), given.get("type") or "text"
        if form is None or not name or kind in NEVER_SENT or "disabled" in given:
            return
        value = given.get("value") or ""
        if kind == "hidden":
            form.hidden.append((name, value))
        elif kind == "radio" and "checked" not in given:
            form.choices.setdefault(name, value)
        elif kind == "file":
            form.files.append(name)
        elif kind != "checkbox" or "checked" in given:
            form.filled.append((name, value))

    def _button(self, given: Attributes) -> None:
        form = self._of(given)
        if form is not None and given.get("type") in (None, "submit") and "disabled" not in given:
            pressed = ((str(given["name"]), given.get("value") or ""),) if given.get("name") else ()
            form.buttons.append((given.get("formaction") or form.action, pressed))

    def _select(self, given: Attributes) -> None:
        form, name = self._of(given), given.get("name")
        self._chooses, self._options = (form, name) if form is not None and name else None, []

    def _option(self, given: Attributes) -> None:
        self._options.append((given.get("value") or "", "selected" in given))

    def _textarea(self, given: Attributes) -> None:
        form, name = self._of(given), given.get("name")
        self._area = (form, name) if form is not None and name else None


def posted(html: str, path: str) -> list[Form]:
    """The forms of a page that change something."""
    reader = Reader(path)
    reader.feed(html)
    return [form for form in reader.forms if form.method == "post"]
