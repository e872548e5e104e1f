from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import a_calibration, a_person, a_probe, a_score, a_track, unit

from stash_sense.core.matching.evidence import Known, MatchPolicy, Outcome, decide
from stash_sense.core.matching.probe import Probe, probe_of
from stash_sense.core.matching.score import PersonScore, with_margins

POLICY = MatchPolicy(review_from=0.5, min_face_px=36)
CALIBRATION = a_calibration()


def verdicts(
    probes: list[Probe], scores: list[list[PersonScore]], *, policy: MatchPolicy = POLICY, known: Known | None = None
) -> Outcome:
    return decide(probes, scores, policy=policy, calibration=CALIBRATION, known=known)


def test_a_clear_match_is_suggested() -> None:
    (decision,) = verdicts([a_probe(faces=12, frames=9)], [[a_score("performer:4", 0.7)]]).decisions
    assert decision.verdict == "suggested"
    assert decision.why == "12 good faces in 9 frames, clear margin"
    assert [(one.person_id, one.rank) for one in decision.candidates] == [("performer:4", 1)]
    assert decision.candidates[0].probability > 0.9


def test_auto_accept_accepts() -> None:
    certain = MatchPolicy(review_from=0.5, auto_accept=0.9)
    (decision,) = verdicts([a_probe()], [[a_score()]], policy=certain).decisions
    assert decision.verdict == "accepted"


def test_nobody_close_is_an_unknown_person() -> None:
    (decision,) = verdicts([a_probe(faces=9, frames=7)], [[a_score(score=0.1, z=-2.0, margin=-0.1)]]).decisions
    assert (decision.verdict, decision.candidates) == ("unknown", ())
    assert decision.why == "9 good faces in 7 frames, nobody with reference photos comes close"


def test_an_empty_gallery_says_so() -> None:
    (decision,) = verdicts([a_probe()], [[]]).decisions
    assert (decision.verdict, decision.why) == (
        "unknown",
        "6 good faces in 5 frames, there are no reference photos yet",
    )


@pytest.mark.parametrize(
    ("lacking", "why"),
    [
        ({"size_px": 30.0}, "faces under 36 px"),
        ({"frames": 1, "weakest": "sharpness"}, "seen in a single blurred frame"),
        ({"frames": 1, "weakest": "pose", "kind": "picture"}, "seen in a single turned picture"),
        ({"size_px": 41.0, "weakest": "size"}, "faces of only 41 px in 5 frames"),
        ({"weakest": "exposure"}, "dark or glaring faces in 5 frames"),
    ],
)
def test_not_enough_evidence_names_what_is_lacking(lacking: dict[str, object], why: str) -> None:
    (decision,) = verdicts([a_probe(quality=0.2, **lacking)], [[a_score(score=0.2, z=0.0)]]).decisions
    assert (decision.verdict, decision.why) == ("insufficient", why)


def test_a_single_reference_is_mentioned() -> None:
    (decision,) = verdicts([a_probe()], [[a_score(references=1)]]).decisions
    assert decision.why.endswith("only one reference photo")


def test_the_weaker_of_two_who_win_the_same_person_in_one_frame_yields() -> None:
    weak, strong = a_probe(frame_numbers=frozenset({1, 2})), a_probe(frame_numbers=frozenset({2, 3}))
    outcome = verdicts([weak, strong], [[a_score("a", 0.6)], [a_score("a", 0.8)]])
    assert [decision.verdict for decision in outcome.decisions] == ["unknown", "suggested"]
    assert outcome.merges == ()
    assert outcome.decisions[0].why.endswith("the closest person is seen more clearly elsewhere in it")
    assert outcome.decisions[0].candidates == ()


def test_two_tracks_of_one_person_are_to_be_merged() -> None:
    one, two = a_probe(frame_numbers=frozenset({1})), a_probe(frame_numbers=frozenset({5}))
    other = a_probe(a_person(9), frame_numbers=frozenset({1}))
    outcome = verdicts([one, other, two], [[a_score("a", 0.7)], [a_score("b", 0.7)], [a_score("a", 0.8)]])
    assert outcome.merges == ((0, 2),)
    assert outcome.decisions[0] == outcome.decisions[2]
    assert [decision.candidates[0].person_id for decision in outcome.decisions] == ["a", "b", "a"]


