"""What the first bytes of a picture say: kind, size, transparency. Read before decoding, so that a bomb is never inflated."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Header:
    """kind: "jpeg", "png", "gif", "bmp", "webp", "tiff", "heif". width, height: as stored, 0 if the header does not tell.

    alpha: may have transparent parts. deep: more than 8 bits a channel.
    """

    kind: str
    width: int = 0
    height: int = 0
    alpha: bool = False
    deep: bool = False


def read_header(data: bytes) -> Header | None:
    """None if the bytes are none of the known kinds, or too few."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data[:6] in {b"GIF87a", b"GIF89a"}:
            return Header("gif", *struct.unpack_from("<HH", data, 6))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data[:2] == b"BM":
            width, height = struct.unpack_from("<ii", data, 18)
            return Header("bmp", width, abs(height))
        if data[:4] in {b"II*\0", b"MM\0*"}:
            return _tiff(data)
        if data[4:8] == b"ftyp":
            return _heif(data)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(data: bytes) -> Header:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            at += 1
            continue
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            bits, height, width = struct.unpack_from(">BHH", data, at + 4)
            return Header("jpeg", width, height, deep=bits > 8)
        at += 2 if marker in {0xFF, 0x01} or 0xD0 <= marker <= 0xD8 else 2 + struct.unpack_from(">H", data, at + 2)[0]
    return Header("jpeg")


def _png(data: bytes) -> Header:
    width, height, bits, colour = struct.unpack_from(">IIBB", data, 16)
    transparent = colour in {4, 6} or b"tRNS" in data[33 : data.find(b"IDAT", 33)]
    return Header("png", width, height, alpha=transparent, deep=bits > 8)


def _webp(data: bytes) -> Header:
    chunk = data[12:16]
    if chunk == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
        return Header("webp", width, height, alpha=bool(data[20] & 0x10))
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return Header("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), alpha=bool(bits >> 28 & 1))
    width, height = struct.unpack_from("<HH", data, 26)
    return Header("webp", width & 0x3FFF, height & 0x3FFF)


def _tiff(data: bytes) -> Header:
    order = "<" if data[:2] == b"II" else ">"
    start = struct.unpack_from(order + "I", data, 4)[0]
    sizes = {256: 0, 257: 0}
    for number in range(struct.unpack_from(order + "H", data, start)[0]):
        tag, kind = struct.unpack_from(order + "HH", data, start + 2 + 12 * number)
        if tag in sizes:
            sizes[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, start + 10 + 12 * number)[0]
    return Header("tiff", sizes[256], sizes[257])


def _heif(data: bytes) -> Header | None:
    """AVIF and HEIC: the largest of the sizes that the items have."""
    brand = data[8:12]
    if brand not in {b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"hevc"}:
        return None
    width = height = 0
    at = data.find(b"ispe")
    while 0 <= at < 1 << 20:
        one, other = struct.unpack_from(">II", data, at + 8)
        if one * other > width * height:
            width, height = one, other
        at = data.find(b"ispe", at + 4)
    return Header("heif", width, height)
