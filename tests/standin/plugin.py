"""The plugin definition, read as strictly as Stash reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LEVELS = ("trace", "debug", "info", "warning", "error", "progress", "none")
SETTING_TYPES = ("STRING", "NUMBER", "BOOLEAN")
OPERATION_KEYS = frozenset({"name", "description", "defaultArgs", "execArgs"})
KEYS = {
    "plugin": frozenset(
        {"name", "description", "url", "version", "interface", "exec", "errLog", "tasks", "hooks", "ui", "settings"}
    ),
    "task": OPERATION_KEYS,
    "hook": OPERATION_KEYS | {"triggeredBy"},
    "ui": frozenset({"requires", "javascript", "css", "assets", "csp"}),
    "csp": frozenset({"script-src", "style-src", "connect-src"}),
    "setting": frozenset({"type", "displayName", "description"}),
}


class PluginError(Exception):
    """Stash would refuse to load this plugin."""


@dataclass(frozen=True)
class Operation:
    """A task or hook of the definition."""

    name: str
    description: str
    default_args: Mapping[str, str]
    exec_args: Sequence[str]
    triggered_by: Sequence[str] = ()


@dataclass(frozen=True)
class Plugin:
    """One loaded plugin. folder: where its yml lies."""

    id: str
    folder: Path
    name: str
    description: str
    version: str
    command: Sequence[str]
    err_log: str
    tasks: Sequence[Operation]
    hooks: Sequence[Operation]
    ui: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, str]]

    def task(self, name: str) -> Operation | None:
        return next((task for task in self.tasks if task.name == name), None)

    def files(self, kind: str) -> list[str]:
        """Local files of `javascript` or `css`."""
        return [name for name in self.ui.get(kind) or [] if not name.startswith(("http://", "https://"))]


class _StrictLoader(yaml.SafeLoader):
    """Safe loading that refuses a key given twice."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[str, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    if len(keys) != len(set(keys)):
        raise PluginError(f"line {node.start_mark.line + 1}: a key is already set in map")
    return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in node.value}


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load_plugin(path: Path) -> Plugin:
    """The plugin of a yml. Raises PluginError for anything that Stash's strict decoding refuses."""
    try:
        raw = yaml.load(path.read_text("utf-8"), _StrictLoader)
    except yaml.YAMLError as err:
        raise PluginError(str(err)) from err
    _check_keys("plugin", raw)
    ui = raw.get("ui") or {}
    _check_keys("ui", ui)
    _check_keys("csp", ui.get("csp") or {})
    settings = raw.get("settings") or {}
    for setting in settings.values():
        _check_keys("setting", setting)
        if setting.get("type", "STRING") not in SETTING_TYPES:
            raise PluginError(f"unknown setting type {setting['type']}")
    if raw.get("interface", "raw") != "raw":
        raise PluginError(f"the stand-in runs raw plugins only, not {raw['interface']}")
    level = raw.get("errLog") or "error"
    return Plugin(
        id=path.name.removesuffix(".yml"),
        folder=path.parent,
        name=raw.get("name") or path.name.removesuffix(".yml"),
        description=raw.get("description") or "",
        version=str(raw.get("version") or ""),
        command=_texts("exec", raw.get("exec")),
        err_log=level if level in LEVELS else "error",
        tasks=[_operation("task", one) for one in raw.get("tasks") or []],
        hooks=[_operation("hook", one) for one in raw.get("hooks") or []],
        ui=ui,
        settings=settings,
    )


def _check_keys(what: str, raw: Any) -> None:
    if not isinstance(raw, dict):
        raise PluginError(f"cannot unmarshal {type(raw).__name__} into {what}")
    unknown = set(raw) - KEYS[what]
    if unknown:
        raise PluginError(f"field {sorted(unknown)[0]} not found in type {what}")


def _texts(what: str, raw: Any) -> list[str]:
    if not isinstance(raw or [], list):
        raise PluginError(f"{what} has to be a list")
    return [str(one) for one in raw or []]


def _operation(what: str, raw: Any) -> Operation:
    _check_keys(what, raw)
    given = raw.get("defaultArgs") or {}
    return Operation(
        name=raw.get("name") or "",
        description=raw.get("description") or "",
        default_args={key: _go_text(value) for key, value in given.items()},
        exec_args=_texts("execArgs", raw.get("execArgs")),
        triggered_by=_texts("triggeredBy", raw.get("triggeredBy")),
    )


def _go_text(value: Any) -> str:
    """YAML booleans and numbers become strings, as they do in a Go map of strings."""
    return str(value).lower() if isinstance(value, bool) else str(value)
