"""Starts plugin/py/child.py and reads what it prints; the child ends when we end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).parents[2] / "child.py"


@dataclass(frozen=True, slots=True)
class Finished:
    """code: exit status, negative for a signal. output: stdout and stderr as they came. timed_out: we ended it."""

    code: int
    output: str
    timed_out: bool = False


def run_child(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    limit_s: float,
    on_line: Callable[[str], None] = lambda line: None,
) -> Finished:
    """Runs child.py with `arguments`. environment: added to ours. Raises OSError if no process can be started."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-X", "utf8", str(CHILD), *arguments],
        stdin=subprocess.PIPE,  # never written to: its closing is what ends the child
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(limit_s, end)
    timer.daemon = True
    timer.start()
    lines: list[str] = []
    with process:
        try:
            for line in process.stdout or ():
                lines.append(line)
                on_line(line.rstrip("\n"))
            process.wait()
        finally:
            timer.cancel()
            process.kill()  # does nothing to one that has ended
    return Finished(process.returncode, "".join(lines), late.is_set())
