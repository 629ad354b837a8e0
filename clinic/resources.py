"""Where the files that are not code live: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def _mapped(name: str) -> Path:
    """`setup.cfg` maps the folder into the wheel; an editable install leaves it beside the package."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def templates() -> Path:
    """Jinja templates, a folder an area."""
    return _mapped("templates")


def migrations() -> Path:
    """Alembic's environment and versions."""
    return _mapped("migrations")


def built_assets() -> Path:
    """What the front-end build wrote; it may not exist."""
    return PACKAGE / "static" / "dist"


def content() -> Path:
    """Shipped texts: protocols, aftercare notes."""
    return PACKAGE / "content" / "data"


def content_locale() -> Path:
    """Message catalogs, one file a language."""
    return PACKAGE / "content" / "locale"


def examples() -> Path:
    """Files to start from: a practice."""
    inside = PACKAGE / "examples"
    return inside if inside.is_dir() else PACKAGE.parent / "docs" / "examples"
