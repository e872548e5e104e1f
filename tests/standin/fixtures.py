"""pytest fixtures: import `standin`, `make_standin`, `demo_library` into a conftest and name them in its `__all__`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.standin.library import DemoLibrary, build_demo
from tests.standin.stash import StandIn

MakeStandIn = Callable[..., StandIn]


@pytest.fixture
def make_standin(tmp_path: Path) -> Iterator[MakeStandIn]:
    """Builds running stand-ins that end with the test; takes StandIn's own arguments."""
    with ExitStack() as running:

        def make(**options: Any) -> StandIn:
            folder = tmp_path / f"stash-{len(list(tmp_path.glob('stash-*')))}"
            folder.mkdir()
            return running.enter_context(StandIn(**{"config_dir": folder, **options}))

        yield make


@pytest.fixture
def standin(make_standin: MakeStandIn) -> StandIn:
    """A stand-in with this repository's plugin and an empty library."""
    return make_standin()


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> DemoLibrary:
    """The demo's clips and pictures, made once in a test run however many places ask for them. Tests only read them."""
    return build_demo(tmp_path_factory.getbasetemp() / "demo-library")
