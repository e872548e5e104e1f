"""Tiny wheels made on the spot: a package index without a network is a folder of these."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path


def make_wheel(folder: Path, name: str, version: str, files: Mapping[str, str]) -> Path:
    """A pure wheel with `files` (path in the wheel → content). name: without hyphens."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    content = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in (*content, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in (*content.items(), (f"{info}/RECORD", record)):
            archive.writestr(member, text)
    return path


def requirement(wheel: Path, *, sha256: str | None = None) -> str:
    """The line that pins `wheel`. sha256: another hash than its own."""
    name, version = wheel.name.split("-")[:2]
    return f"{name}=={version} --hash=sha256:{sha256 or hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def make_pip(folder: Path, program: str) -> Path:
    """A wheel with a `pip` that runs `program`; the arguments are in sys.argv."""
    return make_wheel(folder, "pip", "99.0", {"pip/__init__.py": "", "pip/__main__.py": program})
