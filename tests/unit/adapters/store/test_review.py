from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.unit.adapters.store.test_decisions import scanned

from stash_sense.adapters.store.database import FILE_NAME, open_database
from stash_sense.adapters.store.migrate import MIGRATIONS, migrate
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.records import CandidateRecord, DecisionRecord, MediaRecord, TrackRecord
from stash_sense.core.review_records import WaitingTrack, Wanted

ANY = Wanted(0.0)
JANE, MARY = "performer:1", "performer:2"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteStores]:
    with closing(open_database(tmp_path)) as db:
        yield SqliteStores(db)


def a_track(
    *candidates: tuple[str, float], verdict: str = "suggested", still: float = 0.0, frames: int = 5
) -> TrackRecord:
    return TrackRecord(
        template=b"tt", faces=6, frames=frames, quality=0.75, best_time_s=1.5, crop=b"jpg", segments=((1.0, 2.5),), screen_time_s=1.5,
        evidence={"still": still}, verdict=verdict, person_id=None, why="because",
        candidates=tuple(CandidateRecord(person, 0.7, 5.0, 0.3, probability, 2, rank) for rank, (person, probability) in enumerate(candidates, 1)),
    )  # fmt: skip


def put(stores: SqliteStores, stash_id: str, *tracks: TrackRecord, kind: Any = "scene") -> list[int]:
    media = MediaRecord(kind, stash_id, "f", "analysed", "compact", "1", "", f"2026-01-{int(stash_id):02d}T00:00:00Z")
    with stores.transaction():
        return stores.media.save(media, tracks)


def page(
    stores: SqliteStores, wanted: Wanted = ANY, sort: Any = "probability", offset: int = 0, count: int = 50
) -> list[str]:
    found = stores.review.page(wanted, sort=sort, offset=offset, count=count, candidates=3)
    return [f"{item.kind}{item.stash_id}" for item in found]


def decision(action: str, stash_id: str, track_id: int, person_id: str | None = None) -> DecisionRecord:
    return DecisionRecord("now", "user", action, "done", "scene", stash_id, track_id, person_id, b"tt")


@pytest.fixture
def four(stores: SqliteStores) -> SqliteStores:
    """Scenes 1 to 3 and picture 4, analysed in this order: best 0.7 (Jane), 0.9 (Mary, Jane 0.65), 0.8 (Jane), 0.95 (Mary)."""
    put(stores, "1", a_track((JANE, 0.7)))
    put(stores, "2", a_track((MARY, 0.9), (JANE, 0.3)), a_track((JANE, 0.65)), a_track(verdict="unknown"))
    put(stores, "3", a_track((JANE, 0.8)))
    put(stores, "4", a_track((MARY, 0.95)), kind="image")
    return stores


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("probability", ["image4", "scene2", "scene3", "scene1"]),
        ("unsure", ["scene2", "scene1", "scene3", "image4"]),
        ("newest", ["image4", "scene3", "scene2", "scene1"]),
        ("people", ["scene2", "image4", "scene3", "scene1"]),
    ],
)
def test_scenes_come_in_the_order_asked_for(four: SqliteStores, sort: str, order: list[str]) -> None:
    assert page(four, sort=sort) == order
    assert [page(four, sort=sort, offset=at, count=1) for at in range(5)] == [*([one] for one in order), []]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("probability", ["image4", "scene2", "scene3", "scene1"]),
        ("unsure", ["scene1", "scene3", "scene2", "image4"]),
        ("newest", ["image4", "scene3", "scene2", "scene1"]),
        ("people", ["image4", "scene3", "scene2", "scene1"]),
    ],
)
def test_above_a_bound_only_who_reaches_it_counts(four: SqliteStores, sort: str, order: list[str]) -> None:
    wanted = Wanted(0.7)
    assert page(four, wanted, sort) == order
    assert four.review.counts(wanted) == (4, 4)
    found = {item.stash_id: item for item in four.review.page(wanted, sort="newest", offset=0, count=9, candidates=3)}
    assert [len(found[key].shown) for key in "1234"] == [1, 1, 1, 1]
    assert (found["2"].decided, found["2"].unsure) == (0, 2), "below the bound, and unknown"
    assert page(four, Wanted(0.96), sort) == []
    assert four.review.counts(Wanted(0.96)) == (0, 0)


