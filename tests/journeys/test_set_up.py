"""The task “Set up or repair” with a real pip, real processes and an index that is a folder of wheels made on the spot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.adapters.wheels import make_wheel, requirement

from stash_sense.adapters import dependencies

pytestmark = pytest.mark.journey
DRIVER = Path(__file__).with_name("set_up_driver.py")
PACKAGES = ("tiny_one", "tiny_two", "tiny_three")


class Home:
    """A data folder, a requirement file, and an index to install from."""

    def __init__(self, folder: Path) -> None:
        self.data, self.requirements, self.index = folder / "data", folder / "default.txt", folder / "index"
        self.index.mkdir()
        self.wheels = [make_wheel(self.index, name, "1.0", {f"{name}.py": f"NAME = {name!r}\n"}) for name in PACKAGES]
        self.pin()

    def pin(self, note: str = "", **changes: str) -> None:
        lines = [requirement(wheel, sha256=changes.get(wheel.name.split("-")[0])) for wheel in self.wheels]
        self.requirements.write_text(note + "".join(lines), "utf-8")

    def set_up(self, *, kill: str = "", index: str | None = None) -> dict[str, object]:
        """The report; {} if it was killed. kill: the point to die at, see the driver."""
        environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.index), "PIP_CONFIG_FILE": "/dev/null"}
        if index is not None:
            environment = {
                "PIP_INDEX_URL": index,
                "PIP_FIND_LINKS": "",
                "PIP_CONFIG_FILE": "/dev/null",
                "PIP_RETRIES": "0",
            }
        command = [sys.executable, str(DRIVER), str(self.data), str(self.requirements), kill]
        done = subprocess.run(
            command, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=False
        )
        assert done.returncode == (-9 if kill else 0), done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if not kill else {}

    def folders(self) -> list[str]:
        return sorted(path.name for path in (self.data / "site").iterdir() if path.name != "lock")

    @property
    def tag(self) -> str:
        return dependencies.tag(self.requirements)

    def modules(self) -> list[str]:
        folder = dependencies.site_folder(self.data, self.requirements)
        return sorted(path.stem for path in folder.glob("tiny_*.py")) if folder else []


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def failing(report: dict[str, object]) -> list[list[object]]:
    return [check for check in report["checks"] if not check[1]]  # type: ignore[attr-defined]  # decoded JSON


def test_fresh_then_again_then_repaired(home: Home) -> None:
    assert home.set_up()["origin"] == "installed"
    assert (home.folders(), home.modules()) == ([home.tag], sorted(PACKAGES))
    assert home.set_up()["origin"] == "kept"
    (home.data / "site" / home.tag / "tiny_two.py").unlink()
    assert home.set_up()["origin"] == "installed"
    assert (home.folders(), home.modules()) == ([home.tag], sorted(PACKAGES))


@pytest.mark.parametrize(
    "point", ["lock", "stage", "package 1", "package 3", "installed", "stamp", "rename", "remove_unused"]
)
def test_killed_at_any_instant_the_next_run_completes(home: Home, point: str) -> None:
    home.set_up(kill=point)
    assert home.modules() in ([], sorted(PACKAGES)), "half an installation was taken for a whole one"
    assert home.set_up()["ok"]
    assert (home.folders(), home.modules()) == ([home.tag], sorted(PACKAGES))


@pytest.mark.parametrize("point", ["first rename", "rename"])
def test_killed_while_a_broken_folder_is_replaced(home: Home, point: str) -> None:
    home.set_up()
    (home.data / "site" / home.tag / "tiny_two.py").unlink()
    home.set_up(kill=point)
    assert home.set_up()["ok"]
    assert (home.folders(), home.modules()) == ([home.tag], sorted(PACKAGES))


def test_other_requirements_get_a_folder_of_their_own(home: Home) -> None:
    home.set_up()
    before = home.tag
    home.pin(note="# another release of the plugin\n")
    assert home.modules() == []
    assert home.set_up()["origin"] == "installed"
    assert set(home.folders()) == {before, home.tag}


def test_a_package_with_another_hash_is_refused(home: Home) -> None:
    home.pin(tiny_two="0" * 64)
    report = home.set_up()
    assert [check[0] for check in failing(report)] == ["Packages"]
    assert "not the one this version was made with" in str(report["message"])
    assert home.folders() == []


def test_a_package_the_index_lacks_is_named(home: Home) -> None:
    home.wheels[2].rename(home.wheels[2].with_suffix(".gone"))
    report = home.set_up()
    assert "no build of tiny_three for this Python" in str(report["message"])
    assert home.folders() == []


def test_an_index_out_of_reach_is_said_so(home: Home) -> None:
    report = home.set_up(index="http://127.0.0.1:9/simple")
    assert [check[0] for check in failing(report)] == ["Network"]
    assert "could not be reached" in str(report["message"])
    assert "Traceback" not in str(report)
    assert home.folders() == []
