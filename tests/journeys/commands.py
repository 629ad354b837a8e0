"""`clinic` as people start it: each command a process of its own, and the server with its pages beside them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import Message
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

CLINIC = Path(sys.executable).with_name("clinic")
PATIENCE = 120
"""Seconds; a machine that is busy with other tests starts slowly."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether a server is ready."""
    try:
        with urlopen(f"{url}/readyz") as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


@dataclass(frozen=True)
class CommandLine:
    """A folder to work in and the settings of the environment."""

    folder: Path
    settings: Mapping[str, str]

    def told(self, **settings: str) -> "CommandLine":
        """The same with other settings: `smtp_url=…` is CLINIC_SMTP_URL."""
        return replace(
            self, settings={**self.settings, **{f"CLINIC_{name.upper()}": settings[name] for name in settings}}
        )

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], **self.settings}

    def run(self, *words: str, said: str = "", status: int = 0) -> subprocess.CompletedProcess[str]:
        """One command, which is to end with that exit status; `said` is its standard input."""
        ran = subprocess.run(
            [CLINIC, *words], env=self.environment, cwd=self.folder, input=said, capture_output=True, text=True
        )
        assert ran.returncode == status, (words, ran.stdout, ran.stderr)
        return ran

    def json(self, *words: str, status: int = 0) -> Any:
        """What a command prints with --json: nothing else is on its standard output."""
        return json.loads(self.run(*words, "--json", status=status).stdout)

    @contextmanager
    def serving(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """`clinic serve`, ready; its log is in the folder."""
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [CLINIC, "serve", *words], env=self.environment, stderr=log, cwd=self.folder, start_new_session=True
            )
            try:
                until(lambda: answers(self.settings["CLINIC_URL"]))
                yield process
            finally:
                process.terminate()
                process.wait()


class Form(HTMLParser):
    """The fields of the form of a page that posts to `action`, as they stand."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.fields = action, False, dict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("action") == self.action and given.get("method") == "post"
        elif self.inside and tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"] or ""] = given["value"] or ""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def free_times(self) -> list[str]:
        """The values of the times that a page offers and that ask for no reason."""
        offered = [label for label in self.text.split("<label") if 'name="start"' in label and "long-gap" not in label]
        return [label.partition('value="')[2].partition('"')[0] for label in offered]


class Visitor:
    """Somebody at the pages without JavaScript: keeps cookies, follows redirects, sends what a form holds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask(Request(self.url + path, headers=given, method=method))  # noqa: S310 - an address of our own

    def send(self, page: str, action: str, **fields: str) -> Answer:
        """Fill in the form on `page` that posts to `action`."""
        form = Form(action)
        form.feed(self.get(page).text)
        body = urlencode({**form.fields, **fields}).encode()
        return self._ask(Request(self.url + action, data=body, method="POST"))  # noqa: S310 - likewise

    def _ask(self, request: Request) -> Answer:
        try:
            with self._opener.open(request) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read())
