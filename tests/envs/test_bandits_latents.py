import json
import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core import make
from latentgym_core import plugin as core_plugin
from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import Environment
from latentgym_core.testing.kit import check_core_env
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.constant import Excluded, FixedIndex, FixedVector
from latentgym_envs.bandits.latents.index_driven import Alternate, Cycle, IndexSequence, Stride
from latentgym_envs.bandits.latents.markov import MEANINGS, Markov
from latentgym_envs.bandits.latents.ranking import Ranking
from latentgym_envs.bandits.latents.subsets import Members, Payoff, Subset

GAME = Bandits()
# id: tier, structure, size of the support (0: cannot be listed)
PRESETS = {
    **{f"loyal_favorite_{index}": ("easy", "iid", 5) for index in range(5)},
    "binary_switch_0_1": ("easy", "iid", 10),
    "binary_switch_0_last": ("easy", "iid", 10),
    "even_indices_only": ("easy", "iid", 10),
    "odd_indices_only": ("easy", "iid", 10),
    "prime_indices": ("very_hard", "iid", 10),
    "bottom_excluded": ("easy", "iid", 5),
    "one_hot": ("easy", "iid", 1),
    "fixed_probabilities": ("easy", "iid", 0),
    "clockwise_rotation": ("easy", "index_driven", 20),
    "counterclockwise_rotation": ("easy", "index_driven", 20),
    "skip_2": ("hard", "index_driven", 20),
    "skip_3": ("hard", "index_driven", 20),
    "ping_pong": ("medium", "index_driven", 20),
    "swap_top_two": ("medium", "index_driven", 20),
    "top_two_fixed": ("medium", "iid", 10),
    "cycle_length_5": ("medium", "index_driven", 120),
    "same_ranking": ("medium", "iid", 120),
    "fibonacci": ("very_hard", "index_driven", 6),
    "triangular": ("very_hard", "index_driven", 6),
    "shadow": ("medium", "markov", 6),
    "random_walk": ("hard", "markov", 6),
    "cold_hand": ("hard", "markov", 6),
    "hot_hand": ("hard", "markov", 6),
    "mirror_mode": ("very_hard", "markov", 6),
}
SEQUENCES = {
    **{f"loyal_favorite_{index}": [index] * 10 for index in range(5)},
    "clockwise_rotation": [0, 1, 2, 3, 4, 0, 1, 2, 3, 4],
    "counterclockwise_rotation": [4, 3, 2, 1, 0, 4, 3, 2, 1, 0],
    "skip_2": [0, 2, 4, 1, 3, 0, 2, 4, 1, 3],
    "skip_3": [0, 3, 1, 4, 2, 0, 3, 1, 4, 2],
    "ping_pong": [0, 4] * 5,
    "fibonacci": [1, 1, 2, 3, 0, 3, 3, 1, 4, 0],
    "triangular": [0, 1, 3, 1, 0, 0, 1, 3, 1, 0],
}
SUBSETS = {
    "binary_switch_0_1": {0, 1},
    "binary_switch_0_last": {0, 4},
    "even_indices_only": {0, 2, 4},
    "odd_indices_only": {1, 3},
    "prime_indices": {2, 3},
    "one_hot": {0, 1, 2, 3, 4},
}


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def environment(registry, latent, tail="ep10") -> Environment:
    return make(f"bandits/{latent}/no_info/standard/{tail}", registry=registry).environment


def winners(sequence):
    return [task.best for task in sequence.tasks]


games = st.integers(2, 7).map(lambda number: Bandits(buttons=number))
latents = st.one_of(
    st.sampled_from([FixedIndex(), FixedIndex(index=-1), Excluded(), FixedVector(), Ranking()]),
    st.builds(Subset, size=st.integers(1, 2), runner_up=st.sampled_from([0.0, 0.5, 0.65])),
    st.builds(Subset, members=st.sampled_from(["even", "odd", "prime", "0+-1"])),
    st.builds(Payoff, p_best=st.sampled_from([1, 0.9]), p_other=st.sampled_from([0, 0.5])),
    st.builds(Stride, step=st.sampled_from([None, 1, -1]), start=st.sampled_from([None, 0, -1])),
    st.sampled_from(
        [Alternate(), Alternate(first=0, second=1), Alternate(runner_up=0.55), Cycle()]
    ),
    st.builds(IndexSequence, rule=st.sampled_from(["", "fibonacci", "primes"])),
    st.builds(Markov, kernel=st.sampled_from(["", *MEANINGS]), repeat=st.sampled_from([0, 0.8, 1])),
)


def draw_tasks(latent, game, seed, number=4):
    """z and tasks, each task with its context."""
    rng = random.Random(seed)
    z = latent.draw((game,), rng)
    drawn, tasks = [], ()
    for index in range(number):
        context = TaskContext(game, "bandits", index, number, tasks)
        task = latent.task(z, context, rng)
        drawn.append((task, context))
        tasks += (task,)
    return z, drawn


# ------------------------------------------------------------------ laws of all families


