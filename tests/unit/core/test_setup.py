from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stash_sense.core.setup import (
    ROOM_MB,
    Installation,
    Interpreter,
    check_platform,
    check_python,
    check_room,
    explain_pip,
)

DEBIAN = Interpreter(
    version=(3, 11),
    implementation="cpython",
    bits=64,
    free_threaded=False,
    system="manylinux",
    machine="x86_64",
    requirement_set="default",
    runtime="onnxruntime",
    executable="/usr/bin/python3",
    libc=(2, 36),
)


def on(**changes: Any) -> Interpreter:
    return replace(DEBIAN, **changes)


@pytest.mark.parametrize("version", [(3, 10), (3, 12), (3, 14)])
def test_a_supported_python_passes(version: tuple[int, int]) -> None:
    assert check_python(on(version=version)).ok


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": (3, 9)}, "Python 3.9 is too old."),
        ({"version": (3, 15)}, "Python 3.15 is too new: our packages do not exist for it yet."),
        ({"bits": 32}, "This Python 3.11 is a 32-bit program."),
        (
            {"free_threaded": True},
            "This is the free-threaded build of Python 3.11, which our packages do not exist for.",
        ),
        ({"implementation": "pypy"}, "This is pypy, and our packages exist for CPython only."),
    ],
)
def test_any_other_python_is_named_with_the_way_out(changes: dict[str, Any], says: str) -> None:
    check = check_python(on(**changes))
    assert (check.ok, check.message) == (False, says)
    assert "Install a 64-bit Python 3.10 to 3.14" in check.remedy


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"libc": (2, 28)},
        {"libc": None},
        {"machine": "aarch64"},
        {"system": "musllinux", "libc": None},
        {"system": "macosx", "machine": "arm64", "macos": (14, 0)},
        {"system": "win", "machine": "amd64"},
    ],
)
def test_supported_platforms_pass(changes: dict[str, Any]) -> None:
    assert check_platform(on(**changes)).ok


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"libc": (2, 27)}, "glibc 2.27, and our packages need 2.28"),
        ({"machine": "armv7l"}, "do not exist for Linux (glibc) on armv7l"),
        ({"system": "musllinux", "machine": "armv7l"}, "do not exist for Linux (musl, as in Alpine) on armv7l"),
        ({"system": "macosx", "machine": "x86_64", "macos": (13, 6)}, "macOS 13.6 is too old"),
        ({"system": "win", "machine": "arm64"}, "do not exist for Windows on arm64"),
        ({"system": "freebsd14", "machine": "amd64"}, "do not exist for freebsd14 on amd64"),
    ],
)
def test_other_platforms_are_named_with_the_way_out(changes: dict[str, Any], says: str) -> None:
    check = check_platform(on(**changes))
    assert not check.ok
    assert says in check.message
    assert check.remedy.endswith(".")


def test_room_is_needed_for_download_and_result() -> None:
    assert check_room(ROOM_MB["musl"] * 2**20, "musl").ok
    short = check_room(ROOM_MB["default"] * 2**20 - 1, "default")
    assert (short.ok, short.message) == (
        False,
        "Only 799 MB are free where the data folder lies; installing takes 800 MB for a moment.",
    )


@pytest.mark.parametrize(
    ("output", "name", "says"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "Disk space",
            "filled up",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "Packages", "not the one"),
        (
            "WARNING: Retrying … NewConnectionError('Failed to establish a new connection: [Errno -2] Name or service not known')\n"
            "ERROR: No matching distribution found for numpy==2.4.6",
            "Network",
            "could not be reached",
        ),
        ("ERROR: … SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'", "Network", "certificate"),
        ("WARNING: … ProxyError('Cannot connect to proxy.', …", "Network", "proxy"),
        ("ERROR: HTTP error 403 while getting https://…", "Network", "(status 403)"),
        ("ERROR: No matching distribution found for ncnn==1.0", "Packages", "no build of ncnn for this Python"),
        ("PermissionError: [Errno 13] Permission denied: '/config/site'", "Data folder", "not allowed to write"),
        ("no such option: --progress-bar", "pip", "does not know --progress-bar"),
        ("MemoryError", "Memory", "ran out"),
        ("ERROR: something new\nmore", "Packages", "pip could not install them: something new"),
        ("", "Packages", "exit status 2"),
    ],
)
def test_what_pip_meant(output: str, name: str, says: str) -> None:
    check = explain_pip(Installation(2, output))
    assert (check.ok, check.name) == (False, name)
    assert says in check.message
    assert check.remedy.endswith("run this task again.") or check.remedy == "Run this task again."


def test_a_pip_ended_by_a_signal_is_said_to_have_been_stopped() -> None:
    assert explain_pip(Installation(-9, "Collecting numpy")).message == "The installation was stopped from outside."


def test_a_check_reads_as_one_line() -> None:
    assert str(check_room(0, "musl")).startswith("Disk space: Only 0 MB are free")
