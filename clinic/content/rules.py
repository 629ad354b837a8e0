"""The safety rules as the practice reads them: all of them, those the software applies and those it only lists."""

from functools import cache

from clinic.content.files import load_file
from clinic.domain.care.findings import Level, Rule, Stage
from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields
from clinic.domain.practice.evidence import confidence_named


@cache
def load() -> tuple[Rule, ...]:
    """By number; read once."""
    return load_file("rules.toml", _rules)


def _rules(document: object) -> tuple[Rule, ...]:
    fields = Fields(document)
    rules = fields.each("rules", _rule)
    fields.finish()
    return rules


def _rule(document: object) -> Rule:
    fields = Fields(document)
    try:
        level, stage = Level(fields.take("level")), Stage(fields.take("stage"))
    except ValueError as error:
        raise Invalid("rule_misstated", field="level") from error
    rule = Rule(
        number=fields.take("number"),
        level=level,
        stage=stage,
        condition=fields.take("condition"),
        consequence=fields.take("consequence"),
        source=fields.take("source"),
        confidence=fields.each("confidence", lambda letter: confidence_named(letter, "")),
    )
    fields.finish()
    return rule
