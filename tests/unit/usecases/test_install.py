from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from stash_sense.core.setup import Check, Installation, Interpreter, Trial
from stash_sense.errors import SetupError
from stash_sense.usecases.install import SetUpPorts, SetUpReport, set_up

PYTHON = Interpreter((3, 12), "cpython", 64, False, "manylinux", "x86_64", "default", "onnxruntime", "/usr/bin/python3")
WORKS = Trial(True, (Check("Packages", True, "numpy 2"), Check("Model pack", True, "compact")), {"numpy": "2"})
BROKEN = Trial(False, (Check("Packages", False, "numpy does not import", "Try again."),))
PACK_DAMAGED = Trial(True, (Check("Packages", True, "numpy 2"), Check("Model pack", False, "damaged", "Reinstall.")))


@dataclass
class Machine:
    """All ports in one, in memory. trials: what trying out finds, in order. log: what was done, in order."""

    trials: list[Trial] = field(default_factory=lambda: [WORKS])
    folder: Path | None = None
    system: bool = False
    free: int = 2**40
    pip: Check = field(default_factory=lambda: Check("pip", True, "found"))
    installation: Installation = field(default_factory=lambda: Installation(0, ""))
    writable: Check = field(default_factory=lambda: Check("Data folder", True, "/data"))
    locked: bool = False
    log: list[str] = field(default_factory=list)

    def prepare(self) -> Check:
        return self.writable

    @contextmanager
    def lock(self) -> Iterator[None]:
        if self.locked:
            raise SetupError("Another set-up is at work.")
        yield

    def remove_leftovers(self) -> None:
        self.log.append("tidy")

    def current(self) -> Path | None:
        return self.folder

    def packages_at(self, folder: Path) -> Path | None:
        return folder if folder.name == "installed" else None

    def free_bytes(self) -> int:
        return self.free

    def stage(self) -> Path:
        return Path("stage")

    def commit(self, stage: Path, trial: Trial) -> None:
        self.log.append(f"commit {stage} {sorted(trial.packages)}")

    def commit_system(self, trial: Trial) -> None:
        self.log.append(f"commit system {sorted(trial.packages)}")

    def remove_unused(self) -> None:
        self.log.append("remove unused")

    def find(self) -> Check:
        return self.pip

    def install(self, target: Path, on_package: Callable[[str, int, int], None]) -> Installation:
        on_package("numpy", 1, 2)
        on_package("av", 2, 2)
        self.log.append(f"pip into {target}")
        return self.installation

    def try_out(self, folder: Path | None) -> Trial:
        self.log.append(f"try {folder}")
        return self.trials.pop(0)

    def system_has_all(self) -> bool:
        return self.system


def run(machine: Machine, interpreter: Interpreter = PYTHON) -> SetUpReport:
    return set_up(SetUpPorts(interpreter, machine, machine, machine), progress=lambda done, total: None)


def failing(report: SetUpReport) -> list[str]:
    return [check.name for check in report.checks if not check.ok]


def test_a_fresh_machine_gets_everything_tried_out_and_put_in_place() -> None:
    machine = Machine()
    report = run(machine)
    assert (report.ok, report.origin) == (True, "installed")
    assert machine.log == ["tidy", "pip into stage", "try stage", "commit stage ['numpy']", "remove unused"]
    names = [check.name for check in report.checks]
    assert names == ["Python", "Platform", "Data folder", "Disk space", "pip", "Network", "Packages", "Model pack"]


def test_when_all_is_well_nothing_is_installed() -> None:
    machine = Machine(folder=Path("installed"), free=0, pip=Check("pip", False, "none"))
    report = run(machine)
    assert (report.ok, report.origin) == (True, "kept")
    assert machine.log == ["tidy", "try installed", "remove unused"]


def test_what_does_not_work_any_more_is_installed_anew() -> None:
    machine = Machine(trials=[BROKEN, WORKS], folder=Path("installed"))
    assert run(machine).origin == "installed"
    assert machine.log[-2:] == ["commit stage ['numpy']", "remove unused"]


def test_packages_of_the_interpreter_itself_are_used() -> None:
    machine = Machine(system=True)
    report = run(machine)
    assert (report.ok, report.origin) == (True, "system")
    assert machine.log == ["tidy", "try None", "commit system ['numpy']", "remove unused"]


def test_packages_of_the_interpreter_that_do_not_work_are_passed_over() -> None:
    machine = Machine(trials=[BROKEN, WORKS], system=True)
    assert run(machine).origin == "installed"


def test_a_known_system_installation_is_tried_without_a_folder() -> None:
    machine = Machine(folder=Path("system"))
    assert run(machine).origin == "kept"
    assert machine.log[1] == "try None"


@pytest.mark.parametrize(
    "interpreter",
    [replace(PYTHON, version=(3, 9)), replace(PYTHON, bits=32), replace(PYTHON, machine="armv7l")],
    ids=["too old", "32-bit", "other processor"],
)
def test_an_unsupported_machine_is_not_touched(interpreter: Interpreter) -> None:
    machine = Machine()
    report = run(machine, interpreter)
    assert (report.ok, report.origin, machine.log) == (False, "", [])


def test_a_folder_that_cannot_be_written_to_ends_it() -> None:
    machine = Machine(writable=Check("Data folder", False, "read-only", "Make it writable."))
    report = run(machine)
    assert (failing(report), machine.log) == (["Data folder"], [])
    assert report.message == "Data folder: read-only Make it writable."


@pytest.mark.parametrize(
    ("machine", "name"),
    [(Machine(free=2**20), "Disk space"), (Machine(pip=Check("pip", False, "no pip", "Install it.")), "pip")],
    ids=["no space", "no pip"],
)
def test_without_room_or_pip_nothing_is_started(machine: Machine, name: str) -> None:
    report = run(machine)
    assert (failing(report), report.origin) == ([name], "")
    assert machine.log == ["tidy"]


def test_a_failed_installation_is_explained_and_cleared_away() -> None:
    machine = Machine(installation=Installation(1, "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"))
    report = run(machine)
    assert failing(report) == ["Packages"]
    assert "nothing was installed" in report.message
    assert machine.log == ["tidy", "pip into stage", "tidy"]


def test_what_does_not_work_after_the_installation_is_not_put_in_place() -> None:
    machine = Machine(trials=[BROKEN])
    report = run(machine)
    assert (failing(report), report.origin) == (["Packages"], "")
    assert machine.log == ["tidy", "pip into stage", "try stage", "tidy"]


def test_a_damaged_pack_fails_the_report_but_keeps_the_packages() -> None:
    machine = Machine(trials=[PACK_DAMAGED])
    report = run(machine)
    assert (report.ok, report.origin, failing(report)) == (False, "installed", ["Model pack"])
    assert report.message == "Model pack: damaged Reinstall."


def test_two_set_ups_do_not_collide() -> None:
    machine = Machine(locked=True)
    report = run(machine)
    assert (report.ok, report.message, machine.log) == (False, "Data folder: Another set-up is at work.", [])


def test_progress_never_goes_back_and_ends_at_the_end() -> None:
    machine, seen = Machine(), []
    set_up(SetUpPorts(PYTHON, machine, machine, machine), progress=lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert len(set(seen)) == 5
