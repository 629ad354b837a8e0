"""Every route names its permission, forms come from our own pages, and answers carry safe headers."""

import gzip
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from clinic.domain.access.permissions import PERMISSIONS, ROLES
from clinic.logs import JsonLines
from clinic.web.gate import MARK, PUBLIC, public
from clinic.web.parts import Parts
from tests.web.conftest import Browser, application, browser
from tests.web.routes import ROUTES

SAFE = {"GET", "HEAD", "OPTIONS"}


def rules(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with each of its methods and what it needs."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, str(getattr(app.view_functions[rule.endpoint], MARK, "nothing"))


def test_every_route_is_in_the_table_with_what_it_needs(app: Flask) -> None:
    assert {f"{method} {rule.rule}": mark for rule, method, mark in rules(app)} == ROUTES


def test_every_permission_that_a_route_needs_is_one_that_roles_can_grant(app: Flask) -> None:
    assert {mark for _, _, mark in rules(app)} <= PERMISSIONS | {PUBLIC}


def address(rule: Rule) -> str:
    """An address of the rule: every variable gets a value that fits its kind."""
    values = {
        name: {"DateConverter": "2026-09-07", "IntegerConverter": 1}.get(type(rule._converters[name]).__name__, "x1")
        for name in rule.arguments
    }
    built = rule.build({name: rule._converters[name].to_python(str(value)) for name, value in values.items()})
    assert built is not None
    return str(built[1])


def test_who_is_not_signed_in_gets_to_nothing_but_the_sign_in_page(app: Flask, client: Browser) -> None:
    for rule, method, mark in rules(app):
        if mark != PUBLIC:
            answer = client.open(address(rule), method=method, data={"csrf_token": client.token()})
            assert (answer.status_code, answer.location[:8]) == (303, "/sign-in"), rule


def test_a_role_that_does_not_grant_it_is_refused(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    for role in ROLES:
        mine = signed_in(role)
        for rule, method, mark in rules(app):
            if mark != PUBLIC and mark not in ROLES[role]:
                answer = mine.open(address(rule), method=method, data={"csrf_token": mine.token()})
                assert answer.status_code == 403, (role, rule)


@pytest.mark.parametrize("forged", [{}, {"csrf_token": ""}, {"csrf_token": "made.up.token"}])
def test_no_form_counts_without_its_token(
    app: Flask, signed_in: Callable[[str], Browser], forged: dict[str, str]
) -> None:
    mine = signed_in("admin")
    for rule, method, _ in rules(app):
        if method not in SAFE:
            assert mine.open(address(rule), method=method, data=forged).status_code == 400, rule


def test_a_token_of_another_session_does_not_count(signed_in: Callable[[str], Browser]) -> None:
    mine, other = signed_in("admin"), signed_in("admin")
    assert mine.post("/sign-out", data={"csrf_token": other.token()}).status_code == 400
    assert mine.send("/sign-out").status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://localhost"}, 303),
    ],
)
def test_a_form_from_another_site_does_not_count_even_with_the_token(
    client: Browser, headers: dict[str, str], status: int
) -> None:
    data = {"csrf_token": client.token()}
    assert client.post("/sign-out", data=data, headers=headers).status_code == status


