import pytest

from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields, within


def fault(act):
    with pytest.raises(Invalid) as raised:
        act()
    return raised.value.code, raised.value.field


def test_fields_are_taken_once_and_nothing_may_be_left():
    fields = Fields({"name": "Neck", "limit": 3, "tags": ["a", "b"]})
    assert fields.take("name") == "Neck"
    assert fields.take("colour", "none") == "none"
    assert fields.read("limit", str) == "3"
    assert fields.each("tags", str.upper) == ("A", "B")
    assert fields.each("notes", str, ()) == ()
    fields.finish()


def test_faults_name_the_field():
    assert fault(lambda: Fields([1])) == ("not_a_table", None)
    assert fault(lambda: Fields({}).take("name")) == ("field_missing", "name")
    assert fault(lambda: Fields({"tags": "abc"}).each("tags", str)) == ("not_a_list", "tags")
    assert fault(Fields({"b": 1, "a": 2}).finish) == ("field_unknown", "a")


def test_a_fault_deep_inside_is_named_by_its_whole_path():
    def inner(document):
        return Fields(document).take("minutes")

    document = {"components": [{"minutes": 5}, {}]}
    assert fault(lambda: Fields(document).each("components", inner)) == ("field_missing", "components.1.minutes")
    assert fault(lambda: Fields({"components": [7]}).each("components", inner)) == ("not_a_table", "components.0")
    assert within("minutes", inner, {"minutes": 5}) == 5