def test_tracks_that_do_not_look_alike_are_not_merged() -> None:
    outcome = verdicts([a_probe(a_person(1)), a_probe(-a_person(1))], [[a_score("a", 0.7)], [a_score("a", 0.8)]])
    assert outcome.merges == ()
    assert [decision.verdict for decision in outcome.decisions] == ["unknown", "suggested"]


def test_the_best_joint_assignment_wins_over_the_greedy_one() -> None:
    """Both fit the first person, but only one of them fits the second as well."""
    both = frozenset({1})
    probes = [a_probe(frame_numbers=both), a_probe(frame_numbers=both)]
    flexible = [a_score("a", 0.80, margin=0.02), a_score("b", 0.78, margin=-0.02)]
    outcome = verdicts(probes, [flexible, [a_score("a", 0.75)]])
    assert [decision.candidates[0].person_id for decision in outcome.decisions] == ["b", "a"]


def test_a_rejected_person_never_comes_back() -> None:
    scores = [with_margins([a_score("a", 0.8), a_score("b", 0.7)])]
    (decision,) = verdicts([a_probe()], scores, known=Known(rejected=[{"a"}])).decisions
    assert [one.person_id for one in decision.candidates] == ["b"]
    assert decision.candidates[0].margin == pytest.approx(0.48)  # as if a did not exist; floor 0.22
    (decision,) = verdicts([a_probe()], scores, known=Known(rejected=[{"a", "b"}])).decisions
    assert decision.why.endswith("everybody who came close was ruled out by you")


def at(probability: float) -> PersonScore:
    """A score that the test calibration takes for `probability`."""
    plain = a_score("a", 0.0, z=0.0, margin=0.0, floor=1.0)  # the floor fixes the margin at score - 1
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        (decision,) = decide(
            [a_probe()],
            [[a_score("a", middle, z=plain.z, floor=0.0)]],
            policy=MatchPolicy(0.0),
            calibration=CALIBRATION,
        ).decisions
        found = decision.candidates[0].probability if decision.candidates else 0.0
        low, high = (middle, high) if found < probability else (low, middle)
    return a_score("a", high, z=0.0, floor=0.0)


def test_the_cast_raises_but_never_decides() -> None:
    policy = MatchPolicy(review_from=0.5, auto_accept=0.6)
    (plain,) = verdicts([a_probe()], [[at(0.4)]], policy=policy).decisions
    (raised,) = verdicts([a_probe()], [[at(0.4)]], policy=policy, known=Known(cast=frozenset({"a"}))).decisions
    assert plain.verdict == "unknown"
    assert raised.verdict == "suggested"
    assert raised.candidates[0].probability == pytest.approx(0.644, abs=0.005)  # logit +1
    assert raised.why.endswith("already on the scene")
    (enough,) = verdicts([a_probe()], [[at(0.55)]], policy=policy, known=Known(cast=frozenset({"a"}))).decisions
    assert enough.verdict == "accepted"


def test_a_costar_raises_less_than_the_cast() -> None:
    chances = [
        verdicts([a_probe()], [[at(0.6)]], known=known).decisions[0].candidates[0].probability
        for known in (Known(), Known(costars=frozenset({"a"})), Known(cast=frozenset({"a"})))
    ]
    assert chances == sorted(chances)
    assert chances[0] + 0.05 < chances[1] < chances[2] - 0.05


def random_scene(seed: int) -> tuple[list[Probe], list[list[PersonScore]]]:
    rng = np.random.default_rng(seed)
    tracks = int(rng.integers(1, 7))
    probes = [
        a_probe(
            unit(rng.normal(size=8) + 1),
            quality=float(rng.uniform(0.1, 1)),
            frame_numbers=frozenset(int(frame) for frame in rng.integers(0, 12, 3)),
        )
        for _ in range(tracks)
    ]
    scores = [
        with_margins(
            [
                a_score(f"p{person}", float(rng.uniform(0.2, 0.9)), z=float(rng.uniform(0, 9)))
                for person in rng.permutation(5)[:4]
            ]
        )
        for _ in range(tracks)
    ]
    return probes, scores


