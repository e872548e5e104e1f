"""The task “Set up or repair”: every part checked, the dependencies installed if they do not work yet.

Nothing here may import what is about to be installed (so not `ports`, which knows numpy). Killed at any instant, it leaves either the old
state or the new one, and perhaps a folder of leftovers that the next run removes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from stash_sense.core.setup import (
    Check,
    Installation,
    Interpreter,
    Trial,
    check_platform,
    check_python,
    check_room,
    explain_pip,
)
from stash_sense.errors import SetupError

if TYPE_CHECKING:
    from stash_sense.usecases.ports import Progress

log = logging.getLogger(__name__)

CHECKED, INSTALLED, TRIED = 0.05, 0.85, 1.0  # how far the progress bar is after each phase


class Site(Protocol):
    """The folder that holds the dependencies of each interpreter."""

    def prepare(self) -> Check:
        """Creates the data folder and writes a trial file into it."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Raises SetupError while another set-up holds it; a dead holder holds nothing."""
        ...

    def remove_leftovers(self) -> None:
        """What an interrupted run left behind. Only under the lock, as everything below."""
        ...

    def current(self) -> Path | None:
        """The folder that this interpreter uses; None if set-up is due."""
        ...

    def packages_at(self, folder: Path) -> Path | None:
        """`folder` if the packages lie in it, None if they are the interpreter's own."""
        ...

    def free_bytes(self) -> int: ...

    def stage(self) -> Path:
        """A new empty folder on the same file system."""
        ...

    def commit(self, stage: Path, trial: Trial) -> None:
        """Stamps the filled folder and puts it in place, whole or not at all. Raises SetupError."""
        ...

    def commit_system(self, trial: Trial) -> None:
        """Notes that this interpreter has everything by itself."""
        ...

    def remove_unused(self) -> None:
        """Folders of other interpreters, but for the newest."""
        ...


class Installer(Protocol):
    """pip."""

    def find(self) -> Check:
        """Whether there is a pip to install with."""
        ...

    def install(self, target: Path, on_package: Callable[[str, int, int], None]) -> Installation:
        """Installs the requirement set into `target`. on_package: name, how many so far, how many in all."""
        ...


class Prober(Protocol):
    """Uses the dependencies once, in a process of its own."""

    def try_out(self, folder: Path | None) -> Trial:
        """folder: where the packages lie; None: those of the interpreter itself."""
        ...

    def system_has_all(self) -> bool:
        """Whether the interpreter by itself has every package, at least as new as pinned. Imports none of them."""
        ...


@dataclass(frozen=True, slots=True)
class SetUpPorts:
    interpreter: Interpreter
    site: Site
    installer: Installer
    prober: Prober


@dataclass(frozen=True, slots=True)
class SetUpReport:
    """Every check in the order in which it was made. origin: "kept", "installed", "system", or "" if the dependencies are not there."""

    checks: tuple[Check, ...]
    origin: str = ""

    @property
    def ok(self) -> bool:
        return bool(self.origin) and all(check.ok for check in self.checks)

    @property
    def message(self) -> str:
        """One or two sentences for the run's row: what is wrong and what to do, or that all is well."""
        wrong = [str(check) for check in self.checks if not check.ok]
        return " ".join(wrong) if wrong else "Everything Stash Sense needs is installed and works."


def set_up(ports: SetUpPorts, *, progress: Progress) -> SetUpReport:
    """Checks, installs what is missing and tries it out. Never raises for what the user can put right: that is in the report."""
    checks: list[Check] = []
    for check in (check_python(ports.interpreter), check_platform(ports.interpreter)):
        _note(checks, check)
    if not all(check.ok for check in checks):
        return SetUpReport(tuple(checks))
    _note(checks, ports.site.prepare())
    if not checks[-1].ok:
        return SetUpReport(tuple(checks))
    progress(CHECKED, TRIED)
    try:
        with ports.site.lock():
            ports.site.remove_leftovers()
            origin = _bring_about(ports, checks, progress)
            if origin:
                ports.site.remove_unused()
    except SetupError as err:
        _note(checks, Check("Data folder", False, str(err)))
        origin = ""
    progress(TRIED, TRIED)
    return SetUpReport(tuple(checks), origin)


def _bring_about(ports: SetUpPorts, checks: list[Check], progress: Progress) -> str:
    """The origin of dependencies that work, or "" where none could be had."""
    current = ports.site.current()
    if current is not None:
        trial = ports.prober.try_out(ports.site.packages_at(current))
        if trial.usable:
            _note(checks, *trial.checks)
            return "kept"
        log.info("the installed packages do not work any more, so they are installed anew")
    elif ports.prober.system_has_all():
        trial = ports.prober.try_out(None)
        if trial.usable:
            ports.site.commit_system(trial)
            _note(checks, *trial.checks)
            return "system"
    return _install(ports, checks, progress)


def _install(ports: SetUpPorts, checks: list[Check], progress: Progress) -> str:
    _note(checks, check_room(ports.site.free_bytes(), ports.interpreter.requirement_set))
    if checks[-1].ok:
        _note(checks, ports.installer.find())
    if not checks[-1].ok:
        return ""

    def on_package(name: str, count: int, total: int) -> None:
        log.info("fetching %s (%d of %d)", name, count, total)
        progress(CHECKED + (INSTALLED - CHECKED) * count / (total + 1), TRIED)

    stage = ports.site.stage()
    installation = ports.installer.install(stage, on_package)
    if installation.code:
        log.debug("pip: %s", installation.output[-4000:])
        _note(checks, explain_pip(installation))
        ports.site.remove_leftovers()
        return ""
    _note(checks, Check("Network", True, "the packages were fetched"))
    progress(INSTALLED, TRIED)
    trial = ports.prober.try_out(stage)
    _note(checks, *trial.checks)
    if not trial.usable:
        ports.site.remove_leftovers()
        return ""
    ports.site.commit(stage, trial)
    return "installed"


def _note(checks: list[Check], *more: Check) -> None:
    for check in more:
        checks.append(check)
        (log.info if check.ok else log.error)("%s", check)
