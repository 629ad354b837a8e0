"""Protocols as the practice uses them: read with their sources, edited as a new version, compared, retired."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content.labels import label
from clinic.domain.courses.protocol import Anchor, Reassessing, When
from clinic.domain.courses.protocol_changes import differences
from clinic.domain.errors import ClinicError, Invalid
from clinic.domain.practice.modality import Modality
from clinic.services.courses import protocols as services
from clinic.services.courses.protocol_new import start
from clinic.services.courses.protocols import PERMISSION, SHIPPED, Template
from clinic.web import words
from clinic.web.courses import protocol_form as forms
from clinic.web.courses import protocol_view as views
from clinic.web.courses import protocol_words
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("protocols", __name__, url_prefix="/protocols")


@blueprint.get("")
@needs("plan.read")
def listed() -> str:
    """All of them, the retired ones last."""
    return _list({})


@blueprint.post("")
@needs(PERMISSION)
def begun() -> Answer | tuple[str, int]:
    """One of the practice's own begins, like another or blank; its form is next."""
    given, title = parts(), request.form.get("title", "").strip()
    try:
        like = request.form.get("like", "")
        key = start(given.begin, title, like=like, actor=actor(), once=once(), now=given.now())
    except Invalid as fault:
        return _list({fault.field or "": said(fault)}), status_of(fault)
    return redirect(url_for(".edit", key=key), 303)


def _list(errors: dict[str, str]) -> str:
    with parts().read() as unit:
        found = services.templates(unit)
    may = actor().may(PERMISSION)
    return render_template(
        "courses/protocols.html",
        lines=[views.line(each) for each in sorted(found, key=lambda each: each.retired)],
        start_to=url_for(".begun") if may else None,
        likes=[("", gettext("Blank")), *((each.protocol.key, each.protocol.title) for each in found)],
        key=new_key(),
        values=request.form,
        errors=errors,
    )


@blueprint.get("/<key>")
@needs("plan.read")
def shown(key: str) -> str:
    """One, with each number's source beside it, and its versions."""
    with parts().read() as unit:
        found, kept = services.template(unit, key), services.history(unit, key)
    return render_template(
        "courses/protocol.html",
        **views.page(found),
        versions=views.versions(found, kept),
        compare_url=url_for(".compared", key=key),
        list_url=url_for(".listed"),
        edit=_edit(found) if actor().may(PERMISSION) else None,
    )


def _edit(found: Template) -> dict[str, Any]:
    key, to = found.protocol.key, ".restore" if found.retired else ".retire"
    return {
        "href": url_for(".edit", key=key),
        "to": url_for(to, key=key),
        "label": gettext("Take it back into use") if found.retired else gettext("Retire"),
        "key": new_key(),
        "version": found.seen,
    }


@blueprint.get("/<key>/compare")
@needs("plan.read")
def compared(key: str) -> str:
    """What is otherwise in the one version than in the other."""
    with parts().read() as unit:
        found, kept = services.template(unit, key), services.history(unit, key)
        names = [name for name, _ in views.names(found, kept)]
        before = request.args.get("before") or (SHIPPED if found.shipped else names[-1])
        after = request.args.get("after") or names[0]
        changed = differences(services.version(unit, key, before), services.version(unit, key, after))
    return render_template(
        "courses/protocol_compare.html",
        title=found.protocol.title,
        href=url_for(".shown", key=key),
        action=url_for(".compared", key=key),
        names=views.names(found, kept),
        values={"before": before, "after": after},
        changes=protocol_words.changes(changed),
    )


@blueprint.get("/<key>/edit")
@needs(PERMISSION)
def edit(key: str) -> str:
    """The form of the version that is in use."""
    with parts().read() as unit:
        found = services.template(unit, key)
    return _form(found, forms.opened(found.protocol), {}, why="", seen=found.seen)


@blueprint.post("/<key>/edit")
@needs(PERMISSION)
def save(key: str) -> Answer | str | tuple[str, int]:
    """Keep it as a new version; with `do` the form again with a row more or less."""
    given, raw, seen = parts(), forms.read(request.form), version()
    why, errors = request.form.get("why", "").strip(), dict[str, ClinicError]()
    with given.read() as unit:
        found = services.template(unit, key)
    if "do" in request.form:
        return _form(found, forms.altered(raw, request.form["do"]), {}, why=why, seen=seen)
    edited = forms.protocol_from(raw, key, errors)
    try:
        if edited is not None:
            services.save(given.begin, edited, seen=seen, why=why, actor=actor(), once=once(), now=given.now())
            flash(gettext("Saved. Courses that have it keep the version that they were made from."), "done")
            return redirect(url_for(".shown", key=key), 303)
    except Invalid as fault:
        errors[fault.field or ""] = fault
    return _form(found, raw, errors, why=why, seen=seen), status_of(next(iter(errors.values())))


def _form(found: Template, raw: forms.Raw, errors: dict[str, ClinicError], *, why: str, seen: int) -> str:
    key = found.protocol.key
    return render_template(
        "courses/protocol_edit.html",
        title=found.protocol.title,
        href=url_for(".shown", key=key),
        action=url_for(".edit", key=key),
        key=new_key(),
        version=seen,
        shape=[(at, len(phase["components"])) for at, phase in enumerate(raw["phases"])],
        points=range(len(raw["reassess"])),
        values=forms.flat(raw) | {"why": why},
        errors={name: said(_named(fault, name)) for name, fault in errors.items()},
        hints=views.hints(found.protocol, found.shipped, raw),
        name=protocol_words.name,
        **_choices(),
    )


def _named(fault: ClinicError, place: str) -> ClinicError:
    """The fault with its field as the form calls it."""
    return Invalid(fault.code, field=protocol_words.name(place.rpartition(".")[2]) or None, **fault.params)


def _choices() -> dict[str, Any]:
    return {
        "anchors": [(each.value, protocol_words.anchor(each.value)) for each in Anchor],
        "whens": [(each.value, protocol_words.when(each.value)) for each in When],
        "kinds": [(each.value, protocol_words.reassessing(each.value)) for each in Reassessing],
        "modalities": [(each.value, gettext(label(each.value))) for each in Modality],
        "regions": words.region_choices()[1:],
    }


@blueprint.post("/<key>/retire")
@needs(PERMISSION)
def retire(key: str) -> Answer:
    """No new course is built from it."""
    return _turn(key, retired=True)


@blueprint.post("/<key>/restore")
@needs(PERMISSION)
def restore(key: str) -> Answer:
    """New courses can be built from it again."""
    return _turn(key, retired=False)


def _turn(key: str, *, retired: bool) -> Answer:
    given = parts()
    services.retire(given.begin, key, retired, seen=version(), actor=actor(), once=once(), now=given.now())
    return redirect(url_for(".shown", key=key), 303)
