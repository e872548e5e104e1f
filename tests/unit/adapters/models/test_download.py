"""Models from the web: the pinned bytes or a sentence, and a pack that was there stays until the new one is whole."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.serving import served

from stash_sense.adapters.galleries.download import Patience
from stash_sense.adapters.models.download import PARTS, PackShop
from stash_sense.adapters.models.places import PackInfo, PackPlaces
from stash_sense.errors import ServerError, SetupError

COMPACT = Path(__file__).parents[4] / "plugin" / "models" / "compact"
ONE, TWO = b"\x08one" * 50_000, b"\x08two" * 90_000


@dataclass
class Web:
    """Files by path; cut: path → bytes after which the next answer breaks off, once each."""

    files: dict[str, bytes]
    cut: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    base: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        begin = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        self.asked.append((handler.path, handler.headers.get("Range", "")))
        body = self.files.get(handler.path)
        if body is None:
            handler.send_error(404)
            return
        start = int(begin[1]) if begin else 0
        handler.send_response(206 if begin else 200)
        handler.send_header("ETag", '"v"')
        handler.send_header("Content-Length", str(len(body) - start))
        if begin:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.end_headers()
        handler.wfile.write(body[start : self.cut.pop(handler.path, len(body))])


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web({})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.answer(self)

        def log_message(self, *_: Any) -> None:
            return

    with served(Handler) as made.base:
        yield made


def zipped(**files: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"inner/{name}.onnx", data)
    return made.getvalue()


def source(url: str, data: bytes, **where: Any) -> dict[str, Any]:
    urls = url if isinstance(url, list) else [url]
    return {"urls": urls, "sha256": sha256(data).hexdigest(), "size": len(data), **where}


def a_shop(folder: Path, sources: list[dict[str, Any]], files: dict[str, bytes]) -> PackShop:
    """A shop with one pack, "tiny", whose pack.json is the compact one's with other files."""
    body = json.loads((COMPACT / "pack.json").read_text("utf-8"))
    names = list(files)
    body |= {"name": "tiny", "files": {name: sha256(data).hexdigest() for name, data in files.items()}}
    body |= {"download": {"sources": sources}}
    body["detector"]["files"] = body["embedder"]["files"] = {"onnxruntime": names[:1]}
    bundled = folder / "plugin"
    (bundled / "tiny").mkdir(parents=True, exist_ok=True)
    (bundled / "tiny" / "pack.json").write_text(json.dumps(body), "utf-8")
    return PackShop(PackPlaces(bundled, folder / "data" / "models"), Patience(sleep=lambda seconds: None))


def two_files(folder: Path, web: Web) -> PackShop:
    web.files |= {"/one": ONE, "/two": TWO}
    sources = [source(f"{web.base}/one", ONE, file="one.onnx"), source(f"{web.base}/two", TWO, file="two.onnx")]
    return a_shop(folder, sources, {"one.onnx": ONE, "two.onnx": TWO})


def fetch(shop: PackShop) -> PackInfo:
    pack = shop.look_up("tiny")
    shop.fetch(pack, lambda done, total: None)
    return pack


def content(pack: PackInfo) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in pack.folder.iterdir() if path.name != "pack.json"}


def test_every_file_arrives_and_the_pack_is_complete(tmp_path: Path, web: Web) -> None:
    shop, told = two_files(tmp_path, web), []
    pack = shop.look_up("tiny")
    assert (pack.complete, pack.size) == (False, len(ONE) + len(TWO))
    with pytest.raises(SetupError, match=r"“tiny” has not been downloaded yet.*“Set up model pack”"):
        pack.need()
    shop.fetch(pack, lambda done, total: told.append(done / total))
    assert content(pack) == {"one.onnx": ONE, "two.onnx": TWO}
    assert pack.complete
    assert pack.need() == pack.folder
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert sorted(path.name for path in pack.folder.parent.iterdir()) == ["tiny"], "nothing is left over"


def test_a_cut_download_goes_on_where_it_was(tmp_path: Path, web: Web) -> None:
    shop = two_files(tmp_path, web)
    web.cut["/two"] = 100_000
    assert content(fetch(shop))["two.onnx"] == TWO
    assert web.asked == [("/one", ""), ("/two", ""), ("/two", "bytes=100000-")]


def test_a_later_run_goes_on_too(tmp_path: Path, web: Web) -> None:
    shop = two_files(tmp_path, web)
    two = web.files.pop("/two")
    with pytest.raises(
        SetupError, match=r"/two cannot be downloaded: the server answers 404.*Or put two\.onnx into .*tiny yourself"
    ):
        fetch(shop)
    assert not shop.look_up("tiny").complete
    web.files["/two"], web.asked = two, []
    fetch(shop)
    assert web.asked == [("/two", "")], "the first file is there already"


def test_a_wrong_file_is_refused(tmp_path: Path, web: Web) -> None:
    shop = two_files(tmp_path, web)
    web.files["/one"] = b"<html>" + ONE[6:]
    with pytest.raises(SetupError, match="sha256 differs"):
        fetch(shop)
    assert not (tmp_path / "data/models/tiny").exists()
    web.files["/one"] = ONE
    assert content(fetch(shop))["one.onnx"] == ONE


