"""Writes the table of settings.py into stash-sense.yml and docs/settings.md; a test holds them to it.

python3 scripts/settings_pages.py
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "plugin/py"))

from stash_sense.settings import SETTINGS, Setting

ROOT = Path(__file__).resolve().parent.parent
DEFINITION, PAGE = ROOT / "stash-sense.yml", ROOT / "docs/settings.md"
SECTION = re.compile(r"^settings:\n(?:[ #].*\n)*", re.MULTILINE)
TABLE = re.compile(r"^\| setting \|.*\n(?:\|.*\n)*", re.MULTILINE)


def shown(setting: Setting) -> str:
    """The default in words."""
    if isinstance(setting.default, bool):
        return "on" if setting.default else "off"
    return str(setting.default) or "empty"


def span(setting: Setting) -> str:
    """What may be entered, in words."""
    if isinstance(setting.default, bool):
        return "on or off"
    if setting.bounds:
        return f"{setting.bounds[0]} to {setting.bounds[1]}"
    return " or ".join((*setting.choices, *(("a folder",) if setting.or_folder else ()))) or "text"


def description(setting: Setting) -> str:
    """Stash's own page shows no default, and what was never set as off, 0 or empty, so the text has to say it."""
    if setting.default is True:
        return f"{setting.help} On by default: Stash shows it as off until it has been switched once."
    extra = f", {span(setting)}" if setting.bounds else ""
    return f"{setting.help} Default: {shown(setting)}{extra}."


def definition_section() -> str:
    lines = ["settings:"]
    for setting in SETTINGS:
        lines.append(f"  {setting.key}:")
        lines.append(f"    displayName: {json.dumps(setting.title, ensure_ascii=False)}")
        lines.append(f"    description: {json.dumps(description(setting), ensure_ascii=False)}")
        lines.append(f"    type: {setting.kind}")
    return "\n".join(lines) + "\n"


def page_table() -> str:
    rows = ["| setting | key | takes | default | what it does |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {s.title} | `{s.key}` | {span(s)} | {shown(s)} | {s.help} |" for s in SETTINGS]
    return "\n".join(rows) + "\n"


def with_section(text: str) -> str:
    if SECTION.search(text):
        return SECTION.sub(lambda _: definition_section(), text)
    return text.rstrip("\n") + "\n" + definition_section()


def main() -> None:
    DEFINITION.write_text(with_section(DEFINITION.read_text("utf-8")), "utf-8", newline="\n")
    PAGE.write_text(TABLE.sub(lambda _: page_table(), PAGE.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
