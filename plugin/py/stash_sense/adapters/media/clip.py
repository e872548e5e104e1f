"""An opened video file: seeking, key packets, packets in file order, and the times they stand for (PyAV)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
from av.stream import Discard, Disposition

from stash_sense.adapters.media.files import require_file
from stash_sense.errors import DecodeError

MAX_PIXELS = 110_000_000  # a 12K VR frame has 100 million; more is a damaged header, and would take gigabytes
TIMEOUT_S = 60.0  # for one call into the library: a sleeping disk wakes up in 15
MAX_THREADS = 4  # each keeps frames of its own: 16 of them at 8K would hold gigabytes
MAX_PACKETS_TO_KEY = 1500  # a minute of video; a seek that has not met a key frame by then is given up
PACKETS_FOR_A_KEY = 32  # where one packet is not a picture: fields, decoders that hold back
MAX_BAD_PACKETS = 200  # in one go, before the rest of the file is given up
TOO_SLOW = "The video file did not answer in time: check its drive or network share, then try again."
PLAYLIST = "The file is a playlist, not a video: remove it from the library, or add what it lists."
LISTS = {"hls", "concat", "concatf", "dash", "sdp", "rtsp", "lavfi"}  # these open further files or the network


@dataclass(frozen=True, slots=True)
class Key:
    """Where decoding can start. at: of the packet, in units of the stream; time_s: from the start of the file."""

    at: int
    time_s: float


class Clip:
    """One open file and its video stream; use as a context manager. Times are seconds from the start of the file."""

    def __init__(self, path: str, *, threads: int = 0, timeout_s: float = TIMEOUT_S) -> None:
        require_file(path, "video")
        self._path, self._threads, self._timeout_s, self._seekable = path, threads, timeout_s, True
        self.decoded_pixels = 0
        self._open()

    def _open(self) -> None:
        self.container = _opened(self._path, self._timeout_s)
        try:
            self.stream = _video_stream(self.container)
            _require_sane_size(self.stream.codec_context)
            self._prepare()
        except BaseException:
            self.container.close()
            raise
        self.base: Fraction = self.stream.time_base or Fraction(1, 1000)
        self.start_s = _start_s(self.container, self.stream)
        self.rate = float(self.stream.average_rate or self.stream.guessed_rate or 25)
        self._untimed = 0  # packets met that carry no time, as in raw .h264 files

    def __enter__(self) -> Clip:
        return self

    def __exit__(self, *_: object) -> None:
        self.container.close()

    def _prepare(self) -> None:
        context = self.stream.codec_context
        context.thread_type = "AUTO"
        context.thread_count = self._threads or min(MAX_THREADS, os.cpu_count() or 1)
        context.options = {"max_pixels": str(MAX_PIXELS)}  # also holds if the size changes later in the file
        for other in self.container.streams:
            if other.index != self.stream.index:
                other.discard = Discard.all  # the demuxer jumps over the sound

    def rewind(self) -> None:
        """Back to the first packet, also of a file that cannot be sought."""
        self.container.close()
        self._open()

    def claimed_duration_s(self) -> float | None:
        """What the container says; None if it says nothing or nonsense."""
        in_stream = float((self.stream.duration or 0) * self.base)
        seconds = in_stream or float(self.container.duration or 0) / 1_000_000
        return seconds if seconds > 0 else None

    def time_s(self, at: int | None) -> float:
        return float((at or 0) * self.base) - self.start_s

    def seek(self, time_s: float) -> bool:
        """To the packet from which `time_s` can be decoded; False, and at the start, if this file cannot be sought."""
        try:
            if self._seekable:
                self.container.seek(round((time_s + self.start_s) / self.base), stream=self.stream, backward=True)
        except av.ExitError as err:
            raise DecodeError(TOO_SLOW) from err
        except (av.FFmpegError, OverflowError):
            self._seekable = False
            self.rewind()  # a failed attempt may have read to the end
        return self._seekable

    def packets(self) -> Iterator[Any]:
        """The video packets from here to the end, in file order, each with a time; broken ones are passed over."""
        bad = 0
        while bad < MAX_BAD_PACKETS:
            try:
                for packet in self.container.demux(self.stream):
                    if packet.size:
                        yield self._timed(packet)
                        bad = 0
                return
            except av.ExitError as err:
                raise DecodeError(TOO_SLOW) from err
            except av.FFmpegError:
                bad += 1

    def _timed(self, packet: Any) -> Any:
        if packet.pts is None:
            packet.pts = packet.dts
        if packet.pts is None:
            packet.pts = round((self._untimed / self.rate + self.start_s) / self.base)
            self._untimed += 1
        return packet

    def packets_from_key(self) -> Iterator[Any]:
        """As packets(), from the first key packet on: what comes before it cannot be decoded."""
        packets = self.packets()
        for number, packet in enumerate(packets):
            if packet.is_keyframe or number >= MAX_PACKETS_TO_KEY:
                yield packet
                break
        yield from packets

    def key_before(self, time_s: float) -> Key | None:
        """The key packet from which `time_s` can be decoded, or the next one if the container cannot tell better."""
        packet = self._key_packet(time_s)
        return packet and Key(packet.pts, self.time_s(packet.pts))

    def _key_packet(self, time_s: float) -> Any | None:
        if not self.seek(time_s):
            return None
        packet = next(self.packets_from_key(), None)
        return packet if packet is not None and packet.is_keyframe else None

    def decode_key(self, key: Key) -> Any | None:
        """The picture of a key packet: of this packet alone, or with those behind it if that is not enough."""
        self.flush()
        packet = self._key_packet(key.time_s)
        if packet is None:
            return None
        found = self.decode_all([packet, None])
        if not found:
            self.flush()
            self.seek(key.time_s)
            found = self.decode_all([*islice(self.packets_from_key(), PACKETS_FOR_A_KEY), None])
        return found[0] if found else None

    def decode_all(self, packets: Iterable[Any | None]) -> list[Any]:
        return [frame for packet in packets for frame in self.decode(packet)]

    def decode(self, packet: Any | None) -> list[Any]:
        """Frames that come out when `packet` goes in (None: the rest); those marked as damaged are left out."""
        try:
            frames = self.stream.codec_context.decode(packet)
        except (av.FFmpegError, ValueError):
            return []
        self.decoded_pixels += sum(frame.width * frame.height for frame in frames)
        return [frame for frame in frames if not frame.is_corrupt and frame.pts is not None]

    def flush(self) -> None:
        self.stream.codec_context.flush_buffers()


def _opened(path: str, timeout_s: float) -> Any:
    try:
        # "file:" and the whitelist: neither a name nor a list inside the file may lead to the network.
        container = av.open(
            f"file:{path}",
            options={"protocol_whitelist": "file"},
            metadata_errors="ignore",
            timeout=timeout_s,
        )
    except av.ExitError as err:
        raise DecodeError(TOO_SLOW) from err
    except av.FFmpegError as err:
        raise DecodeError(_why_not_opened(path)) from err
    if LISTS & set(container.format.name.split(",")):
        container.close()
        raise DecodeError(PLAYLIST)
    return container


def _why_not_opened(path: str) -> str:
    with Path(path).open("rb") as file:
        head = file.read(12)
    if head.startswith((b"#EXTM3U", b"ffconcat")):
        return PLAYLIST
    if head[4:8] in {b"ftyp", b"mdat", b"moov", b"wide"}:
        return "The video file is cut off or damaged (its index is missing): copy or download it again."
    return "The file is not a video that can be read: open it in a player, and replace it if that fails too."


def _video_stream(container: Any) -> Any:
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams and not container.streams.audio:
        raise DecodeError("The file holds neither picture nor sound: it is damaged, copy or download it again.")
    if not streams:
        raise DecodeError("The file has sound but no picture: there is nobody to identify in it.")
    streams = [s for s in streams if s.codec_context is not None]
    if not streams:
        raise DecodeError("The video is in a format that cannot be decoded here: convert it, for example to H.264.")
    return max(streams, key=lambda s: (s.codec_context.width or 0) * (s.codec_context.height or 0))


def _require_sane_size(context: Any) -> None:
    if (context.width or 0) * (context.height or 0) > MAX_PIXELS:
        raise DecodeError(
            f"The video says its pictures are {context.width} × {context.height} pixels, more than can be decoded:"
            " convert it to a smaller size."
        )


def _start_s(container: Any, stream: Any) -> float:
    """Where players count from: the start of the file, which is not always the first picture's own time."""
    if container.start_time is not None:
        return float(container.start_time) / 1_000_000
    return float((stream.start_time or 0) * (stream.time_base or 0))
