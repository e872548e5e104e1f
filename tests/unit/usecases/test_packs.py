from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from stash_sense.errors import ServerError, SetupError
from stash_sense.usecases.packs import accepts, set_up_pack


@dataclass(frozen=True)
class Offer:
    name: str = "tiny"
    revision: str = "1"
    terms: str | None = None
    terms_url: str | None = "https://example.org/terms"
    runtimes: frozenset[str] = frozenset({"onnxruntime"})
    size: int = 1000
    provisional: bool = False


@dataclass
class Shop:
    """One pack; done: what was asked of it."""

    offer: Offer
    whole: bool = False
    refuse: Exception | None = None
    done: list[str] = field(default_factory=list)

    def look_up(self, choice: str) -> Offer:
        return self.offer

    def is_whole(self, pack: Offer) -> bool:
        return self.whole

    def fetch(self, pack: Offer, progress: Callable[[float, float], None]) -> None:
        self.done.append("fetch")
        if self.refuse:
            raise self.refuse
        progress(500, 1000)

    def try_out(self, pack: Offer, runtime: str) -> None:
        self.done.append(f"try out in {runtime}")


def set_up(shop: Shop, *, accepted: bool = False, runtime: str = "onnxruntime") -> list[float]:
    shares: list[float] = []
    pack = set_up_pack(
        shop, "tiny", accepted=accepted, runtime=runtime, progress=lambda done, total: shares.append(done / total)
    )
    assert pack is shop.offer
    return shares


def test_it_is_downloaded_and_tried_out_with_progress() -> None:
    shop = Shop(Offer())
    assert set_up(shop) == [0.475, 0.95, 1.0]
    assert shop.done == ["fetch", "try out in onnxruntime"]


@pytest.mark.parametrize(
    "shop", [Shop(Offer(), whole=True), Shop(Offer(size=0))], ids=["downloaded", "nothing to download"]
)
def test_what_is_there_is_only_tried_out(shop: Shop) -> None:
    set_up(shop)
    assert shop.done == ["try out in onnxruntime"]


def test_nothing_is_downloaded_before_the_terms_are_accepted() -> None:
    shop = Shop(Offer(terms="For research only."))
    with pytest.raises(
        SetupError,
        match=r"For research only\. \(https://example\.org/terms\) If you accept that, press the button of tiny under",
    ):
        set_up(shop)
    assert shop.done == []
    set_up(shop, accepted=True)
    assert shop.done[0] == "fetch"


def test_a_runtime_that_cannot_run_it_is_said_before_anything_else() -> None:
    shop = Shop(Offer(terms="For research only."))
    with pytest.raises(SetupError, match="runs in onnxruntime only, and here the models run in ncnn: choose “compact”"):
        set_up(shop, runtime="ncnn")
    assert shop.done == []


def test_a_download_that_fails_is_not_tried_out() -> None:
    shop = Shop(Offer(), refuse=ServerError("No network."))
    with pytest.raises(ServerError, match="No network"):
        set_up(shop)
    assert shop.done == ["fetch"]


@pytest.mark.parametrize(
    ("names", "accepted"),
    [("buffalo_l", True), (" opencv , Buffalo_L ", True), ("", False), ("buffalo", False), ("buffalo_l2", False)],
)
def test_the_setting_names_whole_packs(names: str, accepted: bool) -> None:
    assert accepts(names, "buffalo_l") is accepted
