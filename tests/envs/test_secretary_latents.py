import json
import math
import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.sequence_env import make
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.secretary import specs
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.latents.position_latent import PositionLatent
from latentgym_envs.secretary.latents.positions import FixedPosition, PositionSet
from latentgym_envs.secretary.latents.relations import Relation
from latentgym_envs.secretary.latents.remembering import RandomWalk, Streak
from latentgym_envs.secretary.latents.shape import Shape
from latentgym_envs.secretary.latents.shifting import Cycle, Mirror, RegionCycle, Stride
from latentgym_envs.secretary.latents.threshold import Threshold, ValueMarker
from latentgym_envs.secretary.placing import place_top

NAME = "secretary"
GAME = Secretary()
UP, DOWN = tuple(range(10)), tuple(range(9, -1, -1))
EVEN, ODD = {0, 2, 4, 6, 8}, {1, 3, 5, 7, 9}
PLACES = {
    "best_is_first": {0},
    "best_is_last": {9},
    **{f"fixed_position_{i}": {i} for i in range(5)},
    "first_half_bias": set(range(5)),
    "second_half_bias": set(range(5, 10)),
    "best_at_even": EVEN,
    "best_at_odd": ODD,
    **{f"best_in_quarter_{i}": {2 * i, 2 * i + 1} for i in range(4)},
    "prime_positions": {2, 3, 5, 7},
    "fibonacci_positions": {1, 2, 3, 5, 8},
    "inverse_order": {0},
    "sorted_order": {9},
    "mountain_pattern": {5},
    "valley_pattern": {0, 9},
    "step_function": {6, 7, 8, 9},
    "ascending_spike": set(range(5, 10)),
    "relative_jump": set(range(1, 10)),
    "early_decoy": set(range(5, 10)),
    "max_after_min": set(range(1, 9)),
    **{name: set(range(10)) for name in ("fixed_high", "threshold_05", "threshold_06")},
    "threshold_08": set(range(10)),
}
PATHS = {
    "position_shift": UP + UP[:2],
    "modular_pattern": UP + UP[:2],
    "increasing_position": (*UP, 9, 9),
    "countdown": DOWN + DOWN[:2],
    "position_cycle_258": (2, 5, 8) * 4,
    "position_cycle_1379": (1, 3, 7, 9) * 3,
}
OPEN = {
    "fixed_position": (FixedPosition(), 10),
    "position_set": (PositionSet(), 1023),
    "position_set of 3": (PositionSet(size=3), 120),
    "stride": (Stride(), 90),
    "clamped stride": (Stride(clamp=True), 90),
    "cycle": (Cycle(), 720),
    "cycle of 4": (Cycle(length=4), 5040),
    "region_cycle": (RegionCycle(), 6),
    "mirror": (Mirror(), 10),
    "random_walk": (RandomWalk(), 4),
    "streak": (Streak(), 4),
    "threshold": (Threshold(), None),
    "value_marker": (ValueMarker(), None),
    "shape": (Shape(), 6),
    "relation": (Relation(), 3),
}
latents = st.sampled_from([latent for latent, _ in OPEN.values()])


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def environment(registry, latent, tail="ep10"):
    return make(f"{NAME}/{latent}/no_info/standard/{tail}", registry=registry).environment


def draw_tasks(latent, z, seed=0, count=12, game=GAME):
    rng, tasks = random.Random(seed), ()
    for index in range(count):
        tasks += (latent.task(z, TaskContext(game, NAME, index, count, tasks), rng),)
    return tasks


def draw(latent, seed=0, count=12):
    z = latent.draw((GAME,), random.Random(seed))
    return z, draw_tasks(latent, z, seed, count)


# ------------------------------------------------------------------ presets


def test_every_published_id_is_there():
    presets = [spec for spec in specs.LATENTS if spec.preset]
    assert len(presets) == len({spec.name for spec in presets}) == 41
    structures = Counter(spec.structure for spec in presets)
    assert structures == {"iid": 30, "index_driven": 8, "markov": 3}
    assert Counter(spec.tier for spec in presets) == {
        "easy": 13,
        "medium": 12,
        "hard": 10,
        "very_hard": 6,
    }
    assert all(spec.summary and spec.source for spec in presets)


@pytest.mark.parametrize("name", PLACES)
def test_independent_presets_use_exactly_their_places(registry, name):
    drawn = (environment(registry, name).sequence(seed) for seed in range(30))
    assert {task.best for sequence in drawn for task in sequence.tasks} == PLACES[name]


@pytest.mark.parametrize("name", PATHS)
def test_index_driven_presets_follow_their_path(registry, name):
    sequence = environment(registry, name, "ep12").sequence(3)
    assert tuple(task.best for task in sequence.tasks) == PATHS[name]


