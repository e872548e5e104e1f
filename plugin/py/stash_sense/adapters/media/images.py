"""Still pictures: the bytes of a file (also inside a zip), and bytes → upright RGB."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from stash_sense.adapters.media.files import require_file, unreadable
from stash_sense.adapters.media.headers import Header, read_header
from stash_sense.core.values import Image
from stash_sense.core.vision import imaging
from stash_sense.errors import DecodeError

MAX_PIXELS = 100_000_000  # 300 MB when decoded; larger ones are scans of maps, or bombs
MAX_BYTES = 512 * 1024 * 1024
# Names in zips without the UTF-8 mark: what zipfile reads as cp437 was mostly written as one of these.
OLD_ENCODINGS = ("utf-8", "cp932", "gbk", "cp949", "cp1252")
UNREADABLE = "The picture could not be decoded: open it in a viewer, and replace it if that fails too."


@dataclass(frozen=True, slots=True)
class StillPictures:
    """Implements usecases.ports.Pictures."""

    def decode(self, data: bytes) -> Image:
        if not data:
            raise DecodeError("The picture is empty (0 bytes): copy or download it again.")
        header = read_header(data)
        if header and header.width * header.height > MAX_PIXELS:
            raise DecodeError(
                f"The picture has {header.width} × {header.height} pixels, more than can be decoded: make a smaller copy."
            )
        # The image libraries drop transparency (behind it may be anything) and Pillow cuts 16 bits off: PyAV does neither.
        if header and (header.alpha or (header.deep and header.kind == "png")):
            picture = _by_pyav(data, header)
            if picture is not None:
                return picture
        try:
            return imaging.decode(data)
        except DecodeError as err:
            picture = _by_pyav(data, header) if header else None
            if picture is None:
                raise DecodeError(UNREADABLE) from err
            return picture

    def read(self, path: str) -> bytes:
        archive = _archive_above(path)
        if archive is not None:
            return _member(archive, Path(path).relative_to(archive).as_posix())
        require_file(path, "picture")
        try:
            if Path(path).stat().st_size > MAX_BYTES:
                raise DecodeError("The picture file is larger than 512 MB: make a smaller copy.")
            return Path(path).read_bytes()
        except OSError as err:
            raise unreadable(err, "picture") from err


def _by_pyav(data: bytes, header: Header) -> Image | None:
    """None if PyAV is not there or cannot decode it either, or gives only a tile of it."""
    try:
        stills = import_module("stash_sense.adapters.media.stills")
    except ImportError:
        return None
    picture: Image | None = stills.decode_still(data, alpha=header.alpha)
    if picture is None or header.kind != "heif" or sorted(picture.shape[:2]) == sorted((header.width, header.height)):
        return picture
    return None


def _archive_above(path: str) -> Path | None:
    """The zip file that a virtual path such as "/x/gallery.zip/01.jpg" leads into; None for an ordinary path."""
    try:
        if Path(path).exists():
            return None
        return next((parent for parent in Path(path).parents if parent.is_file()), None)
    except (OSError, ValueError):
        return None


def _member(archive: Path, name: str) -> bytes:
    require_file(str(archive), "zip")
    try:
        with zipfile.ZipFile(archive) as opened:
            info = _find(opened, name)
            if info.file_size > MAX_BYTES:
                raise DecodeError("The picture inside the zip is larger than 512 MB: make a smaller copy.")
            return opened.read(info)
    except OSError as err:
        raise unreadable(err, "zip") from err
    except RuntimeError as err:  # zipfile's word for a password; NotImplementedError, its subclass, for odd compression
        raise DecodeError(
            "The zip is locked or packed in a way that cannot be read: pack it again as a plain zip."
        ) from err
    except (zipfile.BadZipFile, zlib.error, EOFError) as err:
        raise DecodeError("The zip file is damaged: copy or download it again.") from err


def _find(opened: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """By name, also where the zip was written in an older system's encoding."""
    for info in opened.infolist():
        if name in _readings(info):
            return info
    raise DecodeError("The picture is not inside its zip any more: rescan the zip in Stash.")


def _readings(info: zipfile.ZipInfo) -> set[str]:
    readings = {info.filename}
    if not info.flag_bits & 0x800 and not info.filename.isascii():
        raw = info.filename.encode("cp437", "replace")
        for encoding in OLD_ENCODINGS:
            try:
                readings.add(raw.decode(encoding))
            except UnicodeDecodeError:
                continue
    return readings
