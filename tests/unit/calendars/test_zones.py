import importlib.metadata
import zoneinfo
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clinic.calendars import zones
from clinic.calendars.posix import Observance, Onset, parsed
from clinic.domain.errors import Invalid
from tests.examples import one_in


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.fixture
def forget():
    """No zone read under a stand-in for the files is remembered."""
    caches = (zones.observances, zones.verified, zones.vtimezone)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def test_a_constant_zone_has_one_observance() -> None:
    assert parsed("IST-5:30") == (Observance("IST", hours(5.5), hours(5.5)),)
    assert parsed("<-03>3") == (Observance("-03", hours(-3), hours(-3)),)


def test_a_changing_zone_has_two() -> None:
    assert parsed("CET-1CEST,M3.5.0,M10.5.0/3") == (
        Observance("CET", hours(2), hours(1), Onset(10, 25, 6, hours(3))),
        Observance("CEST", hours(1), hours(2), Onset(3, 25, 6, hours(2))),
    )


def test_a_zone_may_name_both_offsets() -> None:
    standard, summer = parsed("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0") or ()
    assert (standard.offset, summer.offset) == (hours(10.5), hours(11))


@pytest.mark.parametrize(
    ("rule", "onset"),
    [
        ("M3.5.0/-1", Onset(3, 24, 5, hours(23))),
        ("M9.1.6/24", Onset(9, 2, 6, hours(0))),
        ("M3.4.4/50", Onset(3, 24, 5, hours(2))),
        ("M11.1.0/1:30:15", Onset(11, 1, 6, timedelta(hours=1, minutes=30, seconds=15))),
    ],
)
def test_whole_days_of_the_hour_move_to_the_weekday(rule: str, onset: Onset) -> None:
    _, summer = parsed(f"AAA0BBB,{rule},M10.1.0") or ()
    assert summer.onset == onset


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "<+0330>-3:30<+0430>,J79/24,J263/24",
        "EET-2EEST,M4.5.5/0,M10.5.4/24",
        "AAA0BBB,M3.1.0/-25,M10.1.0",
        "AAA0BBB",
        "CET-1CEST,M3.5.0",
    ],
)
def test_what_no_yearly_weekday_describes_is_not_guessed(rule: str) -> None:
    assert parsed(rule) is None


def test_an_onset_is_the_only_such_weekday_of_its_seven_days() -> None:
    last_sunday = Onset(3, 25, 6, hours(2))
    assert [last_sunday.local(year) for year in (2026, 2027)] == [datetime(2026, 3, 29, 2), datetime(2027, 3, 28, 2)]  # noqa: DTZ001


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Europe/Dublin"]
)
def test_the_usual_zones_are_verified(name: str) -> None:
    assert zones.verified(name, 2026)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Africa/Cairo"])
def test_utc_and_zones_without_a_writable_rule_are_not(name: str) -> None:
    assert not zones.verified(name, 2026)


@pytest.mark.parametrize("year", [1, 1971, 9001, 9999])
def test_years_out_of_the_rules_reach_are_not_verified(year: int) -> None:
    assert not zones.verified("Europe/Berlin", year)


def test_a_year_with_another_past_is_not_verified() -> None:
    assert not zones.verified("America/New_York", 2006)
    assert not zones.verified("America/Sao_Paulo", 2019)


@pytest.mark.parametrize(
    "footer", ["CET-1CEST,M3.5.0,M10.5.0/2", "CET-1CEST,M4.5.0,M10.5.0/3", "CET-1", "CET-1CEST-2:30,M3.5.0,M10.5.0/3"]
)
@pytest.mark.usefixtures("forget")
def test_a_footer_that_lies_is_found_out(footer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "_tzif", lambda name: b"TZif2...\n" + footer.encode() + b"\n")
    assert not zones.verified("Europe/Berlin", 2026)


@pytest.mark.usefixtures("forget")
def test_a_change_that_the_footer_does_not_know_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "_tzif", lambda name: b"TZif2...\nIST-5:30\n")
    assert zones.verified("Asia/Kolkata", 2026)
    assert not zones.verified("Europe/Berlin", 2026)


@pytest.mark.usefixtures("forget")
def test_a_file_of_the_first_version_has_no_footer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "_tzif", lambda name: b"TZif\0...\nIST-5:30\n")
    assert zones.observances("Asia/Kolkata") is None
    with pytest.raises(Invalid) as caught:
        zones.vtimezone("Asia/Kolkata")
    assert (caught.value.code, caught.value.params) == ("zone_undescribed", {"name": "Asia/Kolkata"})


@pytest.mark.usefixtures("forget")
def test_without_system_zones_the_package_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", ("/nowhere",))
    assert zones.observances("Asia/Kolkata") == parsed("IST-5:30")


def test_the_edition_says_where_the_zones_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path),))
    assert zones.edition() == f"package {importlib.metadata.version('tzdata')}"
    (tmp_path / "Europe").mkdir()
    assert zones.edition() == "system unknown"
    (tmp_path / "tzdata.zi").write_text("# version 2025b\n# redo posix_only\n")
    assert zones.edition() == "system 2025b"


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        zones.observances("../etc/passwd")
    assert caught.value.code == "unknown_zone"


def recurrences(name: str) -> dict[str, str]:
    return {part["TZNAME"]: part["RRULE"].to_ical().decode() for part in zones.vtimezone(name).subcomponents}


def test_an_observance_recurs_by_one_rule() -> None:
    assert recurrences("Europe/Berlin") == {
        "CET": "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "CEST": "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    }
    assert recurrences("America/New_York")["EDT"] == "FREQ=YEARLY;BYDAY=2SU;BYMONTH=3"
    assert recurrences("America/Nuuk")["-01"] == ("FREQ=YEARLY;BYDAY=SA;BYMONTHDAY=24,25,26,27,28,29,30;BYMONTH=3")


def test_summer_time_is_daylight_even_where_the_law_calls_it_standard() -> None:
    assert {part["TZNAME"]: part.name for part in zones.vtimezone("Europe/Dublin").subcomponents} == {
        "IST": "DAYLIGHT",
        "GMT": "STANDARD",
    }


def test_a_constant_zone_is_described_without_a_recurrence() -> None:
    (standard,) = zones.vtimezone("Asia/Kolkata").subcomponents
    assert standard.name == "STANDARD"
    assert "RRULE" not in standard


@one_in(5)
def test_nearly_every_zone_of_the_world_is_verified(share: int) -> None:
    names = sorted(zoneinfo.available_timezones())[::share]
    doubtful = [name for name in names if not zones.verified(name, 2027)]
    assert len(doubtful) < len(names) / 15, doubtful
