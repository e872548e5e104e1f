"""Stash's log, which plugin processes and the server write to from many threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class LogLine:
    """A line of Stash's log."""

    level: str
    text: str


class Log(list[LogLine]):
    """The lines in order."""

    def __init__(self) -> None:
        super().__init__()
        self._grown = threading.Condition()

    def note(self, level: str, text: str) -> None:
        with self._grown:
            self.append(LogLine(level, text))
            self._grown.notify_all()

    def wait_for(self, text: str, *, limit_s: float = 10.0) -> None:
        """Until a line has this text, which may be so already. Raises TimeoutError."""
        with self._grown:
            if not self._grown.wait_for(lambda: any(text in line.text for line in self), limit_s):
                raise TimeoutError(f"no line of the log says “{text}”: {list(self)}")
