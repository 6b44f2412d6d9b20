"""Exact inference against simulation and closed forms."""

import math
import random

import numpy as np
import pytest

from latentgym_core.contract.latent import TaskContext
from latentgym_envs.secretary.clues import Observed
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.latents.beliefs import Inference
from latentgym_envs.secretary.latents.positions import FixedPosition, PositionSet
from latentgym_envs.secretary.latents.relations import Relation
from latentgym_envs.secretary.latents.remembering import RandomWalk, Streak
from latentgym_envs.secretary.latents.shape import Shape
from latentgym_envs.secretary.latents.shifting import Cycle, Mirror, RegionCycle, Stride
from latentgym_envs.secretary.latents.threshold import Threshold, ValueMarker
from latentgym_envs.secretary.likelihood import place_likelihood
from latentgym_envs.secretary.players.stopping import consolation, continuation, expected_top

NAME = "secretary"
UNIFORM = (0.1,) * 10
EXACT = {
    "fixed_position": FixedPosition(),
    "position_set": PositionSet(),
    "pairs": PositionSet(size=2, top="raised"),
    "stride": Stride(top="raised"),
    "clamped stride": Stride(clamp=True),
    "cycle": Cycle(top="raised"),
    "region_cycle": RegionCycle(),
    "mirror": Mirror(top="raised"),
    "random_walk": RandomWalk(top="raised"),
    "streak": Streak(),
    "threshold": Threshold(),
    "value_marker": ValueMarker(),
    "shape": Shape(),
    "relation": Relation(),
}


def draw(latent, seed, count, num_values=10):
    game = Secretary(num_values=num_values)
    rng, tasks = random.Random(seed), ()
    z = latent.draw((game,), rng)
    for index in range(count):
        tasks += (latent.task(z, TaskContext(game, NAME, index, count, tasks), rng),)
    return z, tasks


def shown(task, count):
    return tuple(map(task.shown, range(count)))


def outcome(task, accepted, *, told):
    """What a player who accepted this place knows of a finished task."""
    number = len(task.values)
    if told:
        return Observed(shown(task, number), tuple(k == task.best for k in range(number)))
    solved = task.best == accepted
    possible = tuple((k == accepted) == solved for k in range(number))
    return Observed(shown(task, accepted + 1), possible)


@pytest.mark.parametrize("told", [True, False], ids=["information", "standard"])
@pytest.mark.parametrize("latent", EXACT.values(), ids=EXACT)
def test_predictions_are_calibrated(latent, told):
    """Each place holds the greatest value as often as predicted, given the record and before."""
    inference = Inference(latent, 10)
    rng = random.Random(1)
    surprise, variance = np.zeros(10), np.zeros(10)
    for seed in range(25 if isinstance(latent, ValueMarker) else 100):
        _, tasks = draw(latent, seed, 4)
        finished = ()
        for task in tasks:
            seen = shown(task, rng.randint(1, 9))
            law = inference.weights(finished, seen, len(finished))
            law = law / law.sum()
            surprise += (np.arange(10) == task.best) - law
            variance += law * (1 - law)
            finished += (outcome(task, rng.randrange(10), told=told),)
    scores = surprise / np.sqrt(np.maximum(variance, 1))
    assert abs(scores).max() < 4.5


@pytest.mark.parametrize("latent", EXACT.values(), ids=EXACT)
def test_what_was_told_identifies_z_or_comes_close(latent):
    """Knowing z and having seen many tasks lead to the same predictions."""
    if isinstance(latent, PositionSet):
        return  # a set is never known for certain
    distances = []
    for seed in range(12):
        z, tasks = draw(latent, seed, 9)
        finished = tuple(outcome(task, 0, told=True) for task in tasks[:8])
        laws = [
            Inference(latent, 10, known).weights(finished, shown(tasks[8], 1), 8)
            for known in (None, z)
        ]
        learned, known = (law / law.sum() for law in laws)
        distances.append(abs(learned - known).sum() / 2)
    assert np.mean(distances) < 0.12


