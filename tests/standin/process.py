"""Runs a plugin process as Stash does: one JSON object on stdin, framed lines on stderr, one answer on stdout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST_LINE = 64 * 1024
LEVEL_SIGNS = {"t": "trace", "d": "debug", "i": "info", "w": "warning", "e": "error", "p": "progress"}

Log = Callable[[str, str], None]  # level, text


@dataclass(frozen=True)
class Answer:
    """What the process said on stdout, read by Stash's rules."""

    output: Any
    error: str | None


class PluginProcess:
    """A started plugin. Raises OSError from the constructor if the program cannot be started."""

    def __init__(
        self,
        command: Sequence[str],
        given: Mapping[str, Any],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Log,
        default_level: str,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        self._log, self._default_level, self._progress = log, default_level, progress
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, env=dict(env))
        self.pid = self._child.pid
        self.done = threading.Event()
        self.answer: Answer | None = None
        self._stderr_reader = self._thread(self._read_stderr)
        self._thread(self._feed, json.dumps(given, ensure_ascii=False).encode())
        self._thread(self._collect)

    def kill(self) -> None:
        """SIGKILL for the direct child only; whatever it started lives on."""
        if self._child.poll() is None:
            self._child.kill()

    def wait(self) -> Answer:
        self.done.wait()
        assert self.answer is not None
        return self.answer

    def _thread(self, target: Callable[..., None], *args: Any) -> threading.Thread:
        thread = threading.Thread(target=target, args=args, name=f"standin-plugin-{self.pid}", daemon=True)
        thread.start()
        return thread

    def _feed(self, given: bytes) -> None:
        stdin = self._child.stdin
        assert stdin is not None
        try:
            with stdin:
                stdin.write(given)
        except OSError as err:
            self._log("warning", f"error writing input to plugins stdin: {err}")

    def _collect(self) -> None:
        stdout = self._child.stdout
        assert stdout is not None
        with stdout:
            said = stdout.read()
        answer = read_answer(said)
        code = self._child.wait()
        # Stash does not wait for stderr and may lose its last lines; waiting for it keeps our tests the same each time.
        self._stderr_reader.join(2)
        if code != 0 and answer.error is None:
            answer = Answer(answer.output, exit_text(code))
        self.answer = answer
        self.done.set()

    def _read_stderr(self) -> None:
        stderr = self._child.stderr
        assert stderr is not None
        rest = b""
        with stderr:
            while chunk := os.read(stderr.fileno(), 65536):
                *lines, rest = (rest + chunk).split(b"\n")
                if any(len(line) >= LONGEST_LINE for line in (*lines, rest)):
                    return  # as Stash's scanner: it stops reading and closes the pipe
                for line in lines:
                    self._line(line)
        self._line(rest)

    def _line(self, raw: bytes) -> None:
        text = raw.decode("utf-8", "replace").removesuffix("\r")
        if not text:
            return
        level = LEVEL_SIGNS.get(text[1]) if len(raw) >= 4 and text[0] == "\x01" and text[2] == "\x02" else None
        if level is None:
            if self._default_level != "none":
                self._log(self._default_level, text)
            return
        if level != "progress":
            self._log(level, text[3:].strip())
            return
        try:
            value = float(text[3:].strip())
        except ValueError:
            self._log("error", f"Error parsing progress value '{text[3:].strip()}'")
            return
        if self._progress is not None:
            self._progress(value)


def read_answer(said: bytes) -> Answer:
    """Stash's rules: an object is taken by its `output` and `error`, anything else is the output as raw text."""
    text = said.decode("utf-8", "replace")
    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError:
        return Answer(text, None)
    if value is None:
        return Answer(None, None)
    if not isinstance(value, dict):
        return Answer(text, None)
    found = {key.lower(): part for key, part in value.items()}
    error = found.get("error")
    if error is not None and not isinstance(error, str):
        return Answer(text, None)
    return Answer(found.get("output"), error)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def exit_text(code: int) -> str:
    """An exit status in Go's words."""
    if code < 0:
        names = {signal.SIGKILL: "killed", signal.SIGTERM: "terminated", signal.SIGSEGV: "segmentation fault"}
        return f"signal: {names.get(signal.Signals(-code), signal.Signals(-code).name)}"
    return f"exit status {code}"
