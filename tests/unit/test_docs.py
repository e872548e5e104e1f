"""The documents name what the code has: modes, settings, tables and columns, modules; and no link leads nowhere."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from stash_sense.adapters.store.migrate import MIGRATIONS
from stash_sense.entry.main import OPERATIONS, TASKS
from stash_sense.entry.status import EMPTY_GALLERY
from stash_sense.settings import SETTINGS
from stash_sense.usecases.enrol_outcomes import OUTCOMES
from stash_sense.usecases.tagging import NAMES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
PACKAGE = ROOT / "plugin/py/stash_sense"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
SECTIONS = ["Context", "Options", "Decision", "Consequences"]

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands below `### heading`, up to the next heading; "" if there is none."""
    found = re.search(
        rf"^### {re.escape(heading)}\n(.*?)(?=^#|\Z)", FENCED.sub(lambda m: m[0], text), re.MULTILINE | re.DOTALL
    )
    return found[1] if found else ""


def links(text: str) -> list[str]:
    return [one or other for one, other in LINK.findall(FENCED.sub("", text))]


def anchors(text: str) -> set[str]:
    """The anchors a forge makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(path: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    wrong = []
    for link in links(path.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            wrong.append(link)
    return wrong


def tables() -> dict[str, list[str]]:
    """Every table of the schema with its columns."""
    db = sqlite3.connect(":memory:")
    for step in MIGRATIONS:
        db.executescript(step.read_text("utf-8"))
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")] for name in names}
    db.close()
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(path: Path) -> None:
    assert broken(path) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    text = '# A title?\n[a](#a-title) [b](#b) [c](c.md) ![d](page.md)\n<img src="e.png">\n```\n[f](f.md)\n```\n[g](https://example.org/g)\n'
    (tmp_path / "page.md").write_text(text, "utf-8")
    assert broken(tmp_path / "page.md") == ["#b", "c.md", "e.png"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_host_of_a_package_registry_is_named(path: Path) -> None:
    assert re.findall(r"pypi\.org|pythonhosted|npmjs|crates\.io", path.read_text("utf-8")) == []


@pytest.mark.parametrize("mode", [*TASKS, *OPERATIONS])
def test_every_mode_has_a_section(mode: str) -> None:
    assert section(page("docs/operations.md"), mode).strip() != ""


@pytest.mark.parametrize("mode", [*TASKS, *OPERATIONS, "hook"])
def test_every_mode_is_named(mode: str) -> None:
    assert f"`{mode}`" in page("docs/operations.md")


def test_no_mode_is_described_that_does_not_exist() -> None:
    described = re.findall(r"^### (\w+)$", page("docs/operations.md"), re.MULTILINE)
    assert sorted(described) == sorted([*TASKS, *OPERATIONS])


@pytest.mark.parametrize("task", re.findall(r"^  - name: (.+)$", page("stash-sense.yml"), re.MULTILINE))
def test_every_task_and_hook_of_the_definition_is_described(task: str) -> None:
    assert task in page("docs/operations.md")


@pytest.mark.parametrize("key", [setting.key for setting in SETTINGS])
def test_every_setting_is_described(key: str) -> None:
    assert f"`{key}`" in page("docs/settings.md")


@pytest.mark.parametrize("table", tables())
def test_every_table_is_described_with_every_column(table: str) -> None:
    text = section(page("docs/data-model.md"), table)
    assert text != "", f"docs/data-model.md has no section {table}"
    missing = [column for column in tables()[table] if not re.search(rf"\b{column}\b", text)]
    assert missing == []


def test_no_table_is_described_that_does_not_exist() -> None:
    described = re.findall(r"^### (\w+)$", page("docs/data-model.md"), re.MULTILINE)
    assert sorted(described) == sorted(tables())


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_of_enrolment_is_described(outcome: str) -> None:
    assert f"`{outcome}`" in section(page("docs/data-model.md"), "enrolment")


@pytest.mark.parametrize("role", NAMES)
def test_every_tag_is_described(role: str) -> None:
    assert f"`{role}`" in section(page("docs/data-model.md"), "tag")
    assert f"*{NAMES[role][0]}*" in page("README.md"), "the README lists what is written to Stash"


def test_the_example_of_status_has_every_count_of_the_gallery() -> None:
    text = section(page("docs/operations.md"), "status")
    assert [key for key in EMPTY_GALLERY if f'"{key}"' not in text] == []


def modules_named(text: str) -> list[str]:
    return re.findall(r"`([\w/.-]+/(?:[\w.-]+\.(?:py|js|ts|sql|graphql|json)|))`", text)


@pytest.mark.parametrize("path", [DOCS / "architecture.md", *DECISIONS], ids=lambda path: path.name)
def test_named_files_exist(path: Path) -> None:
    wrong = [
        name
        for name in modules_named(path.read_text("utf-8"))
        if not any((base / name).exists() for base in (ROOT, PACKAGE))
    ]
    assert wrong == []


def test_named_files_are_seen() -> None:
    assert len(modules_named(page("docs/architecture.md"))) > 60


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_decisions_have_their_form(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.match(r"\d{4}-[a-z0-9-]+\.md$", path.name)
    assert text.startswith(f"# {int(path.name[:4])} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS


def test_decisions_are_numbered_and_listed() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert [path.name for path in DECISIONS if path.name not in page("docs/architecture.md")] == []


def test_the_readme_has_its_two_commands() -> None:
    commands = re.findall(r"^```sh\n(.*?)^```", page("README.md"), re.MULTILINE | re.DOTALL)
    assert "scripts/demo\nscripts/test\n" in commands
