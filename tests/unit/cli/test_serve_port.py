import socket

import pytest

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
