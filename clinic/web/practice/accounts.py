"""Who may sign in, on screen: invited, given roles, tied to somebody on the staff, closed."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from clinic.db.access.members import Member
from clinic.db.practice import lists, ties
from clinic.db.practice.lists import LocationLine
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import Places
from clinic.domain.access.permissions import ADMIN, ROLES
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.faults import each_fault
from clinic.domain.time import zone
from clinic.services.access import members
from clinic.services.access.members import PERMISSION
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import new_key, version
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("accounts", __name__, url_prefix="/setup/accounts")

NOBODY = ""
EVERYWHERE = ""


@blueprint.get("")
@needs(PERMISSION)
def listed() -> str:
    return _list({}, {})


@blueprint.post("")
@needs(PERMISSION)
def invite() -> str | tuple[str, int]:
    """A new account; the page that answers shows its link, this once."""
    given, form = parts(), request.form
    try:
        new = NewAccount(form.get("email", ""), form.get("name", "").strip(), form.get("role", ""))
        public_id, token = members.invite(
            given.begin,
            new,
            _place(form.get("place", "")),
            form.get("staff") or None,
            passwords=given.passwords,
            actor=actor(),
            now=given.now(),
        )
    except Invalid as fault:
        return _list(form, _errors(fault)), 400
    return _page(public_id, {}, link=_link(token))


@blueprint.get("/<public_id>")
@needs(PERMISSION)
def page(public_id: str) -> str:
    return _page(public_id, {})


@blueprint.post("/<public_id>")
@needs(PERMISSION)
def save(public_id: str) -> Answer | tuple[str, int]:
    """Its roles, and whose account it is."""
    given, form = parts(), request.form
    how: Any = {"version": version(), "actor": actor(), "now": given.now()}
    try:
        members.save(given.begin, public_id, _given(form), form.get("staff") or None, **how)
    except Invalid as fault:
        return _page(public_id, _errors(fault)), 400
    flash(gettext("Saved."), "done")
    return redirect(url_for(".listed"), 303)


@blueprint.post("/<public_id>/invite")
@needs(PERMISSION)
def again(public_id: str) -> str:
    """Another link; the one before is over."""
    given = parts()
    token = members.invite_again(given.begin, public_id, actor=actor(), now=given.now())
    return _page(public_id, {}, link=_link(token))


@blueprint.post("/<public_id>/close")
@needs(PERMISSION)
def close(public_id: str) -> Answer | tuple[str, int]:
    given = parts()
    try:
        members.close(given.begin, public_id, actor=actor(), now=given.now())
    except Invalid as fault:
        return _page(public_id, _errors(fault)), 400
    flash(gettext("The account is closed."), "done")
    return redirect(url_for(".listed"), 303)


@blueprint.post("/<public_id>/open")
@needs(PERMISSION)
def reopen(public_id: str) -> Answer:
    members.reopen(parts().begin, public_id, actor=actor(), now=parts().now())
    flash(gettext("The account is open again."), "done")
    return redirect(url_for(".page", public_id=public_id), 303)


def _given(form: "MultiDict[str, str]") -> dict[str, Places]:
    """The roles that are ticked, each with where it holds. Raises NotFound."""
    chosen = {role: _place(form.get(_place_of(role), "")) for role in form.getlist("roles")}
    return {role: None if place is None else frozenset({place}) for role, place in chosen.items()}


def _place_of(role: str) -> str:
    """The name of the field that says where a role holds."""
    return f"place_{role.replace(' ', '_')}"


def _place(public_id: str) -> int | None:
    """The location that is chosen; None for every one. Raises NotFound."""
    if public_id == EVERYWHERE:
        return None
    for each in _locations():
        if each.public_id == public_id:
            return each.id
    raise NotFound("location")


def _locations() -> tuple[LocationLine, ...]:
    with parts().read() as unit:
        return lists.locations(unit.connection)


def _places() -> list[tuple[str, str]]:
    """Where a role can hold; nothing to choose in a practice of one location."""
    found = [(each.public_id, each.name) for each in _locations()]
    return [(EVERYWHERE, gettext("Every location")), *found] if len(found) > 1 else []


def _member(public_id: str) -> Member:
    """Raises NotFound."""
    for one in members.listed(parts().read, actor=actor()):
        if one.public_id == public_id:
            return one
    raise NotFound("account")


def _people(*, untied: bool = False) -> list[tuple[str, str]]:
    """Whose account it can be."""
    with parts().read() as unit:
        return [(NOBODY, gettext("Nobody with visits")), *ties.people(unit.connection, untied=untied)]


def _tied(account_id: int) -> str | None:
    """The code of whose account it is."""
    with parts().read() as unit:
        return ties.of_account(unit.connection, account_id)


def _link(token: str) -> str:
    return parts().url.rstrip("/") + url_for("invited.page", token=token)


def _errors(fault: Invalid) -> dict[str, str]:
    names = {"email": gettext("Mail address"), "name": gettext("Name"), "roles": gettext("Roles")}
    return {
        each.field or "": said(Invalid(each.code, field=names.get(each.field or "", each.field), **each.params))
        for each in each_fault(fault)
    }


def _roles() -> list[tuple[str, str]]:
    names = {
        ADMIN: gettext("Runs the practice"),
        "therapist": gettext("Therapist"),
        "assistant": gettext("Assistant"),
        "front desk": gettext("Front desk"),
    }
    return [(name, names.get(name, name)) for name in (ADMIN, *ROLES)]


def _list(values: Mapping[str, str], errors: dict[str, str]) -> str:
    found = members.listed(parts().read, actor=actor())
    return render_template(
        "practice/accounts.html",
        lines=[_line(each) for each in found],
        roles=_roles(),
        places=_places(),
        people=_people(untied=True),
        values=values,
        errors=errors,
        key=new_key(),
        invite_to=url_for(".invite"),
        back_url=url_for("setup.page") if actor().may("practice.write") else None,
    )


def _line(each: Member) -> dict[str, Any]:
    return {
        "name": each.name,
        "email": each.email,
        "href": url_for(".page", public_id=each.public_id),
        "roles": ", ".join(_role(name, each.roles[name]) for name in sorted(each.roles)),
        "state": _state(each),
    }


def _role(name: str, where: Places) -> str:
    """The role, and where it holds unless everywhere."""
    label = dict(_roles()).get(name, name)
    if where is None:
        return label
    places = ", ".join(each.name for each in _locations() if each.id in where)
    return str(gettext("%(role)s at %(places)s", role=label, places=places))


def _held(found: Member) -> dict[str, str]:
    """Where each role holds, by its field."""
    names = {each.id: each.public_id for each in _locations()}
    return {
        _place_of(role): names.get(min(where), EVERYWHERE) for role, where in found.roles.items() if where is not None
    }


def _state(each: Member) -> str:
    tz: ZoneInfo = zone(practice().tz)
    if not each.active:
        return str(gettext("Closed"))
    if each.invited_until is not None:
        until = words.moment(each.invited_until.astimezone(tz))
        if each.invited_until > parts().now():
            return str(gettext("Invited, until %(when)s", when=until))
        return str(gettext("The invitation was not followed in time"))
    if each.seen_at is None:
        return str(gettext("Open"))
    return str(gettext("Open, last seen %(when)s", when=words.moment(each.seen_at.astimezone(tz))))


def _page(public_id: str, errors: dict[str, str], *, link: str = "") -> str:
    found = _member(public_id)
    ways = {name: url_for(f".{name}", public_id=public_id) for name in ("save", "again", "close", "reopen")}
    chosen = request.form.getlist("roles") if errors else sorted(found.roles)
    return render_template(
        "practice/account.html",
        name=found.name,
        email=found.email,
        state=_state(found),
        active=found.active,
        roles=_roles(),
        places=_places(),
        wheres=[(_place_of(role), label) for role, label in _roles() if role != ADMIN],
        people=_people(),
        values=(dict(request.form) if errors else _held(found)) | {"roles": chosen, "staff": _tied(found.id) or NOBODY},
        errors=errors,
        link=link,
        key=new_key(),
        version=found.version,
        ways=ways,
        back_url=url_for(".listed"),
    )
