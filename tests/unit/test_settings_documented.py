"""The table of settings, stash-sense.yml and docs/settings.md say the same (scripts/settings_pages.py writes the latter two)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from scripts import settings_pages

from stash_sense.settings import SETTINGS, Setting

ROOT = Path(__file__).parents[2]
DEFINED = yaml.safe_load((ROOT / "stash-sense.yml").read_text("utf-8"))["settings"]
PAGE = (ROOT / "docs/settings.md").read_text("utf-8")


def test_the_plugin_definition_has_every_setting_in_order() -> None:
    assert list(DEFINED) == [setting.key for setting in SETTINGS]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_the_plugin_definition_says_what_the_table_says(setting: Setting) -> None:
    assert DEFINED[setting.key] == {
        "displayName": setting.title,
        "type": setting.kind,
        "description": settings_pages.description(setting),
    }


def test_the_page_has_the_table() -> None:
    match = settings_pages.TABLE.search(PAGE)
    assert match is not None
    assert match[0] == settings_pages.page_table()


def test_keys_suit_stash() -> None:
    """Stash cuts setting keys at dots and sorts them as text."""
    assert [setting.key for setting in SETTINGS if not re.fullmatch(r"[a-z_]+", setting.key)] == []


def test_a_definition_without_the_section_gets_it_at_the_end() -> None:
    text = settings_pages.with_section("name: X\nhooks:\n  - name: y\n")
    assert list(yaml.safe_load(text)) == ["name", "hooks", "settings"]


def test_the_section_is_replaced_wherever_it_stands() -> None:
    text = settings_pages.with_section("name: X\nsettings:\n  old:\n    type: NUMBER\nhooks:\n  - name: y\n")
    loaded = yaml.safe_load(text)
    assert list(loaded) == ["name", "settings", "hooks"]
    assert "old" not in loaded["settings"]
