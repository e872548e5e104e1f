from __future__ import annotations

import json
import os
import sys
import zlib
from pathlib import Path

import pytest

from stash_sense.adapters import dependencies

THIS = f"cp{sys.version_info.major}{sys.version_info.minor}"


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "default.txt"
    path.write_bytes(b"numpy==2\n")
    return path


def stamped(data: Path, stamp: object, requirements: Path | None = None) -> Path:
    folder = data / "site" / dependencies.tag(requirements)
    folder.mkdir(parents=True)
    (folder / dependencies.STAMP).write_text(json.dumps(stamp), "utf-8")
    return folder


def test_the_tag_names_python_platform_and_requirements(requirements: Path) -> None:
    python, system, machine, code = dependencies.tag(requirements).split("-")
    assert python == THIS + ("t" if "free-threading" in sys.version else "")
    assert system in {"manylinux", "musllinux", "macosx", "win"}
    assert machine == dependencies.machine()
    assert code == f"{zlib.crc32(b'numpy==2' + os.linesep.encode()[-1:]):08x}"


def test_other_requirements_are_another_tag_but_other_line_ends_are_not(requirements: Path) -> None:
    before = dependencies.tag(requirements)
    requirements.write_bytes(b"numpy==2\r\n")
    assert dependencies.tag(requirements) == before
    requirements.write_bytes(b"numpy==3\n")
    assert dependencies.tag(requirements) != before


def test_another_python_is_another_tag(requirements: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dependencies.tag(requirements)
    monkeypatch.setattr(dependencies.sys.implementation, "name", "pypy")
    assert dependencies.tag(requirements) == before.replace("cp", "pp", 1)


def test_without_a_stamp_set_up_is_due(tmp_path: Path) -> None:
    assert dependencies.site_folder(tmp_path) is None
    assert not dependencies.add_to_path(tmp_path)
    assert dependencies.summary(tmp_path)["message"] == dependencies.missing_sentence()
    assert "“Set up or repair”" in dependencies.missing_sentence()


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"state": "half"}'])
def test_a_stamp_that_makes_no_sense_is_none(tmp_path: Path, content: str) -> None:
    folder = stamped(tmp_path, {})
    (folder / dependencies.STAMP).write_text(content, "utf-8")
    assert dependencies.site_folder(tmp_path) is None


def test_installed_packages_become_importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["plugin/py", "elsewhere"])
    folder = stamped(tmp_path, {"state": "installed", "packages": {"numpy": "2"}})
    assert dependencies.add_to_path(tmp_path)
    assert dependencies.add_to_path(tmp_path)
    assert sys.path == ["plugin/py", str(folder), "elsewhere"]
    assert dependencies.summary(tmp_path)["packages"] == {"numpy": "2"}


def test_a_system_stamp_leaves_the_path_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["plugin/py"])
    stamped(tmp_path, {"state": "system", "prefix": sys.prefix, "files": [__file__]})
    assert dependencies.add_to_path(tmp_path)
    assert sys.path == ["plugin/py"]


@pytest.mark.parametrize(
    "change", [{"prefix": "/another/environment"}, {"files": ["/gone/numpy.py"]}, {"files": None}], ids=str
)
def test_a_system_stamp_of_another_environment_does_not_hold(tmp_path: Path, change: dict[str, object]) -> None:
    stamped(tmp_path, {"state": "system", "prefix": sys.prefix, "files": [__file__], **change})
    assert dependencies.site_folder(tmp_path) is None


@pytest.mark.parametrize(
    ("platform", "glibc", "machine", "version", "wanted", "chosen"),
    [
        ("linux", "2.36", "x86_64", (3, 12), "", "default"),
        ("linux", "", "x86_64", (3, 12), "", "musl"),
        ("linux", "", "aarch64", (3, 12), "onnxruntime", "default"),
        ("linux", "2.36", "x86_64", (3, 12), "ncnn", "musl"),
        ("linux", "2.36", "x86_64", (3, 12), "nonsense", "default"),
        ("darwin", "", "x86_64", (3, 13), "", "default"),
        ("darwin", "", "x86_64", (3, 14), "", "musl"),
        ("darwin", "", "arm64", (3, 14), "", "default"),
    ],
)
def test_the_set_that_has_wheels_here(
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    glibc: str,
    machine: str,
    version: tuple[int, int],
    wanted: str,
    chosen: str,
) -> None:
    monkeypatch.setattr(dependencies, "PLATFORM", platform)
    monkeypatch.setattr(dependencies, "glibc_version", lambda: glibc)
    monkeypatch.setattr(dependencies, "machine", lambda: machine)
    monkeypatch.setattr(dependencies.sys, "version_info", version)
    monkeypatch.setenv("STASH_SENSE_RUNTIME", wanted)
    assert dependencies.requirement_set() == chosen


def test_musl_is_told_by_what_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    def confstr(name: str) -> str:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(dependencies, "PLATFORM", "linux")
    monkeypatch.setattr(dependencies.os, "confstr", confstr, raising=False)
    assert (dependencies.glibc_version(), dependencies.system()) == ("", "musllinux")


@pytest.mark.parametrize(
    ("version", "machine"),
    [("3.12 (x) [MSC v.1938 64 bit (AMD64)]", "amd64"), ("[MSC (ARM64)]", "arm64"), ("[MSC 32 bit (Intel)]", "win32")],
)
def test_the_processor_of_a_windows_python(monkeypatch: pytest.MonkeyPatch, version: str, machine: str) -> None:
    monkeypatch.setattr(dependencies, "PLATFORM", "win32")
    monkeypatch.setattr(dependencies.sys, "version", version)
    assert dependencies.machine() == machine


def test_a_plugin_folder_without_its_requirements_asks_for_set_up(tmp_path: Path) -> None:
    assert dependencies.site_folder(tmp_path, tmp_path / "missing.txt") is None


def test_both_requirement_files_are_there_and_hashed() -> None:
    for name in dependencies.RUNTIMES:
        lines = (dependencies.REQUIREMENTS / f"{name}.txt").read_text("utf-8").splitlines()
        pins = [line for line in lines if line and line[0] not in "# "]
        assert all("==" in pin and pin.endswith("\\") for pin in pins), f"{name}: a pin without a hash"
        assert {pin.split("==")[0] for pin in pins} >= {"av", "numpy", "usearch", "requests", "stashapp-tools"}
