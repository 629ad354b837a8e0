"""A visit's record on screen: typed, kept with each change, signed, amended, printed."""

import re

import pytest
from sqlalchemy import select

from clinic.db.tables.access import access_log
from clinic.db.unit import Database
from tests.db.test_records import done, now_of, visit_on
from tests.web.conftest import Browser, Enter
from tests.world import World

WHOLE = {
    "pain_before": "6",
    "pain_after": "4",
    "gauge": "0.30",
    "length": "40",
    "needles_in": "3",
    "needles_out": "3",
    "site-0-region": "shoulder",
    "site-0-side": "right",
    "site-0-muscle": "infraspinatus",
    "site-0-twitch": "yes",
    "site-1-region": "",
    "site-2-region": "neck",
    "site-2-side": "left",
    "site-2-gauge": "0,25",
    "site-2-length": "13",
    "told": "1",
}


@pytest.fixture
def visit(sqlite_database: Database, world: World) -> str:
    return visit_on(sqlite_database, world)


def test_a_record_is_opened_from_the_visit_and_signed(
    therapist: Browser, sqlite_database: Database, visit: str
) -> None:
    address = f"/visits/{visit}/record"
    assert f'href="{address}"' in therapist.get(f"/visits/{visit}").text
    page = therapist.get(address)
    assert page.status_code == 200
    assert f'data-keep="{address}"' in page.text
    assert "infraspinatus" in page.text
    assert therapist.send(f"{address}/sign", version="0", **WHOLE).headers["Location"] == address
    signed = therapist.get(address).text
    assert "Signed by" in signed
    assert "infraspinatus, Shoulder, right, twitch" in signed
    assert "Neck, left, 0.25 mm × 13 mm" in signed
    assert "Consent</dt><dd>none recorded" in signed
    assert "Notes gone through</dt><dd>Dry needling, version " in signed
    assert "Dry needling, Shoulder, version " in signed
    paper = therapist.get(f"{address}/print")
    assert (paper.status_code, "Version 1" in paper.text) == (200, True)
    assert now_of(sqlite_database, visit).signed


def test_each_change_is_kept_and_the_form_goes_on_with_the_new_version(
    therapist: Browser, sqlite_database: Database, visit: str
) -> None:
    live = {"X-Fragment": "1"}
    address = f"/visits/{visit}/record"
    for seen in ("0", "1"):
        form = {"csrf_token": therapist.token(), "version": seen, "pain_before": seen}
        answer = therapist.post(address, data=form, headers=live)
        assert "Saved at 10:00" in answer.text
        assert f'name="version" value="{int(seen) + 1}"' in answer.text
    assert now_of(sqlite_database, visit).record.pain_before == 1
    wrong = therapist.post(address, data=form | {"pain_before": "11", "version": "2"}, headers=live)
    assert (wrong.status_code, "Not saved yet" in wrong.text) == (400, True)
    stale = therapist.post(address, data=form | {"version": "1"}, headers=live)
    assert (stale.status_code, "Somebody else changed" in stale.text) == (409, True)
    assert 'name="version" value="1"' in stale.text


def test_who_was_slower_sees_both_and_loses_nothing(therapist: Browser, sqlite_database: Database, visit: str) -> None:
    address = f"/visits/{visit}/record"
    assert therapist.send(address, version="0", note="theirs", pain_before="3").status_code == 303
    late = therapist.send(address, version="0", note="mine", pain_before="3")
    assert late.status_code == 409
    assert "Somebody else saved this record meanwhile" in late.text
    assert re.search(r"Note</th><td[^>]*>mine</td><td[^>]*>theirs</td>", late.text)
    assert "Pain before</th>" not in late.text
    assert 'name="version" value="1"' in late.text
    assert now_of(sqlite_database, visit).record.note == "theirs"
    assert therapist.send(address, version="1", note="both").status_code == 303


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"pain_after": ""}, 400, "belongs to every record"),
        ({"needles_out": "2"}, 422, "3 needles went in and 2 came out"),
        ({"drowsy": "1"}, 422, "advise the patient not to drive"),
        ({"gauge": "30"}, 400, "must be written like 0.30"),
        ({"site-0-gauge": "x"}, 400, "must be written like 0.30"),
        ({"site-0-length": "x"}, 400, "must be a whole number"),
        ({"site-0-side": "up"}, 400, "site-0-side"),
        ({"part-0-fate": "dropped"}, 400, "Say why this part"),
        ({"part-0-fate": "swapped"}, 400, "Say what was done instead"),
        ({"pain_before": "٣"}, 400, "must be a whole number"),
    ],
)
def test_what_a_signature_waits_for_is_said_and_what_was_typed_stays(
    therapist: Browser, sqlite_database: Database, visit: str, changed: dict[str, str], status: int, said: str
) -> None:
    refused = therapist.send(f"/visits/{visit}/record/sign", version="0", **WHOLE | changed)
    assert (refused.status_code, said in refused.text) == (status, True)
    assert 'value="infraspinatus"' in refused.text
    assert now_of(sqlite_database, visit).row is None