@given(latents, games, st.integers(0, 2**32))
def test_tasks_follow_z(latent, game, seed):
    z, drawn = draw_tasks(latent, game, seed)
    last = None
    for task, context in drawn:
        assert task.buttons == game.buttons
        law = latent.winner_law(z, context.index, len(game.buttons), last)
        assert math.fsum(law) == pytest.approx(1)
        assert law[task.best] > 0
        rates = latent.rates(z, task.best, game)
        assert all(
            low <= p <= high for p, (low, high) in zip(task.probabilities, rates, strict=True)
        )
        assert math.isfinite(latent.log_prob(task, z, context))
        elsewhere = game.task(reversed(task.probabilities))
        if elsewhere != task and law[elsewhere.best] == 0:
            assert latent.log_prob(elsewhere, z, context) == -math.inf
        last = task.best, task.worst


@given(latents, games, st.integers(0, 2**32))
def test_the_support_is_a_law_that_holds_every_draw(latent, game, seed):
    z = latent.draw((game,), random.Random(seed))
    support = latent.support((game,), GAME.visible(game.sample_task(random.Random(0))))
    if isinstance(latent, FixedVector):
        assert support is None
        return
    support = dict(support)
    assert z in support
    assert math.fsum(map(math.exp, support.values())) == pytest.approx(1)


@given(latents, games, st.integers(0, 2**32))
def test_z_survives_json(latent, game, seed):
    z = latent.draw((game,), random.Random(seed))
    data = json.loads(json.dumps(to_data(z)))
    assert from_data(latent.z_type, data) == latent.z_from_data(data) == z


@given(latents, games, st.integers(0, 2**32))
def test_texts_are_sentences_that_tell_the_family(latent, game, seed):
    z = latent.draw((game,), random.Random(seed))
    for text in (latent.describe(z), latent.disclosure(), latent.hint()):
        assert text[0].isupper()
        assert text.endswith(".")
    assert not any(character.isdigit() for character in latent.hint())


@pytest.mark.parametrize("latent", [FixedIndex, Excluded, Stride, Markov, IndexSequence])
def test_a_fixed_z_is_not_disclosed(latent):
    fixed = {
        FixedIndex: [{"index": 0}, {"index": 3}],
        Excluded: [{"index": 0}, {"index": 3}],
        Stride: [{"step": 1}, {"step": 2, "start": 3}],
        Markov: [{"kernel": "walk"}, {"kernel": "shadow"}],
        IndexSequence: [{"rule": "primes"}, {"rule": "cubes"}],
    }[latent]
    visible = {"buttons": list(GAME.buttons)}
    told = {latent(**parameters).disclosure() for parameters in [{}, *fixed]}
    supports = [latent(**parameters).support((GAME,), visible) for parameters in [{}, *fixed]]
    assert len(told) == 1
    assert supports[0] == supports[1] == supports[2]


def test_a_subset_is_the_same_in_any_order():
    assert Members((0, 3)) == Members((3, 0))
    assert hash(Members((0, 3))) == hash(Members((3, 0)))
    assert Members((0, 3)) != Members((0, 2))


@pytest.mark.parametrize(
    ("make_latent", "game", "sentence"),
    [
        (lambda: FixedIndex(index=5), GAME, "no button 5"),
        (lambda: Subset(size=6), GAME, "no 6 buttons"),
        (lambda: Subset(members="0+7"), GAME, "no button 7"),
        (lambda: Subset(members="0+0"), GAME, "twice"),
        (lambda: Subset(members="zero"), GAME, "places joined"),
        (lambda: Stride(step=5), GAME, "back to the same"),
        (lambda: Alternate(first=1, second=1), GAME, "same button"),
        (lambda: Payoff(p_best=0.2, p_other=0.2), GAME, "not less"),
        (FixedIndex, object(), "does not play"),
        (lambda: Subset(runner_up=0.75), GAME, "not below 0.7"),
    ],
)
def test_hyperparameters_that_leave_nothing_are_refused(make_latent, game, sentence):
    with pytest.raises((EnvError, SpecError), match=sentence):
        draw_tasks(make_latent(), game, 0)


def test_other_games_are_refused():
    foreign = TaskContext(object(), "maze", 0, 1, ())
    with pytest.raises(EnvError, match="not for maze"):
        FixedIndex().task(0, foreign, random.Random(0))


# ------------------------------------------------------------------ presets


def test_all_published_ids_are_there(registry):
    entries = [each.spec for each in registry.latents(("bandits",))]
    presets = {
        spec.name: spec for spec in entries if spec.preset and spec.core_envs == ("bandits",)
    }
    assert {name: (spec.tier, spec.structure) for name, spec in presets.items()} == {
        name: (tier, structure) for name, (tier, structure, _) in PRESETS.items()
    }
    assert len(presets) == 29
    assert not any(spec.refusal for spec in presets.values())


@pytest.mark.parametrize(("name", "size"), [(name, each[2]) for name, each in PRESETS.items()])
def test_supports_have_the_published_sizes(registry, name, size):
    latent = environment(registry, name).latent
    assert len(latent.support((GAME,), {"buttons": list(GAME.buttons)}) or ()) == size


