"""Tables that spreadsheets open: text stays text."""

import csv
from io import StringIO

import pytest

from clinic.interchange.csv_billing import MARK, plain, table


def test_the_table_is_read_back_as_it_was_written():
    rows = [["Penn, Kim", 'the "old" one', "Zoë"], ["a\nb", "", "1"]]
    text = table(["One", "Two", "Three"], rows)
    assert text.startswith(MARK)
    assert list(csv.reader(StringIO(text[1:], newline=""))) == [["One", "Two", "Three"], *rows]


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =HYPERLINK(0)", "\n=1"])
def test_nothing_is_computed_when_it_is_opened(cell):
    assert plain(cell) == f"'{cell}"


def test_what_is_no_formula_stays_as_it_is():
    assert [plain(each) for each in ("", "Penn", "2026-11-23", "a=b")] == ["", "Penn", "2026-11-23", "a=b"]
