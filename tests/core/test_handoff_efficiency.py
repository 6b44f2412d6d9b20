"""The hand-off formulas by hand, and how boundaries are named."""

import pytest

from latentgym_core.errors import SpecError
from latentgym_core.handoff.config import parse_boundaries
from latentgym_core.handoff.efficiency import efficiency, tail_rewards
from latentgym_core.records.hand_off_name import HandOff
from latentgym_core.records.trajectory import ErrorRecord, TaskOutcome, Trajectory

FAILURE = ErrorRecord(kind="ProviderError", message="gone")


def recorded(agent, seed, rewards, **changes):
    outcomes = tuple(
        TaskOutcome(core_env="safe", reward=reward, solved=True, turns=1) for reward in rewards
    )
    return Trajectory(
        env_id="safe/one_code/no_info/standard/ep3",
        split="test",
        seed=seed,
        agent=agent,
        core_envs=("safe",) * 3,
        tasks=({},) * 3,
        outcomes=outcomes,
        **changes,
    )


def test_formula_by_hand():
    """T1 = .2 + .3 + .5 + .5 = 1.5, T2 = 1 + .5 + 1 + 0 = 2.5; seed 2 failed for one side."""
    tails = tail_rewards(
        [
            recorded("a→c@ep1", 0, [0.9, 0.2, 0.3]),
            recorded("a→c@ep1", 1, [0.9, 0.5, 0.5]),
            recorded("a→c@ep1", 2, [0.9, 0.7, 0.7]),
            recorded("b→c@ep1", 0, [0.0, 1.0, 0.5]),
            recorded("b→c@ep1", 1, [0.0, 1.0]),
            recorded("b→c@ep1", 2, [0.0, 1.0], error=FAILURE),
            recorded("c", 0, [0.4, 0.3, 0.2]),
        ],
        boundaries=(1, 2),
    )
    found = efficiency(tails, "exploration", HandOff("b", "c", 1), "a", 3)
    assert found.estimate.value == pytest.approx(2 / 3)
    # Seeds are resampled in pairs: all of seed 1 gives 0, all of seed 0 gives 2.
    assert (found.estimate.low, found.estimate.high) == (pytest.approx(0.0), pytest.approx(2.0))
    assert (found.num_sequences, found.num_failed) == (2, 1)
    assert tails[HandOff("c", "c", 1)] == {0: pytest.approx(0.5)}
    assert tails[HandOff("c", "c", 2)] == {0: pytest.approx(0.2)}


@pytest.mark.parametrize(
    ("rewards", "reason"),
    [
        ({}, "No sequence"),
        ({0: (0.0, 1.0), 1: (0.0, 1.0)}, "earned nothing"),
        ({0: (1.0, 2.0)}, "One sequence has no interval"),
        ({0: (1.0, 1.0), **dict.fromkeys(range(1, 9), (0.0, 1.0))}, "too many"),
    ],
)
def test_undefined_cases_say_why(rewards, reason):
    first, second = HandOff("a", "c", 1), HandOff("b", "c", 1)
    tails = {
        first: {seed: pair[0] for seed, pair in rewards.items()},
        second: {seed: pair[1] for seed, pair in rewards.items()},
    }
    found = efficiency(tails, "exploration", second, "a", len(rewards))
    assert reason in found.undefined
    assert found.estimate.low is None


@pytest.mark.parametrize(
    ("text", "boundaries"),
    [
        ("all", None),
        ("1,3,5", (1, 3, 5)),
        ("1-4", (1, 2, 3, 4)),
        ("1,4-6", (1, 4, 5, 6)),
        ("2", (2,)),
    ],
)
def test_boundaries_are_read(text, boundaries):
    assert parse_boundaries(text) == boundaries


@pytest.mark.parametrize("text", ["", "some", "1-", "4-1", "1;2"])
def test_what_is_no_boundary_is_refused(text):
    with pytest.raises(SpecError, match="names no boundaries"):
        parse_boundaries(text)
