"""The operation behind the settings page."""

from __future__ import annotations

from typing import Any

from stash_sense.adapters.stash.config import plugin_settings, save_plugin_settings
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import open_stores
from stash_sense.entry.wiring_stash import open_stash
from stash_sense.errors import RequestError
from stash_sense.settings import PLUGIN_ID, SETTINGS, Setting, Value, check, effective


def settings(request: Request) -> list[dict[str, Any]]:
    """{values?} → effective settings with defaults, ranges, help; `values` are checked and stored first."""
    wanted = request.args.get("values") or {}
    if not isinstance(wanted, dict):
        raise RequestError("The values of settings have to be an object.")
    changes = {key: check(key, value) for key, value in wanted.items()}
    with open_stash(request) as graphql:
        stored = save_plugin_settings(graphql, PLUGIN_ID, changes) if changes else plugin_settings(graphql, PLUGIN_ID)
    values = effective(stored)
    with open_stores(request, create=True) as stores, stores.transaction():
        stores.settings.save(values)
    return [
        {
            "key": setting.key,
            "title": setting.title,
            "kind": setting.kind,
            "value": values[setting.key],
            "default": setting.default,
            "bounds": list(setting.bounds) if setting.bounds else None,
            "choices": _choices(setting, values[setting.key]),
            "help": setting.help,
        }
        for setting in SETTINGS
    ]


def _choices(setting: Setting, value: Value) -> list[Value]:
    """What the page offers: a folder that was entered elsewhere stays choosable."""
    offered: list[Value] = list(setting.choices)
    return offered if not offered or value in offered else [*offered, value]
