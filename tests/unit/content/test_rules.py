import pytest

from clinic.content import files, rules
from clinic.domain.care.findings import ENFORCED, Level, Stage
from clinic.domain.errors import Invalid


def test_all_rules_are_listed_once_by_number():
    assert [rule.number for rule in rules.load()] == list(range(42))


def test_the_list_and_the_gate_agree_on_what_is_enforced():
    enforced = {rule.number: (rule.level, rule.stage) for rule in rules.load() if rule.enforced}
    assert enforced == dict(ENFORCED)


def test_credentials_block_booking_and_todays_answers_block_the_start():
    listed = {rule.number: (rule.level, rule.stage) for rule in rules.load()}
    assert listed[4] == (Level.BLOCK, Stage.BOOK)
    assert {listed[number] for number in (1, 8, 36)} == {(Level.BLOCK, Stage.START)}
    assert listed[35] == (Level.BLOCK, Stage.CLOSE)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ('[[rules]]\nlevel = "maybe"\nstage = "book"', "rule_misstated", "rules.toml.rules.0.level"),
        ("rules = 3", "not_a_list", "rules.toml.rules"),
        ("rules = []\nmore = 1", "field_unknown", "rules.toml.more"),
    ],
)
def test_a_broken_list_is_refused_by_its_field(tmp_path, monkeypatch, body, code, field):
    (tmp_path / "rules.toml").write_text(body)
    monkeypatch.setattr(files, "content", lambda: tmp_path)
    with pytest.raises(Invalid) as raised:
        rules.load.__wrapped__()
    assert (raised.value.code, raised.value.field) == (code, field)
