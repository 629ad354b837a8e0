"""The safety rules: what each says, how strongly, on what ground, and how often it spoke."""

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content import rules
from clinic.content.labels import label
from clinic.db.care import settings
from clinic.domain.care.findings import CONFIGURABLE, Level, Rule
from clinic.domain.errors import Invalid, NotFound
from clinic.services.care.levels import choose
from clinic.web.courses.protocol_words import bare
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("rules", __name__)

DAYS: Final = 90


@blueprint.get("/rules")
@needs("practice.read")
def page() -> str:
    """Every rule, with what came of it in the last months."""
    since = parts().now() - timedelta(days=DAYS)
    with parts().read() as unit:
        said, levels = settings.rates(unit.connection, since), settings.levels(unit.connection)
    may = actor().may("practice.write")
    lines = [_line(one, levels.get(one.number, one.level), said.get(one.number, {}), may) for one in rules.load()]
    return render_template("care/rules.html", rules=lines, days=DAYS)


@blueprint.post("/rules/<int:number>")
@needs("practice.write")
def write(number: int) -> Answer:
    """The practice's own level for a rule."""
    if number not in {one.number for one in rules.load()}:
        raise NotFound("rule")
    try:
        level = Level(request.form.get("level", ""))
    except ValueError as error:
        raise Invalid("rule_not_yours", field="level", number=number) from error
    choose(parts().begin, number, level, actor=actor(), once=once(), now=parts().now())
    return redirect(url_for(".page"), 303)


def _line(rule: Rule, level: Level, said: Any, may: bool) -> dict[str, Any]:
    choices = CONFIGURABLE.get(rule.number, ()) if may else ()
    return {
        "number": rule.number,
        "condition": rule.condition,
        "consequence": rule.consequence,
        "says": ", ".join(gettext(label(one.value)) for one in (level, *rule.stages)),
        "source": bare(rule.source),
        "ground": ", ".join(gettext(label(one.value)) for one in rule.confidence),
        "enforced": rule.enforced,
        "rates": [said.get(outcome, 0) for outcome in settings.OUTCOMES],
        "choices": [(one.value, gettext(label(one.value))) for one in choices],
        "level": level.value,
        "post_to": url_for(".write", number=rule.number) if choices else None,
        "key": new_key(),
    }
