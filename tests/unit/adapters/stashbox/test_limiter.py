"""Turns are handed out by a real file; the clock and the sleep are the test's, except where real processes race."""

from __future__ import annotations

import itertools
import os
import pickle
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import Time

from stash_sense.adapters.stashbox.limiter import (
    FIRST_BACK_OFF_S,
    LONGEST_BACK_OFF_S,
    Limiter,
    host_of,
    limits_file,
)
from stash_sense.errors import SetupError

PACKAGES = Path(__file__).parents[4] / "plugin/py"
HOST = "box.example"


def test_the_first_turn_is_at_once_and_the_next_ones_apart(limiter: Limiter, time: Time) -> None:
    assert [limiter.turn(HOST, 240) for _ in range(4)] == pytest.approx([0.0, 0.25, 0.25, 0.25])


def test_hosts_do_not_wait_for_each_other(limiter: Limiter, time: Time) -> None:
    limiter.turn("a.example", 1)
    assert limiter.turn("b.example", 1) == 0.0


def test_turns_not_taken_are_not_saved_up(limiter: Limiter, time: Time) -> None:
    limiter.turn(HOST, 60)
    time.now += 3600
    assert [limiter.turn(HOST, 60) for _ in range(3)] == pytest.approx([0.0, 1.0, 1.0])


def test_the_time_a_request_took_counts(limiter: Limiter, time: Time) -> None:
    limiter.turn(HOST, 60)
    time.now += 0.75
    assert limiter.turn(HOST, 60) == pytest.approx(0.25)


@given(st.lists(st.floats(0, 5), max_size=60), st.sampled_from([30, 240]))
def test_no_minute_holds_more_than_allowed(gaps: list[float], per_minute: int) -> None:
    time = Time()
    with tempfile.TemporaryDirectory() as folder:
        limiter = Limiter(Path(folder) / "limits.db", time.clock, time.sleep)
        sent = []
        for gap in gaps:
            time.now += gap
            limiter.turn(HOST, per_minute)
            sent.append(time.now)
    assert all(later - earlier >= 60 / per_minute - 1e-6 for earlier, later in itertools.pairwise(sent))


def test_a_refusal_stops_everybody_until_the_time_it_names(limiter: Limiter, time: Time) -> None:
    limiter.turn(HOST, 60)
    assert limiter.refused(HOST, 42.0) == 42.0
    assert Limiter(limiter.path, time.clock, time.sleep).turn(HOST, 60) == pytest.approx(42.0)


def test_refusals_without_a_time_double_up_to_a_bound(limiter: Limiter, time: Time) -> None:
    waits = []
    for _ in range(8):
        waits.append(limiter.refused(HOST))
        limiter.turn(HOST)
    assert waits[:3] == [FIRST_BACK_OFF_S, 2 * FIRST_BACK_OFF_S, 4 * FIRST_BACK_OFF_S]
    assert waits[-1] == LONGEST_BACK_OFF_S


def test_requests_refused_together_count_once(limiter: Limiter, time: Time) -> None:
    assert [limiter.refused(HOST) for _ in range(5)] == [FIRST_BACK_OFF_S] * 5


def test_a_shorter_refusal_does_not_shorten_a_longer_one(limiter: Limiter, time: Time) -> None:
    limiter.refused(HOST, 100.0)
    assert limiter.refused(HOST, 5.0) == 100.0


def test_a_good_answer_makes_the_next_refusal_a_first_one(limiter: Limiter, time: Time) -> None:
    limiter.refused(HOST)
    limiter.turn(HOST)
    limiter.refused(HOST)
    limiter.turn(HOST)
    limiter.answered(HOST)
    assert limiter.refused(HOST) == FIRST_BACK_OFF_S


def test_who_waits_for_a_slot_while_the_host_refuses_waits_on(limiter: Limiter, time: Time) -> None:
    limiter.turn(HOST, 60)

    def sleep_while_another_is_refused(seconds: float) -> None:
        if not time.slept:
            limiter.refused(HOST, 30.0)
        time.sleep(seconds)

    waiting = Limiter(limiter.path, time.clock, sleep_while_another_is_refused)
    before = time.now
    waiting.turn(HOST, 60)
    assert time.now - before == pytest.approx(30.0)
    assert len(time.slept) == 2


def test_a_clock_set_back_makes_nobody_wait_longer(limiter: Limiter, time: Time) -> None:
    limiter.turn(HOST, 60)
    time.now -= 86_400
    assert limiter.turn(HOST, 60) == pytest.approx(1.0)