def test_a_clamped_stride_stops_at_both_ends():
    assert [t.best for t in draw_tasks(Stride(clamp=True), (3, -2), count=4)] == [3, 1, 0, 0]
    assert [t.best for t in draw_tasks(Stride(clamp=True), (7, 2), count=4)] == [7, 9, 9, 9]


@pytest.mark.parametrize(
    ("name", "regions"),
    [
        ("alternating_position", [{0, 1, 2}, {6, 7, 8, 9}]),
        ("third_rotation", [{0, 1, 2}, {3, 4, 5}, {6, 7, 8, 9}]),
    ],
)
def test_regions_take_turns(registry, name, regions):
    sequences = [environment(registry, name, "ep12").sequence(seed) for seed in range(20)]
    for turn, region in enumerate(regions):
        places = {task.best for each in sequences for task in each.tasks[turn :: len(regions)]}
        assert places == region


def test_presets_with_a_memory(registry):
    def path(name, seed):
        sequence = environment(registry, name, "ep12").sequence(seed)
        return sequence.z, [task.best for task in sequence.tasks]

    for seed in range(20):
        z, places = path("mirror_episodes", seed)
        assert places == [z, 9 - z] * 6
        _, places = path("random_walk_position", seed)
        steps = [(b - a) % 10 for a, b in pairwise(places)]
        assert set(steps) <= {1, 9}
        _, places = path("same_position_streak", seed)
        assert all(len(set(places[start : start + 3])) == 1 for start in range(0, 12, 3))
    assert {path("mirror_episodes", seed)[0] for seed in range(80)} == set(range(10))


def test_fibonacci_counts_one_place_twice(registry):
    drawn = (environment(registry, "fibonacci_positions").sequence(seed) for seed in range(100))
    counts = Counter(task.best for sequence in drawn for task in sequence.tasks)
    assert counts[1] == pytest.approx(1000 / 3, abs=60)  # 4 standard deviations
    assert counts[8] == pytest.approx(1000 / 6, abs=48)


def test_aliases_draw_equal_sequences(registry):
    pairs = [("best_is_first", "fixed_position_0"), ("position_shift", "modular_pattern")]
    for one, other in pairs:
        assert environment(registry, one).sequence(5) == environment(registry, other).sequence(5)


def test_cut_offs_part_the_greatest_value(registry):
    for name, t in (("threshold_05", 0.5), ("threshold_06", 0.6), ("threshold_08", 0.8)):
        for task in environment(registry, name).sequence(0).tasks:
            *low, greatest = sorted(task.values)
            assert 0.1 <= low[0] <= low[-1] <= t - 0.05
            assert t <= greatest <= t + 0.15
    for task in environment(registry, "fixed_high").sequence(0).tasks:
        *low, greatest = sorted(task.values)
        assert (greatest, low[-1] <= 0.9) == (1.0, True)


@pytest.mark.parametrize("name", [spec.name for spec in specs.LATENTS])
@pytest.mark.parametrize("split", ["test", "published"])
def test_longer_sequences_begin_with_shorter_ones(registry, name, split):
    for seed in range(3):
        long = environment(registry, name).sequence(seed, split)
        short = environment(registry, name, "ep1").sequence(seed, split)
        assert long.tasks[:1] == short.tasks
        assert long.z == short.z


@pytest.mark.parametrize("name", [spec.name for spec in specs.LATENTS if spec.preset])
def test_presets_can_be_drawn_with_other_numbers_of_values(registry, name):
    for number in (7, 13):
        tasks = environment(registry, name, f"ep10?env.num_values={number}").sequence(0).tasks
        assert {len(task.values) for task in tasks} == {number}


# ------------------------------------------------------------------ families


@given(latents, st.integers(0, 2**32))
@settings(deadline=None)
def test_drawn_tasks_are_possible_and_z_survives_json(latent, seed):
    z, tasks = draw(latent, seed, 4)
    data = json.loads(json.dumps(to_data(z)))
    assert from_data(latent.z_type, data) == latent.z_from_data(data) == z
    for index, task in enumerate(tasks):
        context = TaskContext(GAME, NAME, index, 4, tasks[:index])
        assert math.isfinite(latent.log_prob(task, z, context))


@pytest.mark.parametrize(("latent", "size"), OPEN.values(), ids=OPEN)
def test_the_support_is_a_law_that_holds_every_draw(latent, size):
    support = latent.support((GAME,), GAME.visible(GAME.sample_task(random.Random(0))))
    if size is None:
        assert support is None
        return
    assert len(support) == len(dict(support)) == size
    assert math.fsum(math.exp(log_prior) for _, log_prior in support) == pytest.approx(1)
    assert {draw(latent, seed, 1)[0] for seed in range(40)} <= set(dict(support))


