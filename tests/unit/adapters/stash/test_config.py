from __future__ import annotations

from tests.fakes import FakeTransport

from stash_sense.adapters.stash.config import StashBoxConfig, plugin_settings, save_plugin_settings, stash_boxes


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


def test_stash_boxes_come_with_key_and_rate():
    rows = [
        {"name": "Box", "endpoint": "https://box.example/graphql", "api_key": "secret", "max_requests_per_minute": 60},
        {"name": "", "endpoint": "https://other.example/graphql", "api_key": "", "max_requests_per_minute": 0},
    ]
    graphql = FakeTransport({"StashSense_StashBoxes": {"configuration": {"general": {"stashBoxes": rows}}}})
    first, second = stash_boxes(graphql)
    assert first == StashBoxConfig("Box", "https://box.example/graphql", "secret", 60)
    assert second == StashBoxConfig("https://other.example/graphql", "https://other.example/graphql", "", 240)
    assert "secret" not in repr(first)
