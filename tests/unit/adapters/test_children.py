from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.adapters.wheels import make_pip

from stash_sense.adapters.children import CHILD, run_child

WAITS = "import os, threading; print(os.getpid(), flush=True); threading.Event().wait()"


def child(folder: Path, program: str) -> list[str]:
    return ["pip", "--from", str(make_pip(folder, program))]


def test_output_and_status_come_back(tmp_path: Path) -> None:
    lines: list[str] = []
    program = "import sys; print('é'); print('two', file=sys.stderr); sys.exit(3)"
    done = run_child(child(tmp_path, program), environment={}, limit_s=60, on_line=lines.append)
    assert (done.code, done.output, done.timed_out) == (3, "é\ntwo\n", False)
    assert lines == ["é", "two"]


def test_the_environment_is_added_to_ours(tmp_path: Path) -> None:
    program = "import os; print(os.environ['ADDED'], 'PATH' in os.environ)"
    assert run_child(child(tmp_path, program), environment={"ADDED": "yes"}, limit_s=60).output == "yes True\n"


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    done = run_child(child(tmp_path, WAITS), environment={}, limit_s=1)
    assert done.timed_out
    assert done.code != 0


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waiting for somebody else's process needs Linux")
@pytest.mark.journey
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from stash_sense.adapters.children import run_child\n"
        "run_child(sys.argv[2:], environment={}, limit_s=60, on_line=lambda line: print(line, flush=True))"
    )
    command = [sys.executable, "-c", program, str(CHILD.parent), *child(tmp_path, WAITS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        grandchild = os.pidfd_open(int((parent.stdout or pytest.fail("no output")).readline()))
        parent.send_signal(signal.SIGKILL)
        ended, _, _ = select.select([grandchild], [], [], 30)
        os.close(grandchild)
    assert ended, "the child outlived its parent"
