"""Starts plugins as Stash does: which program, which environment, what on stdin; and runs their hooks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.standin.plugin import Operation, Plugin
from tests.standin.process import Answer, PluginProcess
from tests.standin.sessions import Session

if TYPE_CHECKING:
    from tests.standin.stash import StandIn

PYTHON = ("python", "python3")
LONGEST_HOOK_LOOP = 10
POLL_S = 0.02


def resolved_command(plugin: Plugin, operation: Operation | None, python_path: str) -> list[str]:
    """The argument list of a plugin process."""
    program, *rest = [*plugin.command, *(operation.exec_args if operation else ())]
    if program in PYTHON:
        own = python_path if Path(python_path).is_file() else None
        program = own or shutil.which("python3") or shutil.which("python") or program
    elif shutil.which(program) is None:
        program = str(plugin.folder / program)
    return [program, *(part.replace("{pluginDir}", str(plugin.folder)) for part in rest)]


def environment(plugin: Plugin, extra: Mapping[str, str]) -> dict[str, str]:
    """Stash's own environment; Python plugins find their sibling folders on PYTHONPATH."""
    env = {**os.environ, **extra}
    if plugin.command[0] in PYTHON:
        parent = str(plugin.folder.resolve().parent)
        present = env.get("PYTHONPATH")
        env["PYTHONPATH"] = f"{present}{os.pathsep}{parent}" if present else parent
    return env


def start(
    stash: StandIn,
    plugin: Plugin,
    args: Mapping[str, Any],
    *,
    session: Session,
    operation: Operation | None = None,
    progress: Callable[[float], None] | None = None,
) -> PluginProcess:
    """Raises OSError if the program cannot be started."""
    connection = {
        "Scheme": stash.scheme,
        "Host": stash.host_told,
        "Port": stash.port,
        "SessionCookie": stash.sessions.for_plugin(session),
        "Dir": str(stash.config_dir),
        "PluginDir": str(plugin.folder),
    }
    given = {**(operation.default_args if operation else {}), **args}
    process = PluginProcess(
        resolved_command(plugin, operation, stash.python_path),
        {"server_connection": connection, "args": given},
        cwd=stash.cwd,
        env=environment(plugin, stash.env),
        log=lambda level, text: stash.note(level, f"[Plugin / {plugin.name}] {text}"),
        default_level=plugin.err_log,
        progress=progress,
    )
    stash.processes.append(process)
    return process


def fire_hooks(
    stash: StandIn,
    trigger: str,
    object_id: int,
    given: Any,
    *,
    session: Session,
    fields: list[str] | None = None,
    gone: Callable[[], bool] = lambda: False,
) -> None:
    """Runs every hook of `trigger`, one process after the other, and waits for each.

    gone: whether the scan was cancelled or the client has left; then the running process is killed and the rest left out.
    """
    context: dict[str, Any] = {"id": object_id, "type": trigger, "input": given}
    if fields is not None:
        context["inputFields"] = fields
    for plugin in stash.plugins.values():
        hooks = [hook for hook in plugin.hooks if trigger in hook.triggered_by]
        if plugin.id in stash.disabled_plugins or not hooks:
            continue
        if session.hooks.count((plugin.id, trigger)) >= LONGEST_HOOK_LOOP:
            stash.note("debug", f"cyclic loop detected: plugin ID '{plugin.id}' hook {trigger}, not re-triggering")
            continue
        for hook in hooks:
            visited = session.after_hook(plugin.id, trigger)
            try:
                process = start(stash, plugin, {"hookContext": context}, session=visited, operation=hook)
            except OSError as err:
                stash.note("error", f"error executing post hooks: error running plugin: {err}")
                return
            while not process.done.wait(POLL_S):
                if gone():
                    process.kill()
                    return
            _note_answer(stash, f"{trigger} [{plugin.name}]", process.wait())


def _note_answer(stash: StandIn, who: str, answer: Answer) -> None:
    if answer.error is not None:
        stash.note("error", f"{who}: returned error: {answer.error}")
    else:
        stash.note("debug", f"{who}: returned: {answer.output}")
