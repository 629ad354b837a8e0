"""The remote control that Mozilla's programs carry: numbered commands as JSON over a socket, each after its length."""

import json
import socket
from contextlib import AbstractContextManager
from typing import Any

LATEST = 300
"""Seconds a script may take, with all that it waits for."""


class Refused(Exception):
    """The program could not do it; what it said."""


class Marionette(AbstractContextManager["Marionette"]):
    """A session in which scripts run with the program's own rights."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=LATEST + 20)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._received()  # who it is
        self._do("WebDriver:NewSession", {})
        self._do("WebDriver:SetTimeouts", {"script": LATEST * 1000})
        self._do("Marionette:SetContext", {"value": "chrome"})

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._socket.close()

    def run(self, script: str, *args: object) -> Any:
        """What the body of an asynchronous function returns; it finds `args` in `arguments`. Raises Refused."""
        whole = (
            "const done = arguments[arguments.length - 1], given = Array.from(arguments).slice(0, -1);"
            f"(async function () {{ {script} }}).apply(null, given).then("
            "value => done([value ?? null]), error => done([null, `${error}\\n${error?.stack}`]));"
        )
        answer = self._do("WebDriver:ExecuteAsyncScript", {"script": whole, "args": list(args), "newSandbox": True})
        value, *wrong = answer["value"]
        if wrong:
            raise Refused(wrong[0])
        return value

    def _do(self, command: str, parameters: object) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, value = self._received()
        if error:
            raise Refused(f"{command}: {error}")
        return value

    def _received(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            one = self._stream.read(1)
            if not one:
                raise Refused("the program has ended")
            length += one
        return json.loads(self._stream.read(int(length[:-1])))