@pytest.mark.parametrize(
    "latent", [latent for latent, _ in OPEN.values() if isinstance(latent, PositionLatent)], ids=str
)
def test_places_have_a_law_given_z(latent):
    z, tasks = draw(latent, 1, 5)
    context = TaskContext(GAME, NAME, 4, 5, tasks[:4])
    rows = (place_top([0.5] * 10, place, "raised") for place in range(10))
    laws = [latent.log_prob(type(tasks[0])(values=tuple(row)), z, context) for row in rows]
    # Relative to rows in any order, of which a tenth have their greatest value at each place.
    assert math.fsum(map(math.exp, laws)) == pytest.approx(10)


def test_other_values_of_z_are_refuted():
    context = TaskContext(GAME, NAME, 0, 10, ())
    for latent, z, other in [
        (FixedPosition(), 3, 4),
        (PositionSet(), (2, 5), (0, 1)),
        (Stride(), (3, 1), (4, 1)),
        (Cycle(), (3, 4, 5), (4, 3, 5)),
        (RegionCycle(), (0, 1), (1, 0)),
        (Mirror(), 2, 7),
        (Shape(), "falling", "rising"),
        (Relation(), "decoy", "after_low"),
        (Threshold(), 0.5, 0.7),
        (ValueMarker(), 0.9, 0.8),
    ]:
        (task,) = draw_tasks(latent, z, seed=1, count=1)
        assert (
            latent.log_prob(task, other, context) == -math.inf < latent.log_prob(task, z, context)
        )


@pytest.mark.parametrize("name", ["fixed_position", "mirror", "stride"])
def test_an_exchanged_top_leaves_the_values_as_they_were(registry, name):
    raised, plain = (
        environment(registry, name, f"ep10?latent.top={top}").latent
        for top in ("raised", "exchanged")
    )
    for one, other in zip(draw(raised, 5)[1], draw(plain, 5)[1], strict=True):
        assert one.best == other.best
        assert max(one.values) == min(1.0, max(other.values) + 0.1)


def test_a_raised_top_is_exactly_one_in_two_tasks_of_three(registry):
    sequences = [environment(registry, "prime_positions").sequence(seed) for seed in range(100)]
    at_one = sum(max(task.values) == 1.0 for each in sequences for task in each.tasks)
    assert at_one / 1000 == pytest.approx(1 - 0.9**10, abs=0.06)


@given(latents, st.integers(0, 2**32))
@settings(deadline=None)
def test_texts_are_sentences(latent, seed):
    z, _ = draw(latent, seed, 1)
    for text in (latent.describe(z), latent.disclosure(), latent.hint()):
        assert text[0].isupper()
        assert text.endswith(".")
    assert not any(character.isdigit() for character in latent.hint())


def test_disclosures_do_not_tell_z(registry):
    """Presets of one family that differ in their value alone disclose the same."""
    by_family = {}
    for spec in specs.LATENTS:
        latent = environment(registry, spec.name).latent
        shape = {k: v for k, v in spec.params.items() if k not in ("value", "top")}
        key = (latent.family, getattr(latent, "period", 0), str(shape))
        by_family.setdefault(key, set()).add(latent.disclosure())
    assert all(len(texts) == 1 for texts in by_family.values())


@pytest.mark.parametrize(
    ("latent", "z", "told"),
    [
        (FixedPosition(), 2, "3rd"),
        (PositionSet(), (1, 1, 3), "2nd or 4th one. The 2nd is more likely"),
        (Stride(), (0, 1), "1st one in the first task and moves 1 place on with every task, going"),
        (Stride(clamp=True), (9, -2), "moves 2 places back with every task, stopping"),
        (Cycle(), (10, 11, 12), "11th, 12th then 13th"),
        (RegionCycle(), (0, 2), "3 equal parts"),
        (Mirror(), 0, "1st one in the first task"),
        (RandomWalk(), 1, "moves 1 place"),
        (Streak(), 3, "3 tasks"),
        (Threshold(), 0.625, "0.6250"),
        (ValueMarker(), 1.0, "always 1.0000"),
        (Shape(), "valley", "both ends"),
        (Relation(), "jump", "right after"),
    ],
)
def test_descriptions_tell_z(latent, z, told):
    assert told in latent.describe(z)