def test_needling_that_was_dropped_keeps_its_slot_and_says_what_was_done(therapist: Browser, visit: str) -> None:
    form = {"pain_before": "3", "pain_after": "2", "site-0-region": "shoulder", "site-0-side": "right"}
    form |= {"part-0-fate": "swapped", "part-0-instead": "manual-therapy", "part-0-reason": "a cold"}
    address = f"/visits/{visit}/record"
    assert therapist.send(f"{address}/sign", version="0", **form).status_code == 303
    signed = therapist.get(address).text
    assert "Manual therapy instead of Dry needling: a cold; Exercise" in signed
    assert "Site 1" not in signed


def test_sites_and_needles_are_copied_with_one_button(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    done(sqlite_database, world)
    later = visit_on(sqlite_database, world, "2026-11-27")
    address = f"/visits/{later}/record"
    assert 'name="copy"' in therapist.get(address).text
    assert therapist.send(address, version="0", copy="1", pain_before="5").status_code == 303
    form = therapist.get(address).text
    assert 'value="0.30"' in form
    assert '<option value="pistoning" selected>' in form


def test_what_is_signed_is_amended_with_a_reason(therapist: Browser, sqlite_database: Database, world: World) -> None:
    visit = done(sqlite_database, world)
    address = f"/visits/{visit}/record"
    assert f'href="{address}/amend"' in therapist.get(address).text
    assert "data-keep" not in therapist.get(f"{address}/amend").text
    version = str(now_of(sqlite_database, visit).version)
    without = therapist.send(f"{address}/amend", version=version, **WHOLE)
    assert (without.status_code, "Say why the record is amended" in without.text) == (400, True)
    assert therapist.send(f"{address}/amend", version=version, reason="wrong side", **WHOLE).status_code == 303
    both = therapist.get(address).text
    assert both.index("Version 2") < both.index("Version 1")
    assert "Amended: wrong side" in both
    assert therapist.send(address, version="9", **WHOLE).status_code == 409


def test_a_record_that_is_open_is_not_amended_and_prints_nothing(therapist: Browser, visit: str) -> None:
    address = f"/visits/{visit}/record"
    assert therapist.get(f"{address}/amend").status_code == 400
    assert "not signed yet" in therapist.get(f"{address}/print").text
    assert therapist.send(f"{address}/amend", version="0", reason="x", **WHOLE).status_code == 400


def test_the_desk_reads_no_records_and_another_s_is_not_there(
    world: World, signed_in: Enter, visit: str, therapist: Browser
) -> None:
    desk = signed_in("front desk")
    assert "/record" not in desk.get(f"/visits/{visit}").text
    assert desk.get(f"/visits/{visit}/record").status_code == 403
    assert therapist.get("/visits/nobody/record").status_code == 404


def test_who_reads_a_record_is_kept(therapist: Browser, sqlite_database: Database, visit: str) -> None:
    therapist.get(f"/visits/{visit}/record")
    with sqlite_database.read() as unit:
        assert "record.page" in unit.connection.execute(select(access_log.c.route)).scalars().all()


def test_a_long_needle_at_the_rhomboids_is_pointed_out_as_it_is_typed(therapist: Browser, visit: str) -> None:
    live = {"X-Fragment": "1"}
    site = {"site-0-region": "interscapular", "site-0-side": "left", "site-0-muscle": "rhomboid major", "gauge": "0.30"}
    address, told = f"/visits/{visit}/record", "a needle longer than 19 mm can reach the lung"
    for seen, length in (("0", "15"), ("1", "40")):
        form = {"csrf_token": therapist.token(), "version": seen, "length": length, **site}
        assert (told in therapist.post(address, data=form, headers=live).text) == (length == "40")
        assert (told in therapist.get(address).text) == (length == "40")