@pytest.mark.parametrize("sort", ["probability", "unsure", "newest", "people"])
def test_filters_hold_together_with_every_order(four: SqliteStores, sort: str) -> None:
    def found(**more: Any) -> tuple[set[str], tuple[int, int]]:
        wanted = Wanted(more.pop("least", 0.0), **more)
        return set(page(four, wanted, sort)), four.review.counts(wanted)

    assert found(person_id=JANE) == ({"scene1", "scene2", "scene3"}, (3, 3))
    assert found(person_id=JANE, least=0.7) == ({"scene1", "scene3"}, (2, 2))
    assert found(person_id="performer:9") == (set(), (0, 0))
    assert found(kind="scene") == ({"scene1", "scene2", "scene3"}, (3, 4))
    assert found(kind="image", person_id=JANE) == (set(), (0, 0))
    assert found(among={"scene": ["2", "3", "77"]}) == ({"scene2", "scene3"}, (2, 3))
    assert found(among={"image": ["4", "2"]}) == ({"image4"}, (1, 1))
    assert found(among={"scene": ["1", "2"], "image": ["4"]}, least=0.8) == ({"scene2", "image4"}, (2, 2))
    assert found(among={"scene": ["2"]}, person_id=MARY, kind="scene") == ({"scene2"}, (1, 1))
    assert found(among={}) == (set(), (0, 0))


def test_of_one_person_only_those_faces_are_shown(four: SqliteStores) -> None:
    (item,) = four.review.page(Wanted(0.0, MARY, "scene"), sort="probability", offset=0, count=9, candidates=1)
    assert [[one.person_id for one in track.candidates] for track in item.shown] == [[MARY]]
    assert (item.decided, item.unsure) == (0, 2)


def test_many_with_one_probability_are_paged_without_loss(stores: SqliteStores) -> None:
    for number in range(1, 21):
        put(stores, str(number), a_track((JANE, 0.995)), a_track((MARY, 0.995)))
    for sort in ("probability", "unsure", "newest", "people"):
        for wanted in (ANY, Wanted(0.5, JANE)):
            rows = [one for at in range(0, 20, 6) for one in page(stores, wanted, sort, offset=at, count=6)]
            assert sorted(rows) == sorted(f"scene{number}" for number in range(1, 21)), (sort, wanted)


def test_a_suggestion_looks_as_in_its_scene(four: SqliteStores) -> None:
    (item,) = [
        one for one in four.review.page(ANY, sort="newest", offset=0, count=9, candidates=3) if one.stash_id == "2"
    ]
    tracks = [one for one in four.media.tracks(four.media.get("scene", "2").id) if one.verdict == "suggested"]
    assert [one.id for one in item.shown] == [one.id for one in tracks]
    assert [one.candidates for one in item.shown] == [one.candidates for one in tracks]
    assert [(one.crop, one.segments, one.faces, one.why) for one in item.shown] == [
        (b"jpg", ((1.0, 2.5),), 6, "because")
    ] * 2
    assert item.analysed_at == "2026-01-02T00:00:00Z"


def test_others_are_decided_or_unsure(stores: SqliteStores) -> None:
    verdicts = ["suggested", "accepted", "rejected", "unknown", "unknown", "insufficient"]
    ids = put(stores, "1", *(a_track((JANE, 0.9), verdict=verdict) for verdict in verdicts))
    stores.decisions.add(decision("skip", "1", ids[3]))
    (item,) = stores.review.page(ANY, sort="probability", offset=0, count=9, candidates=3)
    assert (len(item.shown), item.decided, item.unsure) == (1, 3, 2)


def test_who_is_suggested_most_comes_first_in_the_filter(four: SqliteStores) -> None:
    assert four.review.performers(9) == [(JANE, 3), (MARY, 2)]
    assert four.review.performers(1) == [(JANE, 3)]


# --- Faces by themselves ---------------------------------------------------------------------------------------------