@pytest.mark.parametrize(
    ("make_latent", "sentence"),
    [
        (lambda: FixedPosition(value=1.5), "value is 1.5"),
        (lambda: FixedPosition(top="high"), "top is 'high'"),
        (lambda: PositionSet(value="thirds"), "first_half"),
        (lambda: PositionSet(value=()), "must be places"),
        (lambda: Stride(value="1"), "start and a step"),
        (lambda: Cycle(value="a,b"), "whole numbers"),
        (lambda: Cycle(length=1), "length is 1"),
        (lambda: RegionCycle(parts=2, length=3), "parts=2"),
        (lambda: RandomWalk(value=0), "value is 0"),
        (lambda: Threshold(value=0.1), "no values above"),
        (lambda: Threshold(value=2), "value is 2"),
        (lambda: Threshold(lowest=0.8, highest=0.5), "exceeds highest"),
        (lambda: Shape(value="circle"), "allowed are step"),
        (lambda: Relation(value="none"), "allowed are jump"),
    ],
)
def test_impossible_hyperparameters_are_refused(make_latent, sentence):
    with pytest.raises(SpecError, match=sentence):
        make_latent()


@pytest.mark.parametrize(
    ("latent", "number", "sentence"),
    [
        (PositionSet(value="2,12"), 10, "1 of the 2 places"),
        (PositionSet(value="primes"), 2, "0 of the 0 places"),
        (PositionSet(size=11), 10, "no 11 places"),
        (Cycle(length=5), 4, "no 5 places"),
        (RegionCycle(value="0,5"), 10, "1 of the 2"),
        (Shape(), 2, "3 values or more"),
        (Relation(), 5, "6 values or more"),
    ],
)
def test_what_does_not_fit_the_row_is_refused_with_a_count(latent, number, sentence):
    game = Secretary(num_values=number)
    with pytest.raises(EnvError, match=sentence):
        draw_tasks(latent, latent.draw((game,), random.Random(0)), count=1, game=game)


def test_other_games_are_refused():
    with pytest.raises(EnvError, match="not for object"):
        FixedPosition().task(2, TaskContext(object(), "maze", 0, 1, ()), random.Random(0))


def test_a_long_list_is_not_listed():
    assert Cycle(length=6).support((GAME,), {"num_values": 10, "value": 0.5}) is None
    assert PositionSet().support((GAME,), {"num_values": 30, "value": 0.5}) is None
    assert len(PositionSet(size=2).support((GAME,), {"num_values": 30, "value": 0.5})) == 435


# ------------------------------------------------------------------ recordings


def test_published_draws(registry):
    sequence = environment(registry, "fixed_position_2").sequence(42, "published")
    expected = (0.6394267984578837, 0.025010755222666936, 0.9921795677048454, 0.22321073814882275)
    assert sequence.tasks[0].values[:4] == expected


def test_the_published_mirror_is_drawn_after_the_first_values(registry):
    rng = random.Random(7)
    values = [rng.random() for _ in range(10)]
    place = rng.randrange(10)
    second = [rng.random() for _ in range(10)]
    sequence = environment(registry, "mirror_episodes").sequence(7, "published")
    assert sequence.z == place
    assert list(sequence.tasks[0].values) == place_top(values, place, "raised")
    assert list(sequence.tasks[1].values) == place_top(second, 9 - place, "raised")


@pytest.fixture
def recordings(recorded_data):
    return recorded_data("secretary")


def test_recorded_tasks_are_drawn_again(registry, recordings):
    for recording in recordings:
        seed = GAME.published_seed(recording["variant"], recording["seed"])
        drawn = environment(registry, recording["latent"], recording["horizon"])
        recorded = tuple(
            GAME.published_task(config, recording["variant"])
            for config in recording["episode_configs"]
        )
        assert drawn.sequence(seed, "published").tasks == recorded, recording["file"]


def replay(recording):
    """Turn count and reward of every task that the recorded replies finish."""
    game = Secretary(**GAME.published_rules(recording["variant"]))
    tasks = (game.published_task(each, "") for each in recording["episode_configs"])
    outcomes, state = [], game.start(next(tasks), 0)[0]
    for message in recording["conversation"]:
        if message["role"] != "assistant":
            continue
        state, result = game.step(state, message["content"])
        if result.done:
            outcomes.append((state.turns, result.reward))
            task = next(tasks, None)
            state = state if task is None else game.start(task, 0)[0]
    return outcomes


def test_recorded_replies_earn_what_was_recorded(recordings):
    for recording in recordings:
        outcomes = replay(recording)
        assert [turns for turns, _ in outcomes] == recording["episode_turns"], recording["file"]
        rewards = [reward for _, reward in outcomes]
        assert rewards == pytest.approx(recording["episode_rewards"], abs=1e-9)
