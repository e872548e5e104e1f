from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.adapters.wheels import make_pip

from stash_sense.adapters.pip import Pip

ABSENT = "no_such_pip_anywhere"


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "default.txt"
    path.write_text('# note\nav==1 ; python_version < "3.11" \\\n    --hash=x\nav==2\nnum-py==3\n', "utf-8")
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "target"
    path.mkdir()
    return path


def bundled(requirements: Path, program: str) -> Pip:
    """An interpreter without pip, but with the wheel of one."""
    folder = requirements.parent / "wheels"
    folder.mkdir()
    make_pip(folder, program)
    return Pip(requirements, (folder,), ABSENT)


def ignore(name: str, count: int, total: int) -> None:
    pass


def test_an_installed_pip_is_found(requirements: Path) -> None:
    check = Pip(requirements, (), "json").find()
    assert (check.ok, check.message) == (True, "found")


def test_the_wheel_that_came_with_python_will_do(requirements: Path) -> None:
    check = bundled(requirements, "").find()
    assert check.ok
    assert "pip-99.0-py3-none-any.whl" in check.message


def test_without_any_pip_the_remedy_names_the_package(requirements: Path, tmp_path: Path) -> None:
    check = Pip(requirements, (tmp_path / "nothing",), ABSENT).find()
    assert not check.ok
    assert "apt install python3-pip" in check.remedy


def test_what_pip_is_asked(requirements: Path, target: Path) -> None:
    pip = bundled(requirements, "import json, os, sys; print(json.dumps([sys.argv, dict(os.environ)]))")
    done = pip.install(target, ignore)
    arguments, environment = json.loads(done.output)
    assert done.code == 0
    assert {"--require-hashes", "--only-binary", "--no-deps"} <= set(arguments)
    assert arguments[arguments.index("--target") + 1] == str(target)
    assert arguments[-2:] == ["-r", str(requirements)]
    assert environment["TMPDIR"] == str(target / ".tmp")
    assert environment["PIP_USER"] == "0"
    assert list(target.iterdir()) == []


def test_each_package_is_told_once(requirements: Path, target: Path) -> None:
    program = "print('Collecting av==2'); print('  Downloading x'); print('Processing /my wheels/num-py-3.0-cp312-x.whl (from -r y)')"
    seen: list[tuple[str, int, int]] = []
    bundled(requirements, program).install(target, lambda *step: seen.append(step))
    assert seen == [("av", 1, 2), ("num-py", 2, 2)]


def test_a_failure_comes_back_with_what_pip_said(requirements: Path, target: Path) -> None:
    done = bundled(requirements, "import sys; sys.exit('ERROR: it went wrong')").install(target, ignore)
    assert (done.code, done.output) == (1, "ERROR: it went wrong\n")