def test_a_second_address_helps_out(tmp_path: Path, web: Web) -> None:
    web.files |= {"/mirror": ONE, "/bad": ONE[:-1] + b"!"}
    urls = [f"{web.base}/gone", f"{web.base}/bad", f"{web.base}/mirror"]
    shop = a_shop(tmp_path, [source(urls, ONE, file="one.onnx")], {"one.onnx": ONE})  # type: ignore[arg-type]  # a list of addresses
    assert content(fetch(shop)) == {"one.onnx": ONE}


def test_no_network_is_a_sentence(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, [source("http://127.0.0.1:9/one", ONE, file="one.onnx")], {"one.onnx": ONE})
    with pytest.raises(
        ServerError,
        match=r"127\.0\.0\.1 cannot be reached.*again later, it goes on where it was\. Or put one\.onnx into",
    ):
        fetch(shop)


def test_models_inside_a_zip_are_taken_out_of_any_folder(tmp_path: Path, web: Web) -> None:
    data = zipped(det=ONE, rec=TWO, other=b"not wanted")
    web.files["/pack.zip"] = data
    entries = {"det.onnx": "one.onnx", "rec.onnx": "two.onnx"}
    shop = a_shop(tmp_path, [source(f"{web.base}/pack.zip", data, entries=entries)], {"one.onnx": ONE, "two.onnx": TWO})
    assert content(fetch(shop)) == {"one.onnx": ONE, "two.onnx": TWO}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (zipped(det=TWO), "not the file that pack.json describes"),
        (zipped(x=ONE), "no usable det.onnx"),
        (b"PK" + ONE, "no usable det.onnx"),
    ],
    ids=["another file", "no such entry", "no zip"],
)
def test_an_archive_without_the_models_is_refused(tmp_path: Path, web: Web, data: bytes, sentence: str) -> None:
    web.files["/pack.zip"] = data
    shop = a_shop(tmp_path, [source(f"{web.base}/pack.zip", data, entries={"det.onnx": "one.onnx"})], {"one.onnx": ONE})
    with pytest.raises(SetupError, match=sentence):
        fetch(shop)
    assert not (tmp_path / "data/models/tiny").exists()


def test_files_put_there_by_hand_are_taken(tmp_path: Path, web: Web) -> None:
    shop = two_files(tmp_path, web)
    pack = shop.look_up("tiny")
    pack.folder.mkdir(parents=True)
    (pack.folder / "two.onnx").write_bytes(TWO)
    (pack.folder / "one.onnx").write_bytes(b"the wrong one")
    fetch(shop)
    assert web.asked == [("/one", "")]
    assert content(pack) == {"one.onnx": ONE, "two.onnx": TWO}


def test_a_new_version_of_the_pack_takes_the_place_of_the_old_one(tmp_path: Path, web: Web) -> None:
    fetch(two_files(tmp_path, web))
    web.files["/new"] = ONE[::-1]
    shop = a_shop(tmp_path, [source(f"{web.base}/new", ONE[::-1], file="one.onnx")], {"one.onnx": ONE[::-1]})
    assert not shop.look_up("tiny").complete
    web.files.pop("/new")
    with pytest.raises(SetupError):
        fetch(shop)
    assert content(shop.look_up("tiny")) == {"one.onnx": ONE, "two.onnx": TWO}, "the old one is there still"
    web.files["/new"] = ONE[::-1]
    assert content(fetch(shop)) == {"one.onnx": ONE[::-1]}


def test_new_thresholds_come_with_the_plugin(tmp_path: Path, web: Web) -> None:
    pack = fetch(two_files(tmp_path, web))
    body = json.loads((pack.manifest / "pack.json").read_text("utf-8"))
    body["clustering"]["same_person"] = 0.5
    (pack.manifest / "pack.json").write_text(json.dumps(body), "utf-8")
    assert json.loads((pack.need() / "pack.json").read_text("utf-8"))["clustering"]["same_person"] == 0.5


def test_a_kill_between_old_and_new_loses_neither(tmp_path: Path, web: Web) -> None:
    shop = two_files(tmp_path, web)
    pack = fetch(shop)
    pack.folder.rename(pack.folder.with_name(".old-tiny"))
    web.asked = []
    fetch(shop)
    assert content(pack) == {"one.onnx": ONE, "two.onnx": TWO}
    assert web.asked == []
    assert [path.name for path in pack.folder.parent.iterdir()] == ["tiny"]


def test_a_full_disk_is_said_before_anything_is_fetched(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = two_files(tmp_path, web)
    free = shutil._ntuple_diskusage(10**9, 10**9, 1000)  # type: ignore[attr-defined]  # its only constructor
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: free)
    with pytest.raises(SetupError, match="free some space and try again"):
        fetch(shop)
    assert web.asked == []


def test_what_is_half_there_stays_for_the_next_try(tmp_path: Path, web: Web) -> None:
    shop = two_files(tmp_path, web)
    web.files.pop("/two")
    with pytest.raises(SetupError):
        fetch(shop)
    (part,) = (tmp_path / "data/models" / PARTS).glob("*.part")
    assert part.read_bytes() == ONE


def test_models_that_do_not_run_are_refused(tmp_path: Path, web: Web) -> None:
    shop = two_files(tmp_path, web)
    pack = fetch(shop)
    with pytest.raises(SetupError, match="is damaged"):
        shop.try_out(pack, "onnxruntime")
