"""Tries the dependencies out in a child process, and looks what the interpreter has by itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from stash_sense.adapters.children import Finished, run_child
from stash_sense.adapters.trial import COMMON, OF_RUNTIME
from stash_sense.core.setup import AGAIN, Check, Trial

LIMIT_S = 300.0  # seconds; two to three on a fast machine, the first import from a cold disk takes longest


@dataclass(frozen=True, slots=True)
class Probe:
    """requirements: the pins that the interpreter's own packages are held against."""

    requirements: Path
    pack_folder: Path
    runtime: str

    def try_out(self, folder: Path | None) -> Trial:
        arguments = ["trial", str(self.pack_folder), self.runtime, *([str(folder)] if folder else [])]
        environment = {"STASH_SENSE_RUNTIME": self.runtime, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            return _read(run_child(arguments, environment=environment, limit_s=LIMIT_S), self.runtime)
        except OSError as err:
            return Trial(False, (Check("Packages", False, f"No process could be started to try them out: {err}."),))

    def system_has_all(self) -> bool:
        names = (*OF_RUNTIME[self.runtime], *COMMON)
        oldest = _oldest(self.requirements)
        return all(_installed(name) >= oldest.get(name, ()) for name in names) and all(map(_installed, names))


def _read(finished: Finished, runtime: str) -> Trial:
    answer = _last_object(finished.output)
    if answer is None:
        return Trial(False, (_crashed(finished, runtime),))
    remedy = f"Run the task again; if that does not help, delete the folder “site” in the data folder, {AGAIN}"
    checks = tuple(Check(name, ok, message, "" if ok else remedy) for name, ok, message in answer["checks"])
    return Trial(answer["usable"], checks, answer["packages"], tuple(answer["files"]))


def _last_object(output: str) -> Any:
    """The JSON object in the last line; None if the child did not get that far."""
    try:
        return json.loads(output.strip().rsplit("\n", 1)[-1])
    except ValueError:
        return None


def _crashed(finished: Finished, runtime: str) -> Check:
    other = "ncnn" if runtime == "onnxruntime" else "onnxruntime"
    remedy = f"Set STASH_SENSE_RUNTIME={other} in the environment of Stash, {AGAIN}"
    if finished.timed_out:
        return Check("Packages", False, f"Trying them out took more than {LIMIT_S:.0f} s and was ended.", remedy)
    if finished.code < 0 or finished.code > 0x7FFFFFFF:  # a signal; on Windows an exception code
        message = f"They crash on this processor or system (code {finished.code})."
        return Check("Packages", False, message, remedy)
    said = (finished.output.strip().splitlines() or ["no message"])[-1]
    return Check(
        "Packages", False, f"They could not be tried out: {said[:300]}", f"Run the task “Set up or repair” {AGAIN}"
    )


def _oldest(requirements: Path) -> dict[str, tuple[int, ...]]:
    """The lowest version pinned for any platform."""
    pins: dict[str, tuple[int, ...]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", requirements.read_text("utf-8"), re.MULTILINE):
        pins[name] = min(_numbers(version), pins.get(name, _numbers(version)))
    return pins


def _installed(name: str) -> tuple[int, ...]:
    """Version by parts; () if it is not installed."""
    try:
        return _numbers(metadata.version(name))
    except metadata.PackageNotFoundError:
        return ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
