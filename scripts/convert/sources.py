"""The two npm packages that the pack is built from, fetched by the ordinary npm client and pinned by sha256."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """spec: name and version for npm; archive: its file name; member: the model inside; both with their sha256."""

    spec: str
    archive: str
    sha256: str
    member: str
    member_sha256: str


DETECTOR = Source(
    "@mediapipe/face_detection@0.4.1657300184",
    "mediapipe-face_detection-0.4.1657300184.tgz",
    "a118cde74923dc4435257fbfbb613464a0f58d115dff6314d4ff96c8aebf6419",
    "package/face_detection_full_range.tflite",
    "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
)
EMBEDDER = Source(
    "faceplugin-face-recognition-js@0.0.1",
    "faceplugin-face-recognition-js-0.0.1.tgz",
    "7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
    "package/model/fr_feature.onnx",
    "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
)


def read_source(source: Source, folder: Path) -> bytes:
    """The model file of `source`; its package is fetched into `folder` unless it is there. Raises ValueError if a hash differs."""
    archive = folder / source.archive
    if not archive.is_file():
        _pack(source, folder)
    _check(archive.name, archive.read_bytes(), source.sha256)
    with tarfile.open(archive) as packed:
        member = packed.extractfile(source.member)
        data = member.read() if member else b""
    _check(source.member, data, source.member_sha256)
    return data


def _pack(source: Source, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise ValueError(f"{source.archive} is not in {folder} and npm, which would fetch it, is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--silent", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--pack-destination", str(folder)]
    subprocess.run([npm, "pack", source.spec, *options], check=True, stdout=subprocess.DEVNULL, timeout=300)


def _check(name: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ValueError(f"{name} has sha256 {found}, expected {expected}")
