"""The plugin's settings as Stash keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stash_sense.adapters.stash.client import GraphQL

PLUGIN_SETTINGS = """
query StashSense_PluginSettings($ids: [ID!]) {
  configuration { plugins(include: $ids) }
}"""

CONFIGURE_PLUGIN = """
mutation StashSense_ConfigurePlugin($plugin: ID!, $input: Map!) {
  configurePlugin(plugin_id: $plugin, input: $input)
}"""


def plugin_settings(graphql: GraphQL, plugin_id: str) -> dict[str, Any]:
    """What the user has stored, without defaults; empty before the first change."""
    plugins = graphql.call(PLUGIN_SETTINGS, {"ids": [plugin_id]})["configuration"]["plugins"] or {}
    return dict(plugins.get(plugin_id) or {})


def save_plugin_settings(graphql: GraphQL, plugin_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Stores `changes` beside what is there and returns the whole; Stash itself replaces everything it is not given again."""
    stored = plugin_settings(graphql, plugin_id)
    wanted = {**stored, **changes}
    if wanted == stored:
        return stored
    return dict(graphql.call(CONFIGURE_PLUGIN, {"plugin": plugin_id, "input": wanted})["configurePlugin"] or {})
