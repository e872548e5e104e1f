"""The task “Calibrate on my library”."""

from __future__ import annotations

from typing import Any

from stash_sense.entry.engine import Engine
from stash_sense.entry.protocol import Request
from stash_sense.entry.tasks import run_task
from stash_sense.entry.wiring import now
from stash_sense.errors import RequestError
from stash_sense.settings import truth
from stash_sense.usecases.calibrate import Calibrator
from stash_sense.usecases.reporting import Report

WANTED = 98.0  # per cent of the suggested names that shall be right
WANTED_RANGE = (50.0, 99.5)


def calibrate(request: Request) -> str:
    """{precision, reset} → fits stated probabilities to the library, or goes back to the model pack's own."""
    wanted = _per_cent(request.args.get("precision"))
    reset = truth(request.args.get("reset"))

    def work(engine: Engine, report: Report) -> str:
        calibrator = Calibrator(
            stores=engine.stores,
            library=engine.library,
            matcher=engine.matcher(),
            calibration=engine.in_use.calibration,
            fingerprint=engine.in_use.fingerprint,
            wanted=wanted / 100,
            clock=now,
        )
        return calibrator.reset() if reset else calibrator.run(report)

    return run_task(request, "reset_calibration" if reset else "calibrate", work)


def _per_cent(value: Any) -> float:
    if value in (None, ""):
        return WANTED
    low, high = WANTED_RANGE
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = 0.0
    if not low <= number <= high:
        raise RequestError(f"The precision wanted is a number from {low:g} to {high:g}, in per cent.")
    return number
