from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.adapters.wheels import make_wheel

from stash_sense.adapters import dependencies
from stash_sense.adapters.children import Finished
from stash_sense.adapters.probe import Probe, _read

COMPACT = Path(__file__).parents[3] / "plugin/models/compact"
RUNTIME = dependencies.RUNTIMES[dependencies.requirement_set()]


def probe(requirements: Path | None = None, pack: Path = COMPACT) -> Probe:
    return Probe(requirements or dependencies.requirement_file(), pack, RUNTIME)


def test_this_environment_works_with_the_bundled_pack() -> None:
    trial = probe().try_out(None)
    assert trial.usable
    assert [(check.name, check.ok) for check in trial.checks] == [
        (name, True) for name in ("Packages", "Pictures", "Video", "Index", "Model pack")
    ]
    assert RUNTIME in trial.packages
    assert all(Path(file).exists() for file in trial.files)


def test_a_damaged_pack_is_named_but_the_packages_are_fine(tmp_path: Path) -> None:
    pack = tmp_path / "compact"
    shutil.copytree(COMPACT, pack)
    with next(pack.glob("embedder.bin")).open("r+b") as file:
        file.write(b"XXXX")
    trial = probe(pack=pack).try_out(None)
    assert trial.usable
    wrong = [check for check in trial.checks if not check.ok]
    assert [check.name for check in wrong] == ["Model pack"]
    assert "embedder.bin" in wrong[0].message


def test_a_package_that_does_not_import_makes_it_unusable(tmp_path: Path) -> None:
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy/__init__.py").write_text("raise ImportError('built for another processor')", "utf-8")
    trial = probe().try_out(tmp_path)
    assert (trial.usable, len(trial.checks)) == (False, 1)
    assert "built for another processor" in trial.checks[0].message


@pytest.mark.parametrize(
    ("finished", "says"),
    [
        (Finished(-4, ""), "crash on this processor"),
        (Finished(-9, "", timed_out=True), "took more than 300 s"),
        (Finished(1, "Traceback\nSyntaxError: bad"), "SyntaxError: bad"),
    ],
)
def test_a_child_that_does_not_answer_is_explained(finished: Finished, says: str) -> None:
    trial = _read(finished, "onnxruntime")
    assert not trial.usable
    assert says in trial.checks[0].message
    assert trial.checks[0].remedy.endswith(".")


def test_the_systems_packages_count_from_the_pinned_version_on(tmp_path: Path) -> None:
    assert probe().system_has_all()
    newer = tmp_path / "default.txt"
    newer.write_text("numpy==99.0\n", "utf-8")
    assert not probe(newer).system_has_all()


def test_a_missing_package_is_seen_without_importing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wheel(tmp_path, "unrelated", "1", {})
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert not probe().system_has_all()
