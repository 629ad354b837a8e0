"""A calendar is fetched from the public internet and from nowhere else, whatever the address, the names or the server
say; a real https server answers."""

import gzip
import ssl
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from clinic.calendars import fetching
from clinic.calendars.fetching import AGENT, BROWSER, Fetched, Marks, Network, fetch
from clinic.calendars.lean import MOST_BYTES
from clinic.calendars.outside import address
from clinic.domain.errors import Invalid
from tests.unit.calendars.hosting import EMPTY, HOST, PUBLIC, Outside, answer, certificate, hosted

URL = f"https://{HOST}/private-7f3/basic.ics?x=1"
NO_ADDRESSES = (
    *("", "calendar", "https://", "http://calendar.example.org/a.ics", "ftp://calendar.example.org/a.ics"),
    *("file:///etc/passwd", "gopher://calendar.example.org/", "data:text/calendar,x", "//calendar.example.org/a.ics"),
    *(
        "https://me:secret@calendar.example.org/",
        "https://@calendar.example.org/",
        "https://calendar.example.org:8443/",
    ),
    *(
        "https://calendar.example.org:80/",
        "https://calendar.example.org:x/",
        "https://calendar.example.org\\@other.org/",
    ),
    *("https://93.184.216.34/", "https://127.0.0.1/", "https://2130706433/", "https://0x7f000001/", "https://127.1/"),
    *("https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://localhost/", "https://a..org/"),
    *("https://calendar.example.org/a b", "https://calendar.example.org/ü.ics", "https://calendar%00.example.org/"),
    *(f"https://{'a' * 64}.org/", f"https://calendar.example.org/{'a' * 2001}", "https://１２７.0.0.1/"),
)
NOT_PUBLIC = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.2.1"),  # noqa: S104
    *("255.255.255.255", "224.0.0.1", "240.0.0.1", "198.18.0.1", "192.0.0.192", "192.88.99.1", "nonsense"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"),
    *("::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1"),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def outside(both: Path) -> Iterator[Outside]:
    with hosted(both) as found:
        yield found


def code(outside: Outside, said: str = URL, seconds: float = 5) -> str:
    with pytest.raises(Invalid) as refused:
        fetch(said, network=outside.network, seconds=seconds)
    told = str(refused.value) + repr(refused.value.params)
    assert "private-7f3" not in told
    return refused.value.code


def test_a_calendar_is_fetched_from_the_address_that_was_checked(outside: Outside) -> None:
    outside.says = lambda _: [answer(ETag='"v1"', Last_Modified="Fri, 20 Nov 2026 09:00:00 GMT")]
    got = fetch(URL, network=outside.network)
    assert got == Fetched(EMPTY, Marks('"v1"', "Fri, 20 Nov 2026 09:00:00 GMT"))
    assert (outside.looked_up, outside.called) == ([HOST], [PUBLIC])
    assert outside.asked[0].startswith(b"GET /private-7f3/basic.ics?x=1 HTTP/1.1\r\nHost: calendar.example.org\r\n")


def test_nothing_of_ours_goes_along(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    fetch(URL, network=outside.network)
    headers = {line.partition(b":")[0] for line in outside.asked[0].split(b"\r\n")[1:] if line}
    assert headers == {b"Host", b"User-Agent", b"Accept", b"Accept-Encoding", b"Connection"}


def test_a_known_version_is_not_sent_again(outside: Outside) -> None:
    marks = Marks('"v1"', "Fri, 20 Nov 2026 09:00:00 GMT")
    outside.says = lambda _: [answer(b"", "304 Not Modified")]
    assert fetch(URL, marks, network=outside.network) == Fetched(None, marks)
    assert b'If-None-Match: "v1"\r\nIf-Modified-Since: Fri, 20 Nov 2026 09:00:00 GMT\r\n' in outside.asked[0]
    assert code(outside) == "busy_status"


def test_marks_that_would_do_harm_are_forgotten(outside: Outside) -> None:
    outside.says = lambda _: [answer(ETag="x" * 201, Last_Modified="\u00e9")]
    assert fetch(URL, network=outside.network).marks == Marks()


@pytest.mark.parametrize(("host", "agent"), [(HOST, AGENT), ("outlook.office365.com", BROWSER)])
def test_only_where_it_must_be_a_browser_it_says_it_is_one(outside: Outside, host: str, agent: str) -> None:
    fetch(f"webcal://{host}/a.ics", network=outside.network)
    assert f"User-Agent: {agent}\r\n".encode() in outside.asked[0]


@pytest.mark.parametrize("said", NO_ADDRESSES)
def test_what_is_no_plain_public_name_is_not_even_looked_up(outside: Outside, said: str) -> None:
    assert code(outside, said) == "busy_address"
    assert (outside.looked_up, outside.called) == ([], [])


@pytest.mark.parametrize("ip", NOT_PUBLIC)
@pytest.mark.parametrize("among", [(), (PUBLIC,)])
def test_a_name_that_leads_inside_is_not_called(outside: Outside, ip: str, among: tuple[str, ...]) -> None:
    outside.hosts = {HOST: (*among, ip)}
    assert code(outside) == "busy_not_public"
    assert (outside.called, outside.asked) == ([], [])


def test_public_addresses_of_both_kinds_are_called(outside: Outside) -> None:
    outside.hosts = {HOST: ("2606:2800:220:1:248:1893:25c8:1946", PUBLIC)}
    fetch(URL, network=outside.network)
    assert outside.called == ["2606:2800:220:1:248:1893:25c8:1946"]


def test_a_name_that_nobody_has_cannot_be_reached(outside: Outside) -> None:
    assert code(outside, "https://nowhere.example.org/") == "busy_unreachable"


def test_a_name_that_changes_its_mind_is_asked_once(outside: Outside) -> None:
    """Rebinding: what the second look-up would say does not matter, there is none."""
    answers = iter([(PUBLIC,), ("127.0.0.1",)])
    network = replace(outside.network, look_up=lambda *_: next(answers))
    assert fetch(URL, network=network).body == EMPTY
    assert outside.called == [PUBLIC]


@pytest.mark.parametrize(
    "location",
    [
        *("http://calendar.example.org/a.ics", "file:///etc/passwd", "https://127.0.0.1/", "https://2130706433/"),
        *("https://u:p@other.example.org/", "https://other.example.org:22/", "//[::1]/", "ftp://other.example.org/"),
    ],
)
def test_a_redirection_to_no_plain_public_name_is_not_followed(outside: Outside, location: str) -> None:
    outside.says = lambda _: [answer(b"", "302 Found", Location=location)]
    assert (code(outside), len(outside.asked)) == ("busy_address", 1)


def test_a_redirection_inside_is_not_followed(outside: Outside) -> None:
    outside.hosts = {HOST: (PUBLIC,), "other.example.org": ("10.0.0.1",)}
    outside.says = lambda _: [answer(b"", "301 Moved", Location="https://other.example.org/")]
    assert (code(outside), outside.called) == ("busy_not_public", [PUBLIC])


@pytest.mark.parametrize(("most", "found"), [(3, EMPTY), (4, None)])
def test_three_redirections_are_followed_and_no_more(outside: Outside, most: int, found: bytes | None) -> None:
    steps = iter(range(1, most + 1))
    here = lambda step: answer(b"", "307 Go", Location=f"/{step}") if step else answer()  # noqa: E731
    outside.says = lambda _: [here(next(steps, 0))]
    if found is None:
        assert code(outside) == "busy_redirects"
    else:
        assert fetch(URL, network=outside.network).body == found
    assert len(outside.looked_up) == 4


def test_a_server_that_cannot_prove_its_name_is_left(outside: Outside) -> None:
    outside.hosts = {"third.example.org": (PUBLIC,)}
    assert (code(outside, "https://third.example.org/"), outside.asked) == ("busy_unencrypted", [])
    outside.tls, outside.hosts = ssl.create_default_context(), {HOST: (PUBLIC,)}
    assert (code(outside), outside.asked) == ("busy_unencrypted", [])


def test_a_server_that_does_not_take_the_call_is_left_for_the_next(outside: Outside) -> None:
    outside.hosts = {HOST: ("93.184.216.33", PUBLIC)}
    dial = outside.network.dial

    def picky(ip: str, seconds: float) -> object:
        if ip != PUBLIC:
            raise ConnectionRefusedError
        return dial(ip, seconds)

    assert fetch(URL, network=replace(outside.network, dial=picky)).body == EMPTY
    outside.hosts = {HOST: ("93.184.216.33",)}
    with pytest.raises(Invalid, match="busy_unreachable"):
        fetch(URL, network=replace(outside.network, dial=picky))


@pytest.mark.parametrize(
    ("status", "told"),
    [
        *(("401 No", "busy_denied"), ("403 No", "busy_denied"), ("404 No", "busy_gone"), ("410 No", "busy_gone")),
        *(("500 Oh", "busy_status"), ("204 Nothing", "busy_status"), ("206 Part", "busy_status")),
    ],
)
def test_a_refusal_is_told(outside: Outside, status: str, told: str) -> None:
    outside.says = lambda _: [answer(b"", status)]
    assert code(outside) == told


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_what_is_packed_is_unpacked(outside: Outside, pack: "type[object]") -> None:
    outside.says = lambda _: [answer(pack(EMPTY), Content_Encoding="gzip")]  # type: ignore[arg-type]
    assert fetch(URL, network=outside.network).body == EMPTY


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        (b"x" * (MOST_BYTES + 1), {}, "busy_too_large"),
        (gzip.compress(b"\0" * (200 << 20), 1), {"Content_Encoding": "gzip"}, "busy_too_large"),
        (gzip.compress(EMPTY)[:-12], {"Content_Encoding": "gzip"}, "busy_cut_off"),
        (b"no gzip", {"Content_Encoding": "gzip"}, "busy_not_calendar"),
        (EMPTY, {"Content_Encoding": "br"}, "busy_not_calendar"),
        (EMPTY, {"Content_Length": "999"}, "busy_cut_off"),
    ],
    ids=["large", "bomb", "half packed", "not packed", "unknown packing", "half"],
)
def test_too_much_and_too_little_are_refused(outside: Outside, body: bytes, headers: dict[str, str], told: str) -> None:
    outside.says = lambda _: [answer(body, **headers)]
    assert code(outside) == told


