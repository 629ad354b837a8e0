import errno
import socket

import pytest

from clinic.cli import serve
from clinic.cli.serve import refuse_taken
from clinic.domain.errors import Invalid


def test_a_port_that_somebody_listens_on_is_not_shared_in_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Invalid, match="port_taken"):
            refuse_taken("127.0.0.1", port)
    refuse_taken("127.0.0.1", port)


def test_a_number_that_is_no_port_is_refused() -> None:
    with pytest.raises(Invalid, match="port_wrong"):
        refuse_taken("127.0.0.1", 70_000)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "host_foreign"),
        (UnicodeError("label empty or too long"), "host_foreign"),
        (OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address"), "host_foreign"),
        (OSError(errno.EACCES, "Permission denied"), "port_forbidden"),
        (OSError(errno.EADDRINUSE, "Address already in use"), "port_taken"),
        (OSError("any other"), "port_taken"),
    ],
)
def test_why_nothing_can_be_served_there_is_said(
    monkeypatch: pytest.MonkeyPatch, refusal: Exception, code: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise refusal

    monkeypatch.setattr(serve.socket, "create_server", refuse)
    with pytest.raises(Invalid, match=code):
        refuse_taken("clinic.invalid", 8000)