@given(seed=st.integers(0, 5000))
def test_one_person_at_most_once(seed: int) -> None:
    probes, scores = random_scene(seed)
    outcome = verdicts(probes, scores)
    group = {index: rows for rows in outcome.merges for index in rows}
    winners: dict[str, set[tuple[int, ...]]] = {}
    for index, decision in enumerate(outcome.decisions):
        if decision.verdict == "suggested":
            winners.setdefault(decision.candidates[0].person_id, set()).add(group.get(index, (index,)))
    assert all(len(groups) == 1 for groups in winners.values())
    for rows in outcome.merges:
        frames = [frame for index in rows for frame in probes[index].frame_numbers]
        assert len(frames) == len(set(frames))


@given(seed=st.integers(0, 5000))
def test_the_order_of_tracks_does_not_matter(seed: int) -> None:
    probes, scores = random_scene(seed)
    order = np.random.default_rng(seed).permutation(len(probes))
    plain = verdicts(probes, scores)
    mixed = verdicts([probes[index] for index in order], [scores[index] for index in order])
    assert tuple(plain.decisions[index] for index in order) == mixed.decisions


@given(score=st.floats(0, 0.9), more=st.floats(0, 0.1))
def test_probability_grows_with_the_score(score: float, more: float) -> None:
    def chance(value: float) -> float:
        outcome = verdicts([a_probe()], [[a_score(score=value)]], policy=MatchPolicy(0.0))
        return max((one.probability for one in outcome.decisions[0].candidates), default=0.0)

    assert chance(score + more) >= chance(score) - 1e-12


def test_lists_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="1 tracks, 2 lists"):
        verdicts([a_probe()], [[], []])


def test_a_probe_tells_what_its_track_holds() -> None:
    probe = probe_of(a_track(count=5, size_px=44.0, quality=0.3, weakest="sharpness"))
    assert (probe.faces, probe.frames, probe.size_px, probe.weakest) == (5, 5, 44.0, "sharpness")
    assert probe.frame_numbers == frozenset(range(5))
    assert probe.quality == pytest.approx(0.3)


def test_what_the_detector_is_unsure_of_is_no_unknown_person() -> None:
    """Folded arms make sharp, large, well lit crops; only the detector's doubt tells."""
    doubtful = a_probe(quality=0.9, frames=5, confidence=0.6)
    (decision,) = decide([doubtful], [[]], policy=POLICY, calibration=a_calibration()).decisions
    assert (decision.verdict, decision.why) == ("insufficient", "perhaps no face at all")
    (decision,) = decide(
        [a_probe(quality=0.9, frames=5, confidence=0.9)], [[]], policy=POLICY, calibration=a_calibration()
    ).decisions
    assert decision.verdict == "unknown"


def test_a_picture_on_the_wall_is_never_accepted_by_itself() -> None:
    certain = MatchPolicy(review_from=0.5, auto_accept=0.9)
    poster, person = a_probe(still=0.9, faces=12, frames=9), a_probe(a_person(2), still=0.1)
    rows = [[a_score("performer:4")], [a_score("performer:5")]]
    first, second = verdicts([poster, person], rows, policy=certain).decisions
    assert (first.verdict, first.candidates[0].person_id) == ("suggested", "performer:4")
    assert first.why == "12 good faces in 9 frames, clear margin, as still as a picture on the wall"
    assert second.verdict == "accepted"
    first, _ = verdicts([poster, person], [[], []]).decisions
    assert first.verdict == "unknown"
    assert first.why.endswith(", as still as a picture on the wall")


def test_a_show_of_stills_keeps_its_people() -> None:
    """Where everything stands still, or whoever moves is hardly seen, nobody is a picture on the wall."""
    certain = MatchPolicy(review_from=0.5, auto_accept=0.9)
    rows = [[a_score("performer:4")], [a_score("performer:5")]]
    for other in (a_probe(a_person(2), still=1.0), a_probe(a_person(2), still=0.0, frames=2)):
        first, _ = verdicts([a_probe(still=1.0), other], rows, policy=certain).decisions
        assert first.verdict == "accepted"
