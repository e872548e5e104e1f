"""Reading 40 frames of a 10-minute 1080p video: ours, one ffmpeg process per frame, OpenCV seeking. Ratios, not seconds."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin" / "py"))

from scripts.benchmarks.telling import tell
from stash_sense.adapters.media.video import VideoFrames

WIDTH, HEIGHT, RATE, GOP = 1920, 1080, 25, 60
SEGMENT_FRAMES, LOOPS = 240, 63  # 9.6 s are encoded and repeated as packets to 10 minutes
FRAMES, ROUNDS = 40, 3
BUDGET = 5.0  # times faster than ffmpeg per frame (design §16)


def make_video(path: Path) -> float:
    """A textured picture that moves, H.264 at some 5 Mbit/s. Returns its length in seconds."""
    segment = path.with_name("segment.mp4")
    _encode_segment(segment)
    repeat(segment, path, LOOPS)
    return SEGMENT_FRAMES * LOOPS / RATE


def repeat(segment: Path, target: Path, loops: int) -> None:
    """Writes the packets of `segment` `loops` times over, one after the other, without encoding anything again."""
    with av.open(str(segment)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        times = [(packet.pts, packet.dts) for packet in packets]
        length = round(Fraction(len(packets)) / stream.average_rate / stream.time_base)
        for loop in range(loops):
            for packet, (pts, dts) in zip(packets, times, strict=True):
                packet.pts, packet.dts = pts + loop * length, dts + loop * length
                packet.time_base, packet.stream = stream.time_base, copy
                out.mux(packet)
                packet.time_base = stream.time_base


def _encode_segment(path: Path) -> None:
    rng = np.random.default_rng(1)
    coarse = rng.integers(30, 220, (HEIGHT // 40 + 8, WIDTH // 40 + 8, 3), dtype=np.uint8)
    small = av.VideoFrame.from_ndarray(coarse, format="rgb24")
    smooth = small.reformat(width=WIDTH + 320, height=HEIGHT + 320, interpolation="BICUBIC").to_ndarray()
    canvas = np.minimum(smooth, 245) + rng.integers(
        0, 10, smooth.shape, dtype=np.uint8
    )  # detail for the encoder to carry
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = WIDTH, HEIGHT, "yuv420p", GOP
        stream.options = {"preset": "ultrafast", "crf": "24", "sc_threshold": "0", "x264-params": "open-gop=0"}
        for number in range(SEGMENT_FRAMES):
            shift = number + 10
            pixels = np.ascontiguousarray(canvas[shift : shift + HEIGHT, shift : shift + WIDTH])
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def ours(path: Path, seconds: list[float]) -> int:
    return sum(1 for _ in VideoFrames().frames(str(path), seconds))


def ours_exact(path: Path, seconds: list[float]) -> int:
    return sum(1 for _ in VideoFrames().frames(str(path), seconds, exact=True))


def ffmpeg_per_frame(path: Path, seconds: list[float]) -> int:
    """The usual recipe: seek before -i, one frame as raw RGB through a pipe."""
    frames = 0
    for second in seconds:
        command = ["ffmpeg", "-v", "error", "-nostdin", "-ss", f"{second:.3f}", "-i", str(path), "-frames:v", "1"]
        command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
        pixels = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        frames += len(pixels) == WIDTH * HEIGHT * 3
    return frames


def opencv_seek(path: Path, seconds: list[float]) -> int:
    import cv2

    capture, frames = cv2.VideoCapture(str(path)), 0
    for second in seconds:
        capture.set(cv2.CAP_PROP_POS_MSEC, second * 1000)
        ok, image = capture.read()
        frames += bool(ok) and cv2.cvtColor(image, cv2.COLOR_BGR2RGB).shape == (HEIGHT, WIDTH, 3)
    capture.release()
    return frames


def measure(way: Callable[[Path, list[float]], int], path: Path, seconds: list[float], rounds: int) -> dict[str, float]:
    """Best of `rounds`, in seconds, and how many frames came."""
    best, frames = float("inf"), 0
    for _ in range(rounds):
        start = time.perf_counter()
        frames = way(path, seconds)
        best = min(best, time.perf_counter() - start)
    return {"seconds": round(best, 3), "frames": frames}


def main(json_out: str | Path | None = None) -> int:
    """Measures, prints JSON (also to `json_out`); returns 1 if the budget is missed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video.mp4"
        duration_s = make_video(path)
        seconds = [duration_s * (0.05 + 0.9 * k / (FRAMES - 1)) for k in range(FRAMES)]
        ways = {"ours": measure(ours, path, seconds, ROUNDS), "ours_exact": measure(ours_exact, path, seconds, 1)}
        if shutil.which("ffmpeg"):
            ways["ffmpeg_per_frame"] = measure(ffmpeg_per_frame, path, seconds, ROUNDS)
        ways["opencv_seek"] = measure(opencv_seek, path, seconds, ROUNDS)
        size_mb = path.stat().st_size / 1e6
    ratios = {name: round(way["seconds"] / ways["ours"]["seconds"], 2) for name, way in ways.items() if name != "ours"}
    result = {
        "benchmark": "media",
        "video": f"{WIDTH}x{HEIGHT} h264, {duration_s:.0f} s, {size_mb:.0f} MB, a key frame every {GOP / RATE:.1f} s",
        "machine": platform.processor() or platform.machine(),
        "ways": ways,
        "times_faster_than": ratios,
        "budget": {"ffmpeg_per_frame": BUDGET},
        "met": ratios.get("ffmpeg_per_frame", BUDGET) >= BUDGET,
        "notes": [] if "ffmpeg_per_frame" in ways else ["the ffmpeg command is not installed: not compared"],
    }
    return tell(result, json_out, met=result["met"])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else None))
