"""Protocols on screen: read with their sources, edited without scripts, compared, retired."""

import re
from html import unescape

from werkzeug.test import TestResponse

from tests.web.conftest import Browser, Clock
from tests.web.test_courses import WISHES, book
from tests.world import NOW, World

NECK = "/protocols/neck-mechanical"
FIELD = re.compile(r'<(input|textarea|select)[^>]* name="([^"]*)"[^>]*>(?:([^<]*)</textarea>)?', re.DOTALL)


def entered(page: TestResponse) -> dict[str, str | list[str]]:
    """What the form would send as it stands."""
    found: dict[str, str | list[str]] = {"regions": []}
    body = page.text[page.text.index('<form class="stack"') :]
    for tag in FIELD.finditer(body):
        kind, name, text = tag.groups()
        if kind == "select":
            chosen = re.search(
                r'<option value="([^"]*)" selected', body[tag.end() : body.index("</select>", tag.end())]
            )
            found[name] = chosen[1] if chosen else ""
        elif kind == "textarea":
            found[name] = unescape(text or "")
        elif 'type="checkbox"' in tag[0]:
            if " checked" in tag[0]:
                found[name] = [*found[name], tag[0].split('value="')[1].split('"')[0]] if name == "regions" else "1"
        else:
            value = re.search(r'value="([^"]*)"', tag[0])
            found[name] = unescape(value[1]) if value else ""
    return found


def save(admin: Browser, **changed: str) -> TestResponse:
    return admin.send(f"{NECK}/edit", **(entered(admin.get(f"{NECK}/edit")) | changed))


def test_a_protocol_of_the_practices_own_begins_blank_or_like_another(admin: Browser) -> None:
    new = admin.send("/protocols", title="Übung am Seil", key="k1").headers["Location"]
    assert new == "/protocols/ubung-am-seil/edit"
    form = entered(admin.get(new)) | {"summary": "On the rope", "key": "k2"}
    assert admin.send(new, **form).headers["Location"] == "/protocols/ubung-am-seil"
    page = admin.get("/protocols/ubung-am-seil").text
    assert "On the rope" in page
    assert "set by the practice" in page
    like = admin.send("/protocols", title="Übung am Seil", like="lateral-elbow", key="k3").headers["Location"]
    assert like == "/protocols/ubung-am-seil-2/edit"
    assert "NCT05108493" in admin.get("/protocols/ubung-am-seil-2").text
    assert '<option value="ubung-am-seil">Übung am Seil</option>' in admin.get("/courses/new").text


def test_a_protocol_without_a_title_does_not_begin(admin: Browser) -> None:
    refused = admin.send("/protocols", title=" ", key="k1")
    assert (refused.status_code, 'id="title-fault"' in refused.text) == (400, True)
    assert admin.send("/protocols", title="New", like="nothing", key="k2").status_code == 404


def test_the_list_leads_to_every_protocol(admin: Browser) -> None:
    page = admin.get("/protocols")
    assert page.text.count('href="/protocols/') == 13
    assert "as it ships, version 1" in page.text


def test_every_number_says_what_it_rests_on(admin: Browser) -> None:
    page = admin.get(NECK)
    assert "<b>R</b> trial" in page.text
    assert "PMC5719229" in page.text
    assert "the needling before, of the same region" in page.text
    assert "only when somebody releases it" in page.text
    assert "after visit 3" in page.text


def test_a_phase_behind_one_that_waits_says_what_it_waits_for(admin: Browser) -> None:
    address = "/protocols/generic-myofascial"
    assert "once phase" not in admin.get(address).text
    form = entered(admin.get(f"{address}/edit")) | {"phases.1.when": "released", "phases.2.when": "always", "why": "x"}
    assert admin.send(f"{address}/edit", **form).status_code == 303
    last = admin.get(address).text.partition("Phase C")[2]
    assert "once phase B is released or left out" in last
    assert "shipped: only when somebody releases it" in last


def test_a_form_that_is_sent_as_it_stands_changes_nothing(admin: Browser) -> None:
    assert save(admin).status_code == 303
    assert "as it ships, version 1" in admin.get(NECK).text


