from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stash_sense.adapters import dependencies
from stash_sense.adapters.site import SiteFolders
from stash_sense.core.setup import Check, Trial
from stash_sense.errors import SetupError

TRIAL = Trial(True, (Check("Packages", True, ""),), {"numpy": "2"}, (__file__,))


@pytest.fixture
def site(tmp_path: Path) -> SiteFolders:
    requirements = tmp_path / "default.txt"
    requirements.write_text("numpy==2\n", "utf-8")
    folders = SiteFolders(tmp_path / "data", requirements)
    assert folders.prepare() == Check("Data folder", True, str(tmp_path / "data"))
    return folders


@pytest.fixture
def ordinary_user(tmp_path: Path) -> Iterator[None]:
    """Somebody who may not write below tmp_path; nothing is read-only for root."""
    root = os.geteuid() == 0
    (tmp_path / "data").chmod(0o555)
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)
    (tmp_path / "data").chmod(0o755)


def names(site: SiteFolders) -> list[str]:
    return sorted(path.name for path in site.site.iterdir() if path.name != "lock")


def filled(site: SiteFolders, content: str) -> Path:
    stage = site.stage()
    (stage / "module.py").write_text(content, "utf-8")
    return stage


def test_a_committed_folder_is_the_current_one(site: SiteFolders) -> None:
    assert site.current() is None
    site.commit(filled(site, "new"), TRIAL)
    assert site.current() == site.folder
    assert site.packages_at(site.folder) == site.folder
    assert names(site) == [site.folder.name]
    stamp = json.loads((site.folder / dependencies.STAMP).read_text("utf-8"))
    assert (stamp["packages"], stamp["set"], stamp["python"]) == ({"numpy": "2"}, "default", sys.executable)


def test_a_broken_folder_is_replaced_whole(site: SiteFolders) -> None:
    site.commit(filled(site, "old"), TRIAL)
    (site.folder / "extra.py").write_text("left over", "utf-8")
    site.commit(filled(site, "new"), TRIAL)
    assert (site.folder / "module.py").read_text("utf-8") == "new"
    assert not (site.folder / "extra.py").exists()
    assert names(site) == [site.folder.name]


def test_the_interpreters_own_packages_are_noted(site: SiteFolders) -> None:
    site.commit_system(TRIAL)
    assert site.current() == site.folder
    assert site.packages_at(site.folder) is None


def test_leftovers_go_and_nothing_else(site: SiteFolders) -> None:
    site.commit(filled(site, "kept"), TRIAL)
    filled(site, "half")
    (site.site / "left-file").write_text("half", "utf-8")
    site.remove_leftovers()
    assert names(site) == [site.folder.name]


def test_the_newest_folder_of_another_python_is_kept(site: SiteFolders) -> None:
    site.commit(filled(site, "own"), TRIAL)
    for age, name in enumerate(("cp310-a", "cp311-b", "cp313-c")):
        (site.site / name).mkdir()
        (site.site / name / dependencies.STAMP).write_text("{}", "utf-8")
        os.utime(site.site / name / dependencies.STAMP, (1000 + age, 1000 + age))
    (site.site / "cp314-no-stamp").mkdir()
    site.remove_unused()
    assert names(site) == sorted([site.folder.name, "cp313-c"])


def test_a_second_holder_is_turned_away_while_the_first_lives(site: SiteFolders) -> None:
    with site.lock(), pytest.raises(SetupError, match="Another set-up is at work"), site.lock():
        pass
    with site.lock():
        pass


def test_a_dead_holder_holds_nothing(site: SiteFolders) -> None:
    program = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path\n"
        "from stash_sense.adapters.locks import held\n"
        "with held(Path(sys.argv[1])) as mine: print(mine, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", program, str(site.site / "lock"), str(dependencies.REQUIREMENTS.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-9, "True\n")
    with site.lock():
        pass


def test_a_folder_that_is_a_file_is_named(tmp_path: Path, site: SiteFolders) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    check = SiteFolders(tmp_path / "file" / "data", site.requirements).prepare()
    assert not check.ok
    assert f"{tmp_path / 'file' / 'data'} cannot be used" in check.message
    assert "STASH_SENSE_DATA" in check.remedy


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_read_only_data_folder_is_named(tmp_path: Path, site: SiteFolders, ordinary_user: None) -> None:
    check = SiteFolders(tmp_path / "data" / "below", site.requirements).prepare()
    assert (check.ok, check.name) == (False, "Data folder")
    assert check.message == f"The data folder {tmp_path / 'data' / 'below'} cannot be written to (Permission denied)."
    assert check.remedy.startswith("Let the user that runs Stash write there")


def test_a_folder_in_use_elsewhere_ends_in_a_sentence(site: SiteFolders) -> None:
    stage = filled(site, "new")
    site.folder.parent.joinpath(site.folder.name).write_text("a file where the folder belongs", "utf-8")
    (stage / dependencies.STAMP).mkdir()  # writing the stamp fails
    with pytest.raises(SetupError, match="could not be put in place"):
        site.commit(stage, TRIAL)
    assert not stage.exists()
