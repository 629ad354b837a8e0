"""Files that somebody hands in: read whole, within a size, as text."""

from pathlib import Path

from clinic.domain.errors import Invalid


def text_of(path: Path, *, most_mb: int = 64) -> str:
    """The file as UTF-8 text, without a byte order mark; of a device or a pipe no more is read than may be.

    Raises Invalid(file_missing), Invalid(file_too_large), Invalid(file_not_utf8), Invalid(file_empty).
    """
    try:
        with path.open("rb") as file:
            read = file.read((most_mb << 20) + 1)
        if len(read) > most_mb << 20:
            raise Invalid("file_too_large", path=str(path), most_mb=most_mb)
        text = read.decode("utf-8-sig")
    except OSError as error:
        raise Invalid("file_missing", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise Invalid("file_not_utf8", path=str(path), position=error.start) from error
    if not text.strip():
        raise Invalid("file_empty", path=str(path))
    return text