def test_a_clock_set_back_keeps_what_was_left_of_a_refusal(limiter: Limiter, time: Time) -> None:
    limiter.refused(HOST, 100.0)
    time.now -= 86_400
    assert limiter.blocked_s(HOST) == pytest.approx(100.0)
    assert limiter.turn(HOST) == pytest.approx(100.0)


def test_a_clock_set_forward_and_back_again_heals(limiter: Limiter, time: Time) -> None:
    time.now += 86_400
    limiter.turn(HOST, 60)
    time.now -= 86_400
    assert limiter.turn(HOST, 60) <= 1.0
    assert limiter.turn(HOST, 60) == pytest.approx(1.0)


def test_a_rate_below_one_is_a_mistake(limiter: Limiter) -> None:
    with pytest.raises(ValueError, match="per_minute is 0"):
        limiter.turn(HOST, 0)


def test_a_damaged_file_is_begun_anew(limiter: Limiter) -> None:
    limiter.path.write_bytes(b"this is not a database" * 100)
    assert limiter.turn(HOST) == 0.0
    assert limiter.turn(HOST) > 0.0


def test_a_file_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "missing" / "limits.db")
    with pytest.raises(SetupError, match="STASH_SENSE_LIMITS"):
        limiter.turn(HOST)


def test_it_travels_to_other_processes(tmp_path: Path) -> None:
    assert pickle.loads(pickle.dumps(Limiter(tmp_path / "limits.db"))) == Limiter(tmp_path / "limits.db")


def test_threads_share_it(limiter: Limiter, time: Time) -> None:
    waits: list[float] = []
    still = Limiter(limiter.path, time.clock, lambda _: None)  # nobody moves the clock: the slots themselves are seen
    threads = [threading.Thread(target=lambda: waits.append(still.turn(HOST, 60))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == pytest.approx([0, 1, 2, 3, 4, 5, 6, 7])


PROCESS = """
import sys
from pathlib import Path
from stash_sense.adapters.stashbox.limiter import Limiter
slots = []
limiter = Limiter(Path(sys.argv[1]), lambda: 1000.0, slots.append)
for _ in range(25):
    waited = limiter.turn("box.example", 240)
    print(1000.0 + waited)
"""


def test_processes_never_get_the_same_slot(tmp_path: Path) -> None:
    path = tmp_path / "limits.db"  # not there yet: they also race for making it
    env = {**os.environ, "PYTHONPATH": str(PACKAGES)}
    runs = [
        subprocess.Popen([sys.executable, "-c", PROCESS, str(path)], stdout=subprocess.PIPE, text=True, env=env)
        for _ in range(4)
    ]
    slots = sorted(float(line) for run in runs for line in run.communicate()[0].split())
    assert slots == pytest.approx([1000.0 + number * 0.25 for number in range(100)])


def test_the_file_holds_a_row_a_host_and_nothing_secret(limiter: Limiter) -> None:
    limiter.turn(host_of("https://user:secret@Box.Example/graphql?apikey=secret"))
    db = sqlite3.connect(limiter.path)
    names = db.execute("SELECT name FROM host").fetchall()
    db.close()
    assert names == [("box.example",)]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://stashdb.example/graphql", "stashdb.example"),
        ("https://stashdb.example:443/graphql", "stashdb.example"),
        ("http://127.0.0.1:9998/graphql", "127.0.0.1:9998"),
        ("http://box.example:443/graphql", "box.example:443"),
        ("https://[::1]:8443/graphql", "[::1]:8443"),
    ],
)
def test_a_host_has_its_port_where_it_is_not_the_usual_one(address: str, host: str) -> None:
    assert host_of(address) == host


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    assert limits_file(tmp_path, {"STASH_SENSE_LIMITS": "/somewhere/l.db"}) == Path("/somewhere/l.db")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owners in st_uid")
class TestTheSharedFolder:
    def test_it_is_made_for_us_alone(self, temporary: Path, tmp_path: Path) -> None:
        path = limits_file(tmp_path, {})
        assert path == temporary / f"stash-sense-{os.getuid()}" / "limits.db"
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_one_that_others_may_enter_is_not_used(self, temporary: Path, tmp_path: Path) -> None:
        folder = temporary / f"stash-sense-{os.getuid()}"
        folder.mkdir()
        folder.chmod(0o755)
        assert limits_file(tmp_path, {}) == tmp_path / "limits.db"

    def test_a_link_somebody_put_there_is_not_used(self, temporary: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir(mode=0o700)
        (temporary / f"stash-sense-{os.getuid()}").symlink_to(elsewhere)
        assert limits_file(tmp_path, {}) == tmp_path / "limits.db"