def test_all_that_are_wanted_the_most_probable_first(four: SqliteStores) -> None:
    rows = four.review.tracks(Wanted(0.7))
    assert [(one.kind, one.stash_id, one.person_id) for one in rows] == [
        ("image", "4", MARY),
        ("scene", "2", MARY),
        ("scene", "3", JANE),
        ("scene", "1", JANE),
    ]
    assert four.review.tracks(Wanted(0.7, JANE, "scene", {"scene": ["3"]})) == [rows[2]]


def test_faces_by_id_say_whom_they_suggest(four: SqliteStores) -> None:
    suggested, low, unknown = (one.id for one in four.media.tracks(four.media.get("scene", "2").id))
    assert four.review.given([suggested, low, unknown, 4711]) == {
        suggested: WaitingTrack(suggested, "scene", "2", MARY),
        low: WaitingTrack(low, "scene", "2", JANE),
        unknown: WaitingTrack(unknown, "scene", "2", None),
    }


@pytest.mark.parametrize(
    ("others", "still"),
    [
        ([a_track(verdict="unknown")], True),
        ([a_track(verdict="unknown", frames=2)], False),
        ([a_track(verdict="unknown", still=0.9)], False),
        ([], False),
    ],
    ids=["somebody moves", "hardly seen", "a show of stills", "alone"],
)
def test_a_picture_on_the_wall_is_told_as_the_match_tells_it(
    stores: SqliteStores, others: Sequence[TrackRecord], still: bool
) -> None:
    first, *_ = put(stores, "1", a_track((JANE, 0.99), still=0.8), *others)
    assert stores.review.stills([first]) == ({first} if still else set())
    moving, *_ = put(stores, "2", a_track((JANE, 0.99), still=0.79), a_track())
    assert stores.review.stills([moving]) == set()


def test_an_analysis_that_knows_nothing_of_stills_has_none(stores: SqliteStores) -> None:
    first, second = put(stores, "1", a_track((JANE, 0.99), still=0.9), a_track())
    stores.db.execute("UPDATE track SET evidence = '{}' WHERE id = ?", (second,))
    assert stores.review.stills([first, second]) == {first}


# --- Kept up to date -------------------------------------------------------------------------------------------------

TRACKS = "SELECT track_id, media_id, kind, person_id, probability FROM {} ORDER BY track_id"
MEDIA = "SELECT media_id, kind, {} FROM {} ORDER BY media_id"
PEOPLE = "SELECT person_id, {} FROM {} ORDER BY person_id"


def assert_in_line(db: sqlite3.Connection) -> int:
    """The tables say what the view says; returns how many tracks wait."""
    kept = db.execute(TRACKS.format("waiting_track")).fetchall()
    assert kept == db.execute(TRACKS.format("first_candidate")).fetchall()
    by_media = MEDIA.format("MAX(probability), COUNT(*)", "first_candidate GROUP BY media_id, kind")
    assert db.execute(MEDIA.format("best, people", "waiting_media")).fetchall() == db.execute(by_media).fetchall()
    by_person = PEOPLE.format("COUNT(*)", "first_candidate GROUP BY person_id")
    assert db.execute(PEOPLE.format("tracks", "waiting_person")).fetchall() == db.execute(by_person).fetchall()
    return len(kept)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_changes_a_track_the_tables_follow(stores: SqliteStores, seed: int) -> None:
    """Analyses, matches, decisions, merges and deletions in any order."""
    chance = random.Random(seed)
    people = [f"performer:{number}" for number in range(1, 6)]

    def some() -> list[tuple[str, float]]:
        return [(person, round(chance.random(), 2)) for person in chance.sample(people, chance.randint(0, 4))]

    def tracks() -> list[int]:
        return [row[0] for row in stores.db.execute("SELECT id FROM track ORDER BY id")]

    def analyse() -> None:
        verdicts = ["suggested", "suggested", "unknown", "insufficient"]
        stores.media.save(
            MediaRecord(chance.choice(["scene", "image"]), str(chance.randint(1, 8)), "f", "analysed", "compact", "1", "", "now"),
            [a_track(*some(), verdict=chance.choice(verdicts)) for _ in range(chance.randint(0, 3))],
        )  # fmt: skip

    def match(track_id: int) -> None:
        new = a_track(*some()).candidates
        first = chance.random() < 0.5
        if first:
            stores.media.set_candidates(track_id, new)
        stores.media.set_verdict(
            track_id, chance.choice(["suggested", "accepted", "rejected", "unknown"]), person_id=None, why=""
        )
        if not first:
            stores.media.set_candidates(track_id, new)

    def merge(lead: int, other: int) -> None:
        if lead != other:
            stores.media.merge_into(stores.media.track(lead), [other])

    seen = 0
    for _ in range(120):
        known = tracks()
        with stores.transaction():
            act = chance.randrange(8) if known else 0
            if act <= 1:
                analyse()
            elif act <= 3:
                match(chance.choice(known))
            elif act == 4:
                stores.media.repoint(*chance.sample(people, 2))
            elif act == 5:
                chance.choice([stores.media.drop_person, stores.media.rule_out])(chance.choice(people))
            elif act == 6:
                merge(chance.choice(known), chance.choice(known))
            else:
                track = stores.media.track(chance.choice(known))
                stores.decisions.add(decision("reject", "1", track.id, chance.choice(people)))
                stores.media.forget(chance.choice(["scene", "image"]), str(chance.randint(1, 8)))
        seen = max(seen, assert_in_line(stores.db))
    assert seen > 3