def test_an_edit_is_a_version_that_shows_what_shipped_beside_it(admin: Browser) -> None:
    assert save(admin, **{"phases.0.gap_max": "12", "why": "as our patients come"}).status_code == 303
    page = admin.get(NECK)
    assert "the practice’s version 2" in page.text
    assert "<small>shipped: 10</small>" in page.text
    assert "set by the practice, no evidence" in page.text
    assert "as our patients come" in page.text
    assert "Phase A, Largest gap, days: 12 instead of 10" in admin.get(f"{NECK}/compare").text
    assert "shipped: 10 · configurable default: set by the practice" in admin.get(f"{NECK}/edit").text
    assert "The two say the same." in admin.get(f"{NECK}/compare?before=1&after=shipped").text
    assert admin.get(f"{NECK}/compare?before=9").status_code == 404


def test_a_default_is_called_so_once(admin: Browser) -> None:
    for page in (NECK, f"{NECK}/edit", "/rules"):
        text = admin.get(page).text
        assert "onfigurable default" in text
        assert "Configurable default: " not in text


def test_faults_stand_at_their_fields_and_nothing_is_saved(admin: Browser) -> None:
    refused = save(admin, **{"phases.0.gap_max": "2"})
    assert refused.status_code == 400
    assert 'id="phases.0.gap_max-fault"' in refused.text
    assert "Largest gap, days: the largest gap (2 days) is less than the smallest (5): swap them." in refused.text
    several = save(admin, **{"phases.0.sessions": "many", "cap": "", "why": "x"})
    assert several.text.count("must be a whole number.") == 4
    assert "as it ships, version 1" in admin.get(NECK).text


def test_a_reason_that_is_too_long_is_refused_at_its_field(admin: Browser) -> None:
    assert 'id="why-fault"' in save(admin, cap="5", why="x" * 201).text


def test_phases_parts_and_reassessments_come_and_go_without_scripts(admin: Browser) -> None:
    form = entered(admin.get(f"{NECK}/edit"))
    for do, gained, lost in (
        ("add:phases", "phases.2.components.0.minutes", ""),
        ("add:phases.0.components", "phases.0.components.3.minutes", ""),
        ("add:reassess", "reassess.1.n", ""),
        ("drop:phases.1", "", "phases.1.name"),
        ("drop:phases.0.components.2", "", "phases.0.components.2.minutes"),
        ("drop:reassess.0", "", "reassess.0.n"),
    ):
        fields = entered(admin.send(f"{NECK}/edit", **form, do=do))
        assert (gained in fields) is bool(gained)
        assert lost not in fields
    for nonsense in ("drop:phases.9", "add:title", "drop:", "x", "add:phases.7.components"):
        assert len(entered(admin.send(f"{NECK}/edit", **form, do=nonsense))) == len(form)


def test_two_people_who_edit_one_version_are_told(admin: Browser) -> None:
    form = entered(admin.get(f"{NECK}/edit"))
    save(admin, cap="5")
    assert admin.send(f"{NECK}/edit", **(form | {"cap": "4"})).status_code == 409


def test_a_retired_protocol_starts_no_course_until_it_is_taken_back(admin: Browser) -> None:
    for way, there in (("retire", False), ("restore", True)):
        page = admin.get(NECK)
        seen = re.search(r'name="version" value="(\d+)"', page.text)
        assert seen is not None
        assert admin.send(f"{NECK}/{way}", version=seen[1]).status_code == 303
        assert ('value="neck-mechanical"' in admin.get("/courses/new").text) is there
        assert ("no new course is built from it" in admin.get(NECK).text) is not there


def test_a_course_keeps_its_version_and_shows_what_changed_since(admin: Browser) -> None:
    course = book(admin).headers["Location"]
    assert "In the protocol since" not in admin.get(course).text
    tension = f"/protocols/{WISHES['protocol']}/edit"
    admin.send(tension, **(entered(admin.get(tension)) | {"cap": "8"}))
    page = admin.get(course)
    assert "Tension-type headache, version 1" in page.text
    assert "Needling sessions before a review: 8 instead of 6" in page.text


def test_who_may_not_edit_reads_alone(world: World, signed_in) -> None:  # type: ignore[no-untyped-def]
    front = signed_in("front desk")
    assert "/edit" not in front.get(NECK).text
    assert front.get(f"{NECK}/edit").status_code == 403


def test_a_version_has_the_time_of_the_practices_clock(world: World, clock: Clock, signed_in) -> None:  # type: ignore[no-untyped-def]
    clock.at = NOW.replace(hour=23, minute=30)  # half past midnight on the 21st in Berlin
    admin = signed_in("admin")
    save(admin, cap="5")
    assert "21 Nov 2026, 00:30" in admin.get(NECK).text
