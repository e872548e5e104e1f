"""stash-sense.yml and the files of the panel tell the same story."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
YML = (ROOT / "stash-sense.yml").read_text("utf-8")
JS = ROOT / "plugin" / "js"
LONGEST = 200  # lines; style.md §9


def listed(kind: str) -> list[str]:
    block = re.search(rf"^  {kind}:\n((?:    - .+\n)+)", YML, re.MULTILINE)
    assert block
    return [line.strip().removeprefix("- ") for line in block.group(1).splitlines()]


def test_every_file_is_listed_once_and_every_listed_file_exists() -> None:
    assert sorted(listed("javascript")) == sorted(str(file.relative_to(ROOT)) for file in JS.rglob("*.js"))
    assert sorted(listed("css")) == sorted(str(file.relative_to(ROOT)) for file in JS.rglob("*.css"))


def test_the_namespace_comes_first_and_the_registration_last() -> None:
    assert (listed("javascript")[0], listed("javascript")[-1]) == ("plugin/js/namespace.js", "plugin/js/register.js")


def test_the_tasks_of_the_panel_are_those_of_the_yml() -> None:
    in_yml = re.findall(
        r"^  - name: (.+)\n    description: (.+)\n    defaultArgs: \{mode: (\w+)\}",
        YML.split("\nhooks:")[0],
        re.MULTILINE,
    )
    source = (JS / "namespace.js").read_text("utf-8")
    in_js = re.findall(r'mode: "(\w+)",\s+name: ("[^"]+"),\s+description: ("[^"]+")', source)
    assert [(json.loads(name), json.loads(words), mode) for mode, name, words in in_js] == in_yml
    assert len(in_yml) >= 5


def test_each_file_is_one_strict_function_within_its_size() -> None:
    for file in sorted(JS.rglob("*.js")):
        text = file.read_text("utf-8")
        code = re.sub(r"^(//.*\n)+", "", text)
        assert re.match(r"\(function \((ns)?\) \{\n  \"use strict\";\n", code), file.name
        assert len(text.splitlines()) <= LONGEST, file.name


def test_nothing_writes_html_or_asks_a_stranger() -> None:
    for file in sorted(JS.rglob("*.js")):
        text = file.read_text("utf-8")
        assert not re.search(r"innerHTML|dangerouslySetInnerHTML|\bfetch\(|https?://|setInterval", text), file.name


def test_the_style_sheet_keeps_to_our_prefix() -> None:
    text = re.sub(r"/\*.*?\*/", "", (JS / "stash-sense.css").read_text("utf-8"), flags=re.DOTALL)
    assert "!important" not in text
    selectors = [
        part.strip()
        for rule in re.findall(r"([^{}]+)\{", text)
        for part in rule.split(",")
        if not rule.strip().startswith("@")
    ]
    assert [one for one in selectors if not one.startswith(".ss-")] == []
    assert "#" not in "".join(selectors)
