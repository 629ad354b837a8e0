import pytest

from clinic.content import files
from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "content", lambda: tmp_path)
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


def title(document):
    return Fields(document).take("title")


def test_a_folder_is_read_in_the_order_of_its_files_names(shelf):
    (shelf / "b.toml").write_text('title = "Second"')
    (shelf / "a.toml").write_text('title = "First — ünicode"', encoding="utf-8")
    (shelf / "readme.txt").write_text("not content")
    assert files.load_folder("notes", title) == ("First — ünicode", "Second")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"title = ", "not_toml", "notes/a.toml"),
        (b"title = '\xff'", "not_toml", "notes/a.toml"),
        (b"", "field_missing", "notes/a.toml.title"),
    ],
)
def test_a_broken_file_is_refused_by_its_name(shelf, body, code, field):
    (shelf / "a.toml").write_bytes(body)
    with pytest.raises(Invalid) as raised:
        files.load_folder("notes", title)
    assert (raised.value.code, raised.value.field) == (code, field)