@pytest.mark.parametrize(("name", "expected"), SEQUENCES.items())
def test_fixed_sequences_of_best_buttons(registry, name, expected):
    for seed in range(3):
        assert winners(environment(registry, name).sequence(seed)) == expected


@pytest.mark.parametrize(("name", "expected"), SUBSETS.items())
def test_subsets_of_best_buttons(registry, name, expected):
    drawn = [winners(environment(registry, name).sequence(seed)) for seed in range(20)]
    counts = Counter(button for each in drawn for button in each)
    assert set(counts) == expected
    assert min(counts.values()) > 0.7 * 200 / len(expected)


def drawn_tasks(registry, name, seeds=30):
    return [environment(registry, name).sequence(seed) for seed in range(seeds)]


def test_one_hot(registry):
    for sequence in drawn_tasks(registry, "one_hot", 5):
        assert all(sorted(task.probabilities) == [0, 0, 0, 0, 1] for task in sequence.tasks)


def test_bottom_excluded(registry):
    for sequence in drawn_tasks(registry, "bottom_excluded"):
        assert all(task.probabilities[sequence.z] == 0 for task in sequence.tasks)
        assert sequence.z not in winners(sequence)


def test_fixed_probabilities(registry):
    for sequence in drawn_tasks(registry, "fixed_probabilities", 5):
        assert {task.probabilities for task in sequence.tasks} == {sequence.z}


def test_same_ranking(registry):
    for sequence in drawn_tasks(registry, "same_ranking"):
        assert set(winners(sequence)) == {sequence.z[0]}
        for task in sequence.tasks:
            centres = [0.8, 0.65, 0.5, 0.35, 0.2]
            ranked = [task.probabilities[button] for button in sequence.z]
            assert ranked == pytest.approx(centres, abs=0.05)


def test_pairs_with_a_runner_up(registry):
    for name in ("top_two_fixed", "swap_top_two"):
        for sequence in drawn_tasks(registry, name):
            pair = sequence.z.buttons if name == "top_two_fixed" else sequence.z
            assert set(winners(sequence)) <= set(pair)
            for task in sequence.tasks:
                (other,) = set(pair) - {task.best}
                assert task.probabilities[other] == 0.55
    assert winners(sequence) == list(sequence.z) * 5


def test_cycle_length_5(registry):
    for sequence in drawn_tasks(registry, "cycle_length_5"):
        assert winners(sequence) == list(sequence.z) * 2
        assert sorted(sequence.z) == [0, 1, 2, 3, 4]


def transitions(registry, name):
    """Task index, best and worst before, and best after."""
    for sequence in drawn_tasks(registry, name, 100):
        for index, after in enumerate(sequence.tasks[1:], start=1):
            before = sequence.tasks[index - 1]
            yield index, before.best, before.worst, after.best


def test_markov_rules(registry):
    assert all(best == worst for _, _, worst, best in transitions(registry, "shadow"))
    steps = Counter(
        (best - before) % 5 for _, before, _, best in transitions(registry, "random_walk")
    )
    assert set(steps) == {1, 4}
    assert steps[1] / 900 == pytest.approx(0.5, abs=0.08)
    moves = Counter(
        (best - before) % 5 for _, before, _, best in transitions(registry, "cold_hand")
    )
    assert set(moves) == {1, 2, 3, 4}
    stayed = sum(best == before for _, before, _, best in transitions(registry, "hot_hand"))
    assert stayed / 900 == pytest.approx(0.84, abs=0.05)
    mirrored = [
        best == 4 - before
        for index, before, _, best in transitions(registry, "mirror_mode")
        if index % 2
    ]
    assert all(mirrored)
    fresh = {
        best - before
        for index, before, _, best in transitions(registry, "mirror_mode")
        if not index % 2
    }
    assert len(fresh) > 5


def test_presets_of_one_family_are_told_apart_by_their_parameters_alone(registry):
    assert (
        environment(registry, "odd_indices_only").sequence(3).tasks
        == environment(registry, "subset", "ep10?latent.members=odd").sequence(3).tasks
    )
    one, other = (environment(registry, name).sequence(3) for name in ("skip_2", "skip_3"))
    assert one.tasks[0] != other.tasks[0]


def test_the_range_of_rates_is_a_rule_and_leaves_the_draws_alone(registry):
    usual = environment(registry, "subset").sequence(5)
    wide = environment(registry, "subset", "ep10?env.best_low=0.9&env.best_high=1.0").sequence(5)
    assert winners(usual) == winners(wide)
    assert all(max(task.probabilities) >= 0.9 for task in wide.tasks)


@pytest.mark.parametrize("name", ["loyal_favorite_1", "top_two_fixed", "shadow"])
def test_other_numbers_of_buttons(registry, name):
    drawn = environment(registry, name, "ep10?env.buttons=8").sequence(0)
    assert {len(task.probabilities) for task in drawn.tasks} == {8}


def test_the_contract_holds(registry):
    for latent in ("shadow", "top_two_fixed"):
        results = check_core_env("bandits", registry, latent=latent, seeds=5)
        assert [result for result in results if result.failed] == []
