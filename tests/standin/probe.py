"""What a scan learns about a file: size, fingerprints, measures and codecs, by PyAV."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from tests.standin.rows import FileRow
from tests.standin.store import Store

VIDEO = frozenset(
    {".m4v", ".mp4", ".mov", ".wmv", ".avi", ".mpg", ".mpeg", ".rm", ".flv", ".asf", ".mkv", ".webm", ".f4v", ".ts"}
)
IMAGE = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"})
ZIP = frozenset({".zip", ".cbz"})
CHUNK = 64 * 1024


def kind_of(path: Path) -> str | None:
    """video, image, zip or None for what Stash does not take."""
    for kind, endings in (("video", VIDEO), ("image", IMAGE), ("zip", ZIP)):
        if path.suffix.lower() in endings:
            return kind
    return None


def oshash(path: Path) -> str:
    """OpenSubtitles hash: size plus the 64-bit words of the first and last 64 KiB, 16 hex digits."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(CHUNK)
        file.seek(max(size - CHUNK, 0))
        tail = file.read(CHUNK)
    total = size
    for part in (head, tail):
        whole = part[: len(part) // 8 * 8]
        total += sum(struct.unpack(f"<{len(whole) // 8}Q", whole))
    return f"{total & 0xFFFFFFFFFFFFFFFF:016x}"


def read_file(store: Store, path: Path, kind: str | None = None) -> FileRow:
    """The row of a file; what cannot be read stays 0 or empty. A path that does not exist gives a row without fingerprints."""
    row = FileRow(store.next_id("file"), kind or kind_of(path) or "video", str(path))
    row.created_at = row.updated_at = store.now()
    if not path.is_file():
        return row
    stat = path.stat()
    row.size = stat.st_size
    row.mod_time = datetime.fromtimestamp(stat.st_mtime, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if row.kind == "video":
        row.fingerprints = {"oshash": oshash(path)}
    else:
        row.fingerprints = {"md5": hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}
    if row.kind != "zip":
        _measure(row, path)
    return row


def read_zip(store: Store, path: Path) -> list[FileRow]:
    """Rows of the pictures in a zip, with virtual paths below the zip's own."""
    rows = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if Path(name).suffix.lower() not in IMAGE:
                continue
            data = archive.read(name)
            row = FileRow(store.next_id("file"), "image", f"{path}/{name}", len(data), zip_path=str(path))
            row.fingerprints = {"md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
            row.mod_time = row.created_at = row.updated_at = store.now()
            rows.append(row)
    return rows


def _measure(row: FileRow, path: Path) -> None:
    try:
        with av.open(str(path)) as container:
            stream: Any = next(iter(container.streams.video), None)
            row.format = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4"}.get(container.format.name, container.format.name)
            row.duration = (container.duration or 0) / 1_000_000
            row.bit_rate = container.bit_rate or 0
            if stream is not None:
                row.width, row.height = stream.codec_context.width, stream.codec_context.height
                row.video_codec = stream.codec_context.name
                row.frame_rate = float(stream.average_rate or 0)
            if container.streams.audio:
                row.audio_codec = container.streams.audio[0].codec_context.name
    except (FFmpegError, OSError, ValueError):
        return  # as in Stash, a file that ffprobe cannot read is still in the database
