"""Writes visits that took place as a table for whoever bills them."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

MARK: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for the encoding of their own country."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same rows give the same text. A cell that a spreadsheet would compute begins with an apostrophe instead."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([plain(each) for each in headings])
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return MARK + out.getvalue()


def plain(cell: str) -> str:
    """The cell as text, whatever it begins with. After OWASP, CSV Injection."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