@pytest.mark.thorough
@pytest.mark.parametrize("where", ["headers", "body", "silence"])
def test_a_server_that_drips_is_left_when_the_time_is_over(outside: Outside, where: str) -> None:
    over = Event()

    def drip(_: bytes) -> Iterator[bytes]:
        yield {"headers": b"HTTP/1.1 200 OK\r\nX: ", "body": answer(EMPTY, Content_Length="9999"), "silence": b""}[
            where
        ]
        while not over.wait(0.01):
            yield b"" if where == "silence" else b"x"

    outside.says = drip
    assert code(outside, seconds=0.3) == "busy_slow"
    over.set()


def test_what_is_not_http_cannot_be_reached(outside: Outside) -> None:
    outside.says = lambda _: [b"SSH-2.0-OpenSSH\r\n"]
    assert code(outside) == "busy_unreachable"


def test_a_look_up_that_does_not_come_back_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    assert fetching.looked_up("slow.example.org", 0.05) == []
    over.set()


def test_a_look_up_answers_with_addresses_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", (PUBLIC, 443)), (10, 1, 6, "", ("2606:2800::1", 443, 0, 0))]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_, **__: found)
    assert fetching.looked_up(HOST, 1) == [PUBLIC, "2606:2800::1"]


def test_the_address_is_shown_nowhere() -> None:
    assert "private" not in repr(address(URL))
    assert Network().tls.check_hostname
