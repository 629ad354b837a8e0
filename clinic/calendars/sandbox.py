"""Reading what strangers wrote, in a process of its own with little time and memory.

The child gets the bytes and nothing else: no settings, no database, no secrets. It answers with JSON, or with the code
of what is wrong; one that takes too long or too much is ended, whatever it was doing.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from clinic.domain.errors import ClinicError, Invalid

CPU_SECONDS: Final = 10
WALL_SECONDS: Final = 14.0
MEGABYTES: Final = 512
NICER: Final = 10
OPEN_FILES: Final = 64

Reads = Callable[[bytes, Mapping[str, str]], Any]
"""What runs inside: the bytes and the options it was given, to anything that is JSON."""


def run(
    function: str,
    data: bytes,
    options: Mapping[str, str] | None = None,
    *,
    wall_seconds: float = WALL_SECONDS,
    cpu_seconds: int = CPU_SECONDS,
    megabytes: int = MEGABYTES,
) -> Any:
    """What `function` (`package.module:name`, one of `Reads`, of ours) makes of the bytes.

    Raises the Invalid that it raises, Invalid(sandbox_time), Invalid(sandbox_memory), Invalid(sandbox_failed). Takes
    about half a second, most of it to start the child.
    """
    limits = {"cpu_seconds": str(cpu_seconds), "megabytes": str(megabytes)}
    command = [sys.executable, "-I", "-m", __name__, function, json.dumps(dict(options or {})), json.dumps(limits)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, in our own interpreter
            command, input=data, capture_output=True, timeout=wall_seconds, env={}, cwd="/", check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid("sandbox_time") from error
    if done.returncode < 0:
        raise Invalid("sandbox_time")  # the kernel's answer to too much CPU time
    return _answer(done)


def _answer(done: "subprocess.CompletedProcess[bytes]") -> Any:
    try:
        told = json.loads(done.stdout)
    except ValueError as error:
        raise Invalid("sandbox_memory" if b"MemoryError" in done.stderr else "sandbox_failed") from error
    if "code" in told:
        raise Invalid(told["code"], **told["params"])
    return told["found"]


def _limit(cpu_seconds: int, megabytes: int) -> None:
    size = megabytes << 20
    os.nice(NICER)
    for kind, most in (
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(kind, (most, most))


def _called(function: str, data: bytes, options: Mapping[str, str]) -> Mapping[str, Any]:
    module, _, name = function.partition(":")
    try:
        reads: Reads = getattr(importlib.import_module(module), name)
        return {"found": reads(data, options)}
    except ClinicError as error:
        return {"code": error.code, "params": dict(error.params)}
    except MemoryError:
        return {"code": "sandbox_memory", "params": {}}
    except RecursionError:
        return {"code": "sandbox_failed", "params": {}}


def child(arguments: list[str]) -> None:
    """The child's whole life: limits, bytes in, JSON out."""
    function, options, limits = arguments
    _limit(**{name: int(value) for name, value in json.loads(limits).items()})
    answer = json.dumps(_called(function, sys.stdin.buffer.read(), json.loads(options)))
    sys.stdout.write(answer)
    sys.stdout.flush()


if __name__ == "__main__":
    child(sys.argv[1:])
