"""Still pictures made on the spot, with PyAV's encoders and by hand."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction

import av
import numpy as np
from tests.media.pattern import Pixels, draw


def encoded(codec: str, pixels: str, width: int = 320, height: int = 240, picture: Pixels | None = None) -> bytes:
    """One picture by an encoder of libavcodec whose packets are whole files (png, bmp, tiff, libwebp, mjpeg) or gif."""
    source = draw(width, height, 5) if picture is None else picture
    frame = av.VideoFrame.from_ndarray(source, format="rgba" if source.shape[2] == 4 else "rgb24")
    frame = frame.reformat(format=pixels, dst_color_range=2 if pixels.startswith("yuvj") else None)
    if codec == "gif":
        return _contained("gif", "gif", frame)
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, pixels
    context.time_base = Fraction(1, 25)
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def _contained(container: str, codec: str, frame: av.VideoFrame, options: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as out:
        stream = out.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
        stream.options = options or {}
        frame.pts = 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def jpeg(width: int = 320, height: int = 240, picture: Pixels | None = None) -> bytes:
    return encoded("mjpeg", "yuvj420p", width, height, picture)


def png(width: int = 320, height: int = 240, pixels: str = "rgb24", picture: Pixels | None = None) -> bytes:
    return encoded("png", pixels, width, height, picture)


def avif(width: int = 320, height: int = 240) -> bytes:
    frame = av.VideoFrame.from_ndarray(draw(width, height, 5), format="rgb24").reformat(format="yuv420p")
    return _contained("avif", "libsvtav1", frame, {"preset": "12", "svtav1-params": "avif=1"})


def turned_jpeg(data: bytes, orientation: int) -> bytes:
    """The JPEG with an EXIF orientation of 1..8."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + bytes(4)
    return data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]


def palette_png(picture: Pixels, clear: tuple[int, int, int]) -> bytes:
    """A PNG with a palette in which one colour is transparent. picture: up to 256 different colours."""
    colours, index = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True)
    height, width = picture.shape[:2]
    rows = index.reshape(height, width).astype(np.uint8)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    seen = bytes(0 if tuple(colour) == clear else 255 for colour in colours.tolist())
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", colours.astype(np.uint8).tobytes()), (b"tRNS", seen)]
    return _png([*parts, (b"IDAT", zlib.compress(raw)), (b"IEND", b"")])


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that would inflate to gigabytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _png([(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")])


def _png(parts: list[tuple[bytes, bytes]]) -> bytes:
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