def test_who_moves_up_after_the_first_is_gone_is_the_one_suggested(stores: SqliteStores) -> None:
    (track_id,) = put(stores, "1", a_track((JANE, 0.9), (MARY, 0.4)))
    with stores.transaction():
        stores.media.drop_person(JANE)
    assert [one.person_id for one in stores.media.track(track_id).candidates] == [MARY]
    assert stores.review.counts(Wanted(0.6)) == (0, 0), "no longer probable enough"
    assert [one.person_id for one in stores.review.tracks(ANY)] == [MARY]
    with stores.transaction():
        stores.media.drop_person(MARY)
    assert stores.review.tracks(ANY) == []


def test_matching_anew_costs_no_more_rows_than_it_has_to(stores: SqliteStores) -> None:
    """A re-match writes candidates and verdict of every track there is."""
    (track_id,) = put(stores, "1", a_track(*((f"performer:{number}", 0.9) for number in range(8))))
    before = stores.db.total_changes
    with stores.transaction():
        stores.media.set_candidates(
            track_id, a_track(*((f"performer:{number}", 0.8) for number in range(8))).candidates
        )
    assert stores.db.total_changes - before <= 16 + 6, (
        "eight candidates out and in, one row out and in with its scene and person"
    )


def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as db:
        migrate(db, [step for step in MIGRATIONS if int(step.name[:4]) < 9])
        old = SqliteStores(db)
        put(old, "1", a_track((JANE, 0.7), (MARY, 0.2)), a_track(verdict="unknown"))
        put(old, "2", a_track((MARY, 0.9), verdict="accepted"), a_track((MARY, 0.8)))
    with closing(open_database(tmp_path)) as db:
        assert assert_in_line(db) == 2
        assert SqliteStores(db).review.counts(ANY) == (2, 2)


# --- Without a look at all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["probability", "unsure", "newest", "people"])
@pytest.mark.parametrize("wanted", [ANY, Wanted(0.8), Wanted(0.8, JANE), Wanted(0.8, kind="scene")], ids=str)
def test_a_page_reads_its_own_rows_only(stores: SqliteStores, wanted: Wanted, sort: Any) -> None:
    """An index in the right order is read as far as the page goes; nothing is sorted."""
    for number in range(1, 9):
        put(stores, str(number), a_track((JANE, number / 10)))
    asked = scanned(stores, lambda: stores.review.page(wanted, sort=sort, offset=0, count=5, candidates=3))
    whole = [step for step in asked if "json_each" not in step and "subquery" not in step]
    sql, values = stores.review._ordered(wanted, sort)
    plan = [row[3] for row in stores.db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    sorts = [step for step in plan if "TEMP B-TREE" in step]
    if wanted.person_id is not None:
        assert whole == [], "as many rows as the person has"
    elif sort == "people" and wanted.least:
        assert whole == ["SCAN waiting_track USING COVERING INDEX waiting_track_media"], (
            "counted above the bound: all there are"
        )
    else:
        assert sorts == []
        assert [step for step in whole if not step.startswith("SCAN waiting_media")] == []