def test_tasks_of_other_games_tell_nothing_but_count():
    stride = Inference(Stride(), 10)
    _, tasks = draw(Stride(), 3, 3)
    first, third = (outcome(tasks[i], 0, told=True) for i in (0, 2))
    law = stride.weights((first, None, third), (), 3)
    step = (tasks[2].best - tasks[0].best) % 10
    candidates = [s for s in range(1, 10) if 2 * s % 10 == step]
    expected = {(tasks[0].best + 3 * s) % 10 for s in candidates}
    assert set(np.flatnonzero(law)) == expected
    walk = Inference(RandomWalk(value=1), 10, 1)
    start = Observed((0.5,), tuple(k == 4 for k in range(10)))
    assert np.flatnonzero(walk.weights((start, None), (), 2)).tolist() == [1 + 1, 4, 6]


def test_impossible_evidence_is_forgotten():
    inference = Inference(FixedPosition(), 10)
    tasks = [outcome(draw(FixedPosition(value=k), 0, 1)[1][0], 0, told=True) for k in (2, 7)]
    assert np.flatnonzero(inference.weights(tuple(tasks), (), 2)).tolist() == [2]


def test_a_family_too_large_to_list_learns_nothing():
    inference = Inference(Cycle(length=6), 10)
    task = outcome(draw(Cycle(length=6), 0, 1)[1][0], 0, told=True)
    assert inference.weights((task,), (), 1) == pytest.approx(np.full(10, 0.1))


# ------------------------------------------------------------------ closed forms


def test_a_shown_one_is_nearly_certain():
    likelihood = place_likelihood((0.3, 1.0), 10, "raised")
    assert likelihood[1] / likelihood[2:].sum() > 100
    assert likelihood[0] == 0


def test_a_raised_value_is_at_least_a_tenth_above_the_others():
    assert place_likelihood((0.5, 0.59), 10, "raised")[1] == 0
    assert place_likelihood((0.5, 0.6), 2, "raised")[1] == pytest.approx(0.5 / 0.0001)
    density = place_likelihood((0.5, 0.8), 2, "raised")[1]
    assert density == pytest.approx(1)  # the hidden number is uniform


def test_an_exchanged_value_is_the_greatest_of_all():
    likelihood = place_likelihood((0.5, 0.9), 10, "exchanged")
    assert likelihood[:2] == pytest.approx([0, 10 * 0.9**8])
    assert likelihood[2:] == pytest.approx(np.full(8, 10 / 8 * (1 - 0.9**8)))


@pytest.mark.parametrize(
    ("num_values", "chance"), [(2, 0.75), (3, 0.684), (4, 0.655), (5, 0.639), (10, 0.609)]
)
def test_the_full_information_problem_has_its_known_value(num_values, chance):
    """Gilbert and Mosteller (1966), table 8: independent uniform values, only the best counts."""
    law = (1 / num_values,) * num_values
    assert continuation(law, "exchanged", 0.0)[0, 0] == pytest.approx(chance, abs=0.005)


@pytest.mark.parametrize("top", ["raised", "exchanged"])
@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_known_place_is_worth_everything(top, place):
    law = tuple(float(k == place) for k in range(10))
    assert continuation(law, top, 0.5)[: place + 1].min() == pytest.approx(1)


def test_raised_values_give_themselves_away():
    raised, exchanged = (continuation(UNIFORM, top, 0.5)[0, 0] for top in ("raised", "exchanged"))
    assert 0.85 < raised < 0.95
    assert 0.7 < exchanged < 0.8


def test_moser_s_sequence():
    assert [consolation(n) for n in range(4)] == [0, 0.5, 0.625, 0.6953125]


@pytest.mark.parametrize("top", ["raised", "exchanged"])
def test_expected_greatest_value(top):
    """Against simulation, with three values to come, one of them the greatest."""
    rng, record, tops = random.Random(0), 0.6, []
    while len(tops) < 4000:
        hidden = [rng.random() for _ in range(3)]
        if top == "raised":
            tops.append(min(1.0, max(record, *hidden) + 0.1))
        elif max(hidden) > record:
            tops.append(max(hidden))
    error = 4 * np.std(tops) / math.sqrt(len(tops))
    assert float(expected_top(np.array(record), 3, top)) == pytest.approx(np.mean(tops), abs=error)
