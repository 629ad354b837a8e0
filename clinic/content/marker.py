"""Marks words for translation where they are written down; they are translated where they are shown."""


def N_(words: str) -> str:  # noqa: N802 - the marker gettext's tools look for
    """The words as they are."""
    return words
