"""Faults that wait for requests: how the stand-in servers plan and strike them. Which kinds there are is each server's own."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Kinded(Protocol):
    @property
    def kind(self) -> str: ...


Fault = TypeVar("Fault", bound=Kinded)


@dataclass
class Planned(Generic[Fault]):
    """skip: how many requests pass unharmed; left: how many are hit after them; operation: only requests whose document carries this name."""

    fault: Fault
    skip: int
    left: int
    operation: str | None


@dataclass
class FaultQueue(Generic[Fault]):
    """Faults in the order in which they were planned; a server adds `add` with its own kinds."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _planned: list[Planned[Fault]] = field(default_factory=list)
    hit: list[str] = field(default_factory=list)  # kinds, in the order in which they struck

    def plan(self, fault: Fault, *, times: int, operation: str | None, after: int) -> None:
        with self._lock:
            self._planned.append(Planned(fault, after, times, operation))

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, operation: str | None) -> Fault | None:
        """The fault that strikes this request, if any."""
        with self._lock:
            for plan in self._planned:
                if plan.operation is not None and plan.operation != operation:
                    continue
                if plan.skip > 0:
                    plan.skip -= 1
                    continue
                plan.left -= 1
                if plan.left <= 0:
                    self._planned.remove(plan)
                self.hit.append(plan.fault.kind)
                return plan.fault
        return None
