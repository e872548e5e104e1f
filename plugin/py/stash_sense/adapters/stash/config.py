"""The plugin's settings as Stash keeps them, and the stash-boxes the user has entered there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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

STASH_BOXES = """
query StashSense_StashBoxes {
  configuration { general { stashBoxes { name endpoint api_key max_requests_per_minute } } }
}"""

DEFAULT_PER_MINUTE = (
    240  # Stash's own default, at which the original ran a day without a refusal; 275 to 300 drew the first ones
)


@dataclass(frozen=True, slots=True)
class StashBoxConfig:
    """A stash-box the user has entered in Stash. endpoint: as written there, for it is part of every stash id."""

    name: str
    endpoint: str
    api_key: str = field(repr=False)
    per_minute: int = DEFAULT_PER_MINUTE


def stash_boxes(graphql: GraphQL) -> list[StashBoxConfig]:
    """In the user's order. The keys stay in memory; nothing of ours stores or logs them."""
    rows = graphql.call(STASH_BOXES)["configuration"]["general"]["stashBoxes"]
    return [
        StashBoxConfig(
            name=row["name"] or row["endpoint"],
            endpoint=row["endpoint"],
            api_key=row["api_key"],
            per_minute=row["max_requests_per_minute"] if row["max_requests_per_minute"] > 0 else DEFAULT_PER_MINUTE,
        )
        for row in rows
    ]


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
