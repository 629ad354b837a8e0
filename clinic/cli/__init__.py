"""The command line. Its parts take a moment to load: Ctrl-C meanwhile ends it without a word, as later."""

import atexit
import gc
import sys
from types import TracebackType


def _quiet(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _quiet
# As it ends the interpreter looks through everything that was loaded for what nobody holds, longer than most commands
# take, and in each process of a server. All of it is given back in a moment anyway.
atexit.register(gc.freeze)
