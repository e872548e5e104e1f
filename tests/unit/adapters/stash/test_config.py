from __future__ import annotations

from tests.fakes import FakeTransport

from stash_sense.adapters.stash.config import plugin_settings, save_plugin_settings


def stored(values: dict | None) -> dict:
    return {"configuration": {"plugins": {} if values is None else {"stash-sense": values}}}


def test_settings_that_were_never_stored_are_empty():
    assert plugin_settings(FakeTransport({"StashSense_PluginSettings": stored(None)}), "stash-sense") == {}


def test_changes_are_merged_because_stash_replaces_the_whole():
    graphql = FakeTransport(
        {
            "StashSense_PluginSettings": stored({"a": 1, "b": 2}),
            "StashSense_ConfigurePlugin": {"configurePlugin": {"a": 1, "b": 3}},
        }
    )
    assert save_plugin_settings(graphql, "stash-sense", {"b": 3}) == {"a": 1, "b": 3}
    assert graphql.variables("StashSense_ConfigurePlugin") == [{"plugin": "stash-sense", "input": {"a": 1, "b": 3}}]


def test_settings_that_are_stored_already_are_not_written():
    graphql = FakeTransport({"StashSense_PluginSettings": stored({"a": 1})})
    assert save_plugin_settings(graphql, "stash-sense", {"a": 1}) == {"a": 1}
