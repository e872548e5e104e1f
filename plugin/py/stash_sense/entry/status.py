"""The status operation: how Stash Sense is, in facts and in problems with their remedies."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stash_sense.adapters import dependencies
from stash_sense.adapters.store.database import FILE_NAME
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.gallery_records import PackRecord
from stash_sense.entry.protocol import Request
from stash_sense.entry.status_calibration import problems as calibration_problems
from stash_sense.entry.status_galleries import describe as describe_galleries
from stash_sense.entry.status_packs import describe
from stash_sense.entry.wiring import PLUGIN, open_stores, settings_of
from stash_sense.errors import StashSenseError
from stash_sense.settings import Value, effective
from stash_sense.usecases.enrol_outcomes import OUTCOMES
from stash_sense.usecases.stores import Stores

SLOW_START_MS = (
    300  # a bare interpreter starts in 25 to 45 ms; ten times that is a wrapper script (stash-ui-measured.md)
)
LISTED = 100
SLOW_PYTHON = (
    "Python takes {start_ms} ms to start. A wrapper such as pyenv's may be in between: set the path of the interpreter itself "
    "({executable}) under Settings > System > Python Executable Path."
)
EMPTY_GALLERY: dict[str, Any] = {
    "people": 0, "references": 0, "set_aside": 0, "performers": 0, "performers_without": 0, "build": 0, "updated_at": None, "without": [],
}  # fmt: skip


def status(request: Request) -> dict[str, Any]:
    """versions, dependencies, pack, gallery, queue, runs and problems: [{code, message, fix}] (design §10)."""
    problems: list[dict[str, Any]] = []
    answer: dict[str, Any] = {
        "version": _version(PLUGIN.parent / "stash-sense.yml"),
        "python": _python(request.began),
        "dependencies": dependencies.summary(request.data_dir),
        "pack": {"name": "", "revision": None, "ok": False, "message": None, "provisional": False},
        "packs": [],
        "gallery": dict(EMPTY_GALLERY),
        "sources": [],
        "packages": [],
        "outdated": [],
        "queue": {"waiting": 0, "job_id": None},
        "runs": [],
        "data_folder": str(request.data_dir),
        "problems": problems,
    }
    if not answer["dependencies"]["ok"]:
        problems.insert(0, _problem("dependencies", str(answer["dependencies"]["message"]), "set_up"))
    if answer["python"]["start_ms"] is not None and answer["python"]["start_ms"] > SLOW_START_MS:
        problems.append(_problem("slow_python", SLOW_PYTHON.format(**answer["python"]), None))
    if (request.data_dir / FILE_NAME).exists():
        _ask_database(request, answer, problems)
    if not answer["packs"]:
        _say_packs(request, answer, effective({}), None)
    return answer


def _say_packs(
    request: Request, answer: dict[str, Any], settings: dict[str, Value], current: PackRecord | None
) -> None:
    said = describe(settings, current, request.data_dir)
    answer["problems"] += said.pop("problems")
    answer.update(said)


def _say_galleries(request: Request, answer: dict[str, Any], stores: SqliteStores) -> None:
    said = describe_galleries(
        stores, request.data_dir, pack=answer["pack"]["name"], revision=answer["pack"]["revision"]
    )
    answer["problems"] += said.pop("problems")
    answer.update(said)


def _ask_database(request: Request, answer: dict[str, Any], problems: list[dict[str, Any]]) -> None:
    try:
        with open_stores(request) as stores:
            _say_packs(request, answer, settings_of(stores), stores.spaces.in_use())
            answer["problems"] += calibration_problems(stores, settings_of(stores), request.data_dir)
            answer["gallery"] = _gallery(stores)
            _say_galleries(request, answer, stores)
            job = stores.queue.job()
            answer["queue"] = {"waiting": stores.queue.count(), "job_id": job[0] if job else None}
            answer["runs"] = [_run(asdict(run)) for run in stores.runs.recent(10)]
    except StashSenseError as err:
        problems.append(_problem("database", str(err), "set_up"))
        return
    if answer["dependencies"]["ok"] and not answer["gallery"]["people"] and not answer["packages"]:
        sentence = "The gallery is empty, so nobody can be named yet."
        problems.append(_problem("empty_gallery", sentence, "update_gallery"))


def _gallery(stores: Stores) -> dict[str, Any]:
    finished = [run for run in stores.runs.recent(200) if run.kind == "update_gallery" and run.state == "finished"]
    return {
        **stores.gallery.counts(),
        "build": stores.gallery.build(),
        "updated_at": finished[0].finished_at if finished else None,
        "without": [
            {"performer_id": person.performer_id, "name": person.full_name, "reason": OUTCOMES.get(outcome, outcome)}
            for person, outcome in stores.gallery.without_reference(LISTED)
        ],
    }


def _run(run: dict[str, Any]) -> dict[str, Any]:
    return {"run_id": str(run.pop("id")), **run}


def _python(began: float | None) -> dict[str, Any]:
    start_ms = _start_ms(began) if began is not None else None
    return {"version": ".".join(map(str, sys.version_info[:3])), "executable": sys.executable, "start_ms": start_ms}


def _start_ms(began: float) -> int | None:
    """Milliseconds from the start of this process to our first line, where the system tells (Linux); wrappers before it count."""
    try:
        fields = Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()
        uptime_s = float(Path("/proc/uptime").read_text("ascii").split()[0])
        alive_s = uptime_s - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
    return max(0, round((alive_s - (time.time() - began)) * 1000))


def _version(manifest: Path) -> str | None:
    """From stash-sense.yml, the one place where it stands."""
    try:
        lines = manifest.read_text("utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("version:")), None)


def _problem(code: str, message: str, fix: str | None) -> dict[str, Any]:
    return {"code": code, "message": message, "fix": fix}