def test_a_view_that_names_nothing_is_shut(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    mine = signed_in("admin")
    app._got_first_request = False
    app.add_url_rule("/forgotten", view_func=lambda: "open", endpoint="forgotten")
    assert mine.get("/forgotten").status_code == 403
    assert browser(app).get("/forgotten").status_code == 303


def test_a_fragment_asked_for_without_a_session_sends_the_whole_page_on(client: Browser) -> None:
    answer = client.get("/health", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in?next=%2Fhealth")


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/healthz"])
def test_every_answer_carries_safe_headers(client: Browser, web_parts: Parts, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers
    secure = browser(application(replace(web_parts, url="https://clinic.test")))
    assert secure.get(path).headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_pages_are_compressed_for_those_who_take_it_and_small_ones_are_not(client: Browser) -> None:
    packed = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"<!doctype html>" in gzip.decompress(packed.data)
    plain = client.get("/sign-in")
    assert "Content-Encoding" not in plain.headers
    redirected = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in redirected.headers


def test_other_kinds_of_answers_are_sent_as_they_are(app: Flask) -> None:
    app.add_url_rule("/feed.ics", "ics", public(lambda: app.response_class("x" * 999, mimetype="text/calendar")))
    answer = browser(app).get("/feed.ics", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_built_files_are_kept_by_browsers_and_others_are_not_there(client: Browser, web_parts: Parts) -> None:
    web_parts.dist.mkdir()
    (web_parts.dist / "manifest.json").write_text('{"app.css": "app-1A.css", "dot.svg": "dot-2B.svg"}')
    (web_parts.dist / "app-1A.css").write_text("a{color:red}" * 99)
    (web_parts.dist / "dot-2B.svg").write_text("<svg/>")
    packed = client.get("/static/dist/app-1A.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (packed.mimetype, gzip.decompress(packed.data)[:8]) == ("text/css", b"a{color:")
    plain = client.get("/static/dist/app-1A.css")
    assert plain.data[:8] == b"a{color:"
    assert "Set-Cookie" not in plain.headers
    assert "Cookie" not in plain.headers["Vary"]
    small = client.get("/static/dist/dot-2B.svg", headers={"Accept-Encoding": "gzip"})
    assert (small.data, small.mimetype) == (b"<svg/>", "image/svg+xml")
    (web_parts.dist / "app-1A.css.br").write_bytes(b"packed")
    assert client.get("/static/dist/app-1A.css.br").status_code == 404
    assert client.get("/static/dist/manifest.json").status_code == 404
    assert client.get("/static/dist/..%2F..%2Fsetup.cfg").status_code == 404


def test_a_built_file_goes_as_the_build_packed_it_to_who_takes_that(client: Browser, web_parts: Parts) -> None:
    web_parts.dist.mkdir()
    (web_parts.dist / "manifest.json").write_text('{"app.css": "app-1A.css", "dot.svg": "dot-2B.svg"}')
    for name in ("app-1A.css", "dot-2B.svg"):
        (web_parts.dist / name).write_text("a{}" * 99)
        (web_parts.dist / f"{name}.br").write_bytes(b"packed" if name == "app-1A.css" else b"longer" * 99)

    def way(name: str, taken: str) -> str | None:
        return client.get(f"/static/dist/{name}", headers={"Accept-Encoding": taken}).headers.get("Content-Encoding")

    assert client.get("/static/dist/app-1A.css", headers={"Accept-Encoding": "gzip, br"}).data == b"packed"
    assert [way("app-1A.css", taken) for taken in ("gzip, deflate, br", "gzip", "gzip, br;q=0", "")] == [
        "br",
        "gzip",
        "gzip",
        None,
    ]
    assert way("dot-2B.svg", "gzip, br") == "gzip", "what the build made larger does not go"


def test_an_address_without_its_slash_leads_on(app: Flask) -> None:
    app.add_url_rule("/slashed/", "slashed", public(lambda: "here"))
    assert browser(app).get("/slashed").status_code == 308


def test_the_colours_that_a_browser_chose_are_in_the_first_byte(client: Browser) -> None:
    assert "data-theme" not in client.get("/sign-in").text
    client.set_cookie("theme", "dark")
    assert 'data-theme="dark"' in client.get("/sign-in").text
    client.set_cookie("theme", '"><script>')
    assert "data-theme" not in client.get("/sign-in").text


def test_logs_name_routes_and_nobody(
    app: Flask, client: Browser, signed_in: Callable[[str], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "canary-7f3a"
    client.get(f"/f/{canary}.ics")
    client.get(f"/patients?q={canary}")
    client.send(f"/sign-in?next={canary}", login=f"{canary}@clinic.test", password=canary)
    client.set_cookie("session", canary)
    client.get("/", headers={"X-Forwarded-For": canary, "Referer": canary})
    signed_in("admin").get(f"/patients/{canary}")
    told = "".join(JsonLines().format(record) for record in caplog.records)
    assert '"route": "/sign-in"' in told
    assert canary not in told


def test_behind_a_proxy_the_visitor_is_who_the_proxy_says(web_parts: Parts) -> None:
    made = application(replace(web_parts, trusted_proxies=1))
    answer = browser(made).get("/metrics", headers={"X-Forwarded-For": "127.0.0.1, 203.0.113.9"})
    assert answer.status_code == 403


def test_templates_are_found_where_the_package_keeps_them(web_parts: Parts) -> None:
    assert (Path(web_parts.templates) / "layout.html").is_file()
