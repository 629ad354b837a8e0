"""A practice's calendars over HTTP, as the product serves them, with a note of what each program asked for."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from werkzeug.serving import make_server

from clinic import resources
from clinic.services.access.passwords import Passwords
from clinic.web.app import create_app
from clinic.web.parts import Parts
from tests.db.post import Post
from tests.journeys.practice import Silent


@dataclass(frozen=True)
class Asked:
    """One request and what came back."""

    path: str
    by: str
    known: str
    status: int
    size: int


@dataclass
class Serving:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def address(self, secret: str) -> str:
        return f"{self.url}/feeds/{secret}.ics"

    def noting(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        def noted(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            statuses: list[int] = []

            def begin(status: str, *rest: Any) -> Any:
                statuses.append(int(status[:3]))
                return start(status, *rest)

            body = b"".join(app(environ, begin))
            by, known = environ.get("HTTP_USER_AGENT", ""), environ.get("HTTP_IF_NONE_MATCH", "")
            self.asked.append(Asked(environ["PATH_INFO"], by, known, statuses[-1], len(body)))
            return [body]

        return noted


@contextmanager
def serving(post: Post, folder: Path) -> Iterator[Serving]:
    """The application on the post's database, by the post's clock, on a free port of this machine."""
    given = post.database
    parts = Parts(
        begin=given.begin,
        read=given.read,
        now=lambda: post.now,
        passwords=Passwords(),
        url="http://127.0.0.1",
        secret_key="k" * 32,
        templates=resources.templates(),
        dist=folder / "dist",
    )
    found = Serving()
    app = found.noting(create_app(parts))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    found.url = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
