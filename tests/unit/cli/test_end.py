"""How a command ends."""

import subprocess
import sys

ENDED = """
import atexit, gc
import clinic.cli.main
atexit._run_exitfuncs()
print(len(gc.get_objects()))
"""


def test_what_was_loaded_is_not_looked_through_once_more_at_the_end() -> None:
    told = subprocess.run([sys.executable, "-c", ENDED], capture_output=True, text=True, check=True)
    assert int(told.stdout) < 1000
