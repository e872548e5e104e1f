"""Imports point inward (style 1.1), and nothing that has to start at once imports what is heavy or not installed yet."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "plugin/py/stash_sense"
# An adapter also sees the ports: they are the contract it fulfils, with the values that cross it.
ALLOWED = {
    "core": {"core"},
    "usecases": {"core", "usecases"},
    "adapters": {"core", "adapters", "usecases.ports", "usecases.box_ports", "usecases.stores"},
    "entry": {"core", "usecases", "adapters", "entry"},
}
OPEN_TO_ALL = {"errors", "settings"}


def imported(path: Path) -> set[str]:
    """Modules of our package that `path` names, without the package: "core.values"."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stash_sense"):
            names |= {f"{node.module}.{alias.name}".removeprefix("stash_sense.") for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {
                alias.name.removeprefix("stash_sense.") for alias in node.names if alias.name.startswith("stash_sense")
            }
    return names


def outside(names: set[str], allowed: set[str]) -> set[str]:
    return {name for name in names if not any(name == open_ or name.startswith(open_ + ".") for open_ in allowed)}


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.glob("*/**/*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_imports_point_inward(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    assert outside(imported(path), ALLOWED[layer] | OPEN_TO_ALL) == set(), f"{layer} must not import these"


def test_the_rule_sees_what_points_outward(tmp_path: Path) -> None:
    source = tmp_path / "bad.py"
    source.write_text("from stash_sense.adapters import http\nfrom stash_sense.core.values import Box\n", "utf-8")
    assert outside(imported(source), ALLOWED["core"]) == {"adapters.http"}


@pytest.mark.parametrize(
    "module",
    ["adapters.dependencies", "usecases.install", "entry.wiring_set_up", "entry.set_up", "entry.main", "entry.hooks"],
)
def test_it_starts_without_any_package(module: str) -> None:
    program = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); import stash_sense.{module}"
    done = subprocess.run([sys.executable, "-S", "-E", "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
