import json
import math
import random
from collections import Counter
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import latentgym_core as lg
from latentgym_core import plugin as core_plugin
from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import Environment, construct
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.mastermind.env import Mastermind
from latentgym_envs.mastermind.latents.kinds import (
    Band,
    Contains,
    Extremes,
    Lacks,
    SumBand,
    SumClass,
)
from latentgym_envs.mastermind.latents.places import Order, Run
from latentgym_envs.mastermind.latents.repeats import Adjacency, Repetition
from latentgym_envs.mastermind.specs import LATENTS

GAME = Mastermind()
WITH_REPEATS = Mastermind(duplicates_allowed=True)

# Published id: tier, codes without and with repeated digits, and the predicate once more.
PUBLISHED = {
    "ascending": ("easy", 15, 126, lambda c: list(c) == sorted(c)),
    "strictly_ascending": ("medium", 15, 15, lambda c: list(c) == sorted(set(c))),
    "descending": ("easy", 15, 126, lambda c: list(c) == sorted(c)[::-1]),
    "strictly_descending": ("medium", 15, 15, lambda c: list(c) == sorted(set(c))[::-1]),
    "consecutive": (
        "easy",
        72,
        72,
        lambda c: sorted(c) == list(range(min(c), min(c) + len(c))),
    ),
    "first_equals_last": ("medium", 0, 216, lambda c: c[0] == c[-1]),
    "first_not_equals_last": ("easy", 360, 1080, lambda c: c[0] != c[-1]),
    "first_less_than_last": ("easy", 180, 540, lambda c: c[0] < c[-1]),
    "first_greater_than_last": ("easy", 180, 540, lambda c: c[0] > c[-1]),
    "first_is_min": ("medium", 90, 441, lambda c: c[0] == min(c)),
    "last_is_max": ("medium", 90, 441, lambda c: c[-1] == max(c)),
    "all_same": ("easy", 0, 6, lambda c: len(set(c)) == 1),
    "has_pair": ("medium", 0, 936, lambda c: max(Counter(c).values()) >= 2),
    "has_triple": ("hard", 0, 126, lambda c: max(Counter(c).values()) >= 3),
    "no_repeats": ("easy", 360, 360, lambda c: len(set(c)) == len(c)),
    "adjacent_same": ("medium", 0, 546, lambda c: 0 in map(int.__sub__, c, c[1:])),
    "no_adjacent_same": ("easy", 360, 750, lambda c: 0 not in map(int.__sub__, c, c[1:])),
    "middle_same": (
        "medium",
        0,
        216,
        lambda c: len(c) >= 4 and c[len(c) // 2 - 1] == c[len(c) // 2],
    ),
    "palindrome": ("medium", 0, 36, lambda c: c == tuple(reversed(c))),
    "alternating": (
        "medium",
        0,
        30,
        lambda c: len(set(c)) == 2 and len(set(c[::2])) == len(set(c[1::2])) == 1,
    ),
    **{f"contains_{d}": ("easy", 240, 671, lambda c, d=d: d in c) for d in range(1, 7)},
    **{f"no_{d}": ("medium", 120, 625, lambda c, d=d: d not in c) for d in (1, 6)},
    "all_odd": ("medium", 0, 81, lambda c: set(c) <= {1, 3, 5}),
    "all_even": ("medium", 0, 81, lambda c: set(c) <= {2, 4, 6}),
    "mixed_parity": ("easy", 360, 1134, lambda c: len({d % 2 for d in c}) == 2),
    "all_low": ("medium", 0, 81, lambda c: set(c) <= {1, 2, 3}),
    "all_high": ("medium", 0, 81, lambda c: set(c) <= {4, 5, 6}),
    "has_extreme": ("easy", 336, 1040, lambda c: bool(set(c) & {1, 6})),
    "no_extremes": ("medium", 24, 256, lambda c: not set(c) & {1, 6}),
    **{f"first_is_{d}": ("medium", 60, 216, lambda c, d=d: c[0] == d) for d in range(1, 7)},
    **{f"last_is_{d}": ("medium", 60, 216, lambda c, d=d: c[-1] == d) for d in range(1, 7)},
    "sum_low": ("medium", 24, 206, lambda c: 2 * sum(c) <= 5 * len(c)),
    "sum_high": ("medium", 24, 206, lambda c: 2 * sum(c) >= 9 * len(c)),
    "sum_even": ("easy", 216, 648, lambda c: sum(c) % 2 == 0),
    "sum_odd": ("easy", 144, 648, lambda c: sum(c) % 2 == 1),
    "sum_divisible_by_3": ("medium", 120, 432, lambda c: sum(c) % 3 == 0),
    "all_prime": ("hard", 0, 81, lambda c: set(c) <= {2, 3, 5}),
    "no_prime": ("hard", 0, 81, lambda c: not set(c) & {2, 3, 5}),
}
SPECS = {spec.name: spec for spec in LATENTS}
FAMILIES = [name for name, spec in SPECS.items() if not spec.preset]
EMPTY = [name for name, (_, size, _, _) in PUBLISHED.items() if size == 0]
USABLE = [name for name in PUBLISHED if name not in EMPTY]


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def environment(registry, latent, tail="ep10") -> Environment:
    return lg.make(f"mastermind/{latent}/no_info/standard/{tail}", registry=registry).environment


def context(game=GAME, index=0):
    return TaskContext(game, "mastermind", index, 10, ())


def latent_of(name, **parameters):
    return construct(SPECS[name], {**SPECS[name].params, **parameters})


# ------------------------------------------------------------------ published ids


def test_every_published_id_is_a_preset():
    presets = {name: spec for name, spec in SPECS.items() if spec.preset}
    assert list(presets) == list(PUBLISHED)
    assert len(presets) == 54
    tiers = Counter(spec.tier for spec in presets.values())
    assert tiers == {"easy": 19, "medium": 32, "hard": 3}
    assert {name: spec.tier for name, spec in presets.items()} == {
        name: tier for name, (tier, *_) in PUBLISHED.items()
    }
    assert len(EMPTY) == 14


@pytest.mark.parametrize(("name", "expected"), PUBLISHED.items())
def test_predicates_and_their_sizes(name, expected):
    _, size, size_with_repeats, predicate = expected
    latent = latent_of(name)
    assert len(latent.members(GAME, latent.value)) == size
    assert len(latent.members(WITH_REPEATS, latent.value)) == size_with_repeats
    for length in (1, 2, 3, 4, 5):
        for code in product(range(1, 7), repeat=length):
            assert latent.accepts(code, latent.value) == predicate(code), code
    assert latent.members(GAME, latent.value) == tuple(
        code for code in permutations(range(1, 7), 4) if predicate(code)
    )


@pytest.mark.parametrize(("name", "expected"), PUBLISHED.items())
def test_summaries_tell_true_sizes(name, expected):
    _, size, size_with_repeats, _ = expected
    summary = SPECS[name].summary
    assert f"{size_with_repeats:,} of 1,296" in summary
    told = {0: "no code without ?env.dup", 360: "all 360 codes, so nothing is hidden"}
    assert told.get(size, f": {size} of 360 codes") in summary


@pytest.mark.parametrize("name", EMPTY)
def test_empty_presets_say_what_to_change_and_then_draw(registry, name):
    with pytest.raises(EnvError, match=r"leaves 0 of 360 .* \?env\.duplicates_allowed=true"):
        environment(registry, name).sequence(0)
    rescued = environment(registry, name, "ep10?env.duplicates_allowed=true")
    for seed in range(200):
        for task in rescued.sequence(seed).tasks:
            assert PUBLISHED[name][3](task.secret_code)
            assert task.duplicates_allowed


@pytest.mark.parametrize("name", USABLE)
def test_usable_presets_draw_every_code(registry, name):
    drawn = Counter(
        task.secret_code
        for seed in range(200)
        for task in environment(registry, name).sequence(seed).tasks
    )
    assert all(PUBLISHED[name][3](code) for code in drawn)
    size = PUBLISHED[name][1]
    expected = size * (1 - (1 - 1 / size) ** 2000)  # with replacement
    assert len(drawn) >= expected - 6 * math.sqrt(size * math.exp(-2000 / size)) - 1


def test_a_shortage_that_repeated_digits_do_not_end_says_so(registry):
    tail = "ep10?env.duplicates_allowed=true&latent.min_pool=900"
    with pytest.raises(EnvError, match=r"216 of 1296 codes; it needs at least 900: choose another"):
        environment(registry, "first_is_1", tail).sequence(0)


def test_orders_coincide_only_without_repeated_digits():
    for one, other in (("ascending", "strictly_ascending"), ("descending", "strictly_descending")):
        latent = Order()
        assert latent.members(GAME, one) == latent.members(GAME, other)
        assert latent.members(WITH_REPEATS, one) != latent.members(WITH_REPEATS, other)


# ------------------------------------------------------------------ families


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("game", [GAME, WITH_REPEATS], ids=["different", "repeated"])
def test_open_families_draw_rules_that_rule_something_out(name, game):
    latent = latent_of(name)
    support = dict(latent.support((game,), {}))
    if not support:
        with pytest.raises(EnvError, match=r"No value of .*duplicates_allowed=true"):
            latent.draw((game,), random.Random(0))
        assert not game.duplicates_allowed
        return
    assert math.fsum(map(math.exp, support.values())) == pytest.approx(1)
    sizes = [len(latent.members(game, value)) for value in support]
    assert all(0 < size < len(latent.pool(game)) for size in sizes)
    drawn = {latent.draw((game,), random.Random(seed)) for seed in range(200)}
    assert drawn == set(support)


@given(st.sampled_from(FAMILIES), st.integers(0, 2**32))
def test_tasks_follow_z_and_their_law(name, seed):
    latent, rng = latent_of(name), random.Random(seed)
    z = latent.draw((WITH_REPEATS,), rng)
    members = latent.members(WITH_REPEATS, z)
    for index in range(3):
        task = latent.task(z, context(WITH_REPEATS, index), rng)
        assert latent.accepts(task.secret_code, z)
        log_prob = latent.log_prob(task, z, context(WITH_REPEATS))
        assert log_prob == pytest.approx(-math.log(len(members)))
    others = set(latent.pool(WITH_REPEATS)) - set(members)
    other = WITH_REPEATS.task(min(others))
    assert latent.log_prob(other, z, context(WITH_REPEATS)) == -math.inf


@given(st.sampled_from(FAMILIES), st.integers(0, 2**32))
def test_z_survives_json_and_has_words(name, seed):
    latent = latent_of(name)
    z = latent.draw((WITH_REPEATS,), random.Random(seed))
    data = json.loads(json.dumps(to_data(z)))
    assert from_data(latent.z_type, data) == latent.z_from_data(data) == z
    for text in (latent.describe(z), latent.disclosure(), latent.hint()):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "{" not in text
    assert latent.describe(z) != latent.disclosure()


@pytest.mark.parametrize("name", list(PUBLISHED))
def test_disclosures_tell_the_family_and_not_z(name):
    latent = latent_of(name)
    values = tuple(latent.values())
    assert len({latent.describe(value) for value in values}) == len(values)
    said = {latent_of(name, value=value).disclosure() for value in values}
    assert said == {latent.disclosure()}


@pytest.mark.parametrize(
    ("latent", "z", "told"),
    [
        (Contains(), 3, "the digit 3 occurs"),
        (Lacks(), 3, "the digit 3 does not occur"),
        (Run(), 1, "consecutive"),
        (Run(), 2, "2 apart"),
        (SumClass(modulus=2), 1, "is odd"),
        (SumClass(modulus=3), 0, "divisible by 3"),
        (SumClass(modulus=3), 2, "remainder 2"),
        (Band(highest_low=4), "all_low", "larger than 4"),
        (Extremes(highest=8), "no_extremes", "neither 1 nor 8"),
        (SumBand(low=2), "sum_low", "2 on average"),
    ],
)
def test_descriptions_are_true(latent, z, told):
    assert told in latent.describe(z)


def test_parameters_move_the_bounds():
    game = Mastermind(code_length=3, num_numbers=8)
    low = Band(highest_low=4).members(game, "all_low")
    assert set(low) == set(permutations(range(1, 5), 3))
    inner = Extremes(highest=8).members(game, "no_extremes")
    assert set(inner) == set(permutations(range(2, 8), 3))
    assert Run().members(game, 3) == tuple(
        code for code in permutations(range(1, 9), 3) if sorted(code) in ([1, 4, 7], [2, 5, 8])
    )
    assert all(sum(code) >= 18 for code in SumBand(high=6.0).members(game, "sum_high"))
    assert dict(Contains().support((game,), {})).keys() == set(range(1, 9))


@pytest.mark.parametrize(
    ("make_latent", "sentence"),
    [
        (lambda: Order(value="up"), "order has no value 'up'; it has ascending, strictly"),
        (lambda: Contains(value=0), "contains has no value 0"),
        (lambda: Contains(value=True), "contains has no value True"),
        (lambda: SumClass(modulus=3, value=3), "sum_class has no value 3; it has 0, 1, 2"),
        (lambda: SumClass(modulus=1), "modulus is 1"),
        (lambda: Band(highest_low=0), "highest_low is 0"),
    ],
)
def test_hyperparameters_are_checked(make_latent, sentence):
    with pytest.raises(SpecError, match=sentence):
        make_latent()


def test_other_games_are_refused():
    with pytest.raises(EnvError, match="mastermind alone"):
        Order(value="ascending").task("ascending", context(object()), random.Random(0))


def test_a_preset_and_its_family_draw_equal_sequences(registry):
    preset = environment(registry, "first_is_4").sequence(3)
    family = environment(registry, "first_is", "ep10?latent.value=4").sequence(3)
    assert preset == family


@pytest.mark.parametrize("latent", [Repetition(value="no_repeats"), Adjacency(value="middle_same")])
def test_equal_latents_are_equal_whatever_they_have_drawn(latent):
    fresh = type(latent)(value=latent.value)
    latent.draw((WITH_REPEATS,), random.Random(0))
    assert (fresh, hash(fresh)) == (latent, hash(latent))


# ------------------------------------------------------------------ recordings


@pytest.fixture
def recordings(recorded_data):
    return recorded_data("mastermind")


def test_recorded_tasks_are_drawn_again(registry, recordings):
    for recording in recordings:
        seed = GAME.published_seed(recording["variant"], recording["seed"])
        drawn = environment(registry, recording["latent"], recording["horizon"]).sequence(
            seed, "published"
        )
        recorded = tuple(
            GAME.published_task(config, recording["variant"])
            for config in recording["episode_configs"]
        )
        assert drawn.tasks == recorded, recording["seed"]


def test_recorded_replies_earn_what_was_recorded(recordings):
    kinds = Counter()
    for recording in recordings:
        game = Mastermind(**GAME.published_rules(recording["variant"]))
        messages = recording["conversation"]
        replies = iter([m["content"] for m in messages if m["role"] == "assistant"])
        outcomes = []
        for config in recording["episode_configs"]:
            state, _ = game.start(game.published_task(config, recording["variant"]), 0)
            done = False
            while not done:
                state, result = game.step(state, next(replies) or "")
                done = result.done
                kinds[result.facts["kind"]] += 1
            outcomes.append((state.turns, result.reward))
        assert next(replies, None) is None
        assert [turns for turns, _ in outcomes] == recording["episode_turns"]
        rewards = [reward for _, reward in outcomes]
        assert rewards == pytest.approx(recording["episode_rewards"], abs=1e-9)
    assert kinds["repeat"] > 0
    assert kinds["empty"] > 0
