import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import build_latent
from latentgym_core.sequence.sequence_env import make
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.wordladder.env import LENGTHS, WordLadder
from latentgym_envs.wordladder.graph import graph_of, ladders
from latentgym_envs.wordladder.latents.hub import HubWord, hubs
from latentgym_envs.wordladder.latents.vocabulary import RestrictedVocabulary, vocabularies
from latentgym_envs.wordladder.latents.worded import (
    FamilyContains,
    FamilyEnds,
    FamilyPattern,
    PlaceOrder,
    Substitutions,
)
from latentgym_envs.wordladder.laws import ORDERS, changed_place, places_apart, read_law

NAME = "wordladder"
GAME = WordLadder()
LAWFUL = WordLadder(moves="lawful")
HUBS_OF_3 = """
    cat cut rat ray say nut way sad net bad now not far bed fat war may day but wax bee new low let
    why dry red see put pot ant and art
""".split()
HUBS_OF_4 = """
    cord card cork word cook food care hard boot cold hand worm foot wood book tall cart cake tail
    boat form wine root part wall look sand fork past fold warm work send good lock rail fall coat
    line wire wide side wind rain mine seed talk make last ball
""".split()
SUPPORTS = {
    "order_left_to_right": (164, 261, 15),
    "order_right_to_left": (164, 261, 15),
    "order_outside_in": (439, 518, 15),
    "subs_vowel_swaps": (0, 0, 0),
    "subs_consonant_swaps": (152, 238, 11),
    "subs_alternating": (197, 285, 8),
    "subs_phonetic_group": (24, 29, 1),
    "family_contains_or": (0, 35, 0),
    "family_contains_an": (2, 1, 0),
    "family_contains_at": (3, 2, 0),
    "family_ends_e": (2, 46, 5),
    "family_ends_d": (13, 160, 0),
    "family_pattern_cvcc": (0, 292, 0),
    "family_pattern_cvcv": (0, 46, 0),
}
OTHERS = [
    f"{family}_{length}letter" for family in ("hub_word", "restricted_vocab") for length in LENGTHS
]
UNUSABLE = {
    "subs_vowel_swaps": 0,
    "family_contains_an": 2,
    "family_contains_at": 3,
    "hub_word_5letter": 4,
    "restricted_vocab_5letter": 9,
}


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def environment(registry, latent, query=""):
    return make(f"{NAME}/{latent}/no_info/standard/ep10{query}", registry=registry).environment


def steps_in(task):
    return [(changed_place(old, new), old, new) for old, new in pairwise(task.optimal_path)]


# ------------------------------------------------------------------ published facts


def test_the_published_ids_are_registered_with_their_tiers(registry):
    own = (e.spec for e in registry.latents((NAME,)) if e.spec.core_envs == (NAME,))
    presets = {spec.name: spec for spec in own if spec.preset}
    assert set(presets) == {*SUPPORTS, *OTHERS}
    medium = {name for name in presets if name.startswith(("family_contains", "family_ends", "re"))}
    assert {name for name, spec in presets.items() if spec.tier == "medium"} == medium
    assert {spec.tier for spec in presets.values()} == {"medium", "hard"}


@pytest.mark.parametrize(
    ("length", "edges", "isolated", "pairs"),
    [(3, 100, 15, 757), (4, 190, 71, 1085), (5, 57, 126, 19)],
)
def test_the_published_graphs(length, edges, isolated, pairs):
    near = graph_of("basic", length).neighbours
    assert sum(map(len, near.values())) == 2 * edges
    assert sum(not others for others in near.values()) == isolated
    found = ladders("basic", "basic", length).paths
    assert sum(len(paths[0]) > 2 for (a, b), paths in found.items() if a < b) == pairs
    for (start, target), paths in found.items():
        assert all(path[0] == start and path[-1] == target for path in paths)
        assert len(set(paths)) == len(paths) <= 5
        assert all(places_apart(a, b) == 1 for path in paths for a, b in pairwise(path))


@pytest.mark.parametrize("name", SUPPORTS)
def test_the_published_supports(registry, name):
    sizes = tuple(
        len(latent.members(GAME, latent.value))
        for length in LENGTHS
        for latent in [build_latent(registry, (NAME,), name, {"length": length})]
    )
    assert sizes == SUPPORTS[name]
    assert " / ".join(map(str, sizes)) in registry.latent((NAME,), name).spec.summary


def test_the_true_centre_leaves_other_pairs():
    sizes = [
        len(PlaceOrder(length=length).members(GAME, "outside_in_centred")) for length in LENGTHS
    ]
    assert sizes == [365, 427, 19]


def test_the_published_hubs():
    assert hubs("basic", 3) == tuple(HUBS_OF_3)
    assert hubs("basic", 4) == tuple(HUBS_OF_4)
    assert hubs("basic", 5) == ("shade", "shake", "spade", "plane", "place")
    pairs = {
        length: [len(HubWord(length=length).members(GAME, hub)) for hub in hubs("basic", length)]
        for length in LENGTHS
    }
    assert (pairs[3][0], min(pairs[3]), sum(count >= 10 for count in pairs[3])) == (200, 3, 29)
    assert (max(pairs[4]), min(pairs[4]), sum(count >= 10 for count in pairs[4])) == (271, 7, 48)
    assert max(pairs[5]) == 4


def test_the_published_vocabularies():
    sizes = {
        length: sorted(
            (len(z.split()) for z in set(vocabularies("basic", length, 40))), reverse=True
        )
        for length in LENGTHS
    }
    assert sizes[3] == [40, 7]
    assert sizes[4] == [40, 18, 15, 12, 7]
    assert max(sizes[5]) == 6


@pytest.mark.parametrize(("name", "most"), UNUSABLE.items())
def test_unusable_ids_say_how_many_pairs_there_are_and_what_to_use(registry, name, most):
    with pytest.raises(EnvError, match=rf"leaves {most} pairs .* \?env.pool=common"):
        environment(registry, name).sequence(0)
    if most:
        repeated = environment(registry, name, f"?latent.min_pool={most}").sequence(0)
        assert len(set(repeated.tasks)) == min(most, 10)


def test_a_larger_pool_makes_an_unusable_id_usable(registry):
    sequence = environment(registry, "subs_vowel_swaps", "?env.pool=common").sequence(0)
    assert len(set(sequence.tasks)) == 10
    for task in sequence.tasks:
        assert len(task.optimal_path) >= 3


def test_solutions_are_no_longer_than_the_best_play_in_the_full_graph(registry):
    sequence = environment(
        registry, "order_left_to_right", "?env.graph=full&latent.length=3&env.moves=lawful"
    ).sequence(0)
    graph = graph_of("open", 3)
    for task in sequence.tasks:
        assert {task.start_word, task.target_word} <= graph_of("basic", 3).neighbours.keys()
        best = graph.shortest_path(task.start_word, task.target_word)
        assert task.optimal_steps == len(best) - 1
        assert read_law(task.law).obeyed_by(task.optimal_path)


# ------------------------------------------------------------------ draws


@pytest.mark.parametrize("name", sorted({*SUPPORTS, *OTHERS} - set(UNUSABLE)))
def test_every_usable_preset_draws_lawful_pairs_once(registry, name):
    env = environment(registry, name)
    latent = env.latent
    values = dict(latent.support((GAME,), {}))
    assert math.isclose(sum(map(math.exp, values.values())), 1)
    for seed in range(200):
        sequence = env.sequence(seed)
        assert sequence.z in values
        pairs = {frozenset((task.start_word, task.target_word)) for task in sequence.tasks}
        assert len(pairs) == 10
        law = read_law(latent.law(sequence.z))
        first = sequence.tasks[0]
        known = ladders("basic", "basic", len(first.start_word)).paths
        assert any(map(law.obeyed_by, known[first.start_word, first.target_word]))
        assert 2 <= first.optimal_steps == len(first.optimal_path) - 1 <= 6
    context = TaskContext(GAME, NAME, 9, 10, sequence.tasks[:9])
    left = len(latent.members(GAME, sequence.z)) - 9
    assert latent.log_prob(sequence.tasks[9], sequence.z, context) == pytest.approx(-math.log(left))
    assert latent.log_prob(sequence.tasks[0], sequence.z, context) == -math.inf


def test_hub_solutions_pass_the_hub_and_start_first_in_the_alphabet(registry):
    env = environment(registry, "hub_word_4letter")
    for seed in range(20):
        sequence = env.sequence(seed)
        for task in sequence.tasks:
            assert sequence.z in task.optimal_path[1:-1]
            assert task.start_word < task.target_word
            assert 3 <= task.optimal_steps <= 6


def test_lawful_solutions_obey(registry):
    for name in ("order_right_to_left", "restricted_vocab_3letter", "family_ends_d"):
        env = environment(registry, name, "?env.moves=lawful")
        for task in env.sequence(1).tasks:
            assert task.law
            assert read_law(task.law).obeyed_by(task.optimal_path)
    assert not any(task.law for task in environment(registry, name).sequence(1).tasks)


def test_all_paths_can_be_asked_for():
    some, every = (PlaceOrder(value="left_to_right", paths=paths) for paths in ("some", "all"))
    few = {(t.start_word, t.target_word) for t in every.members(GAME, "left_to_right")}
    assert 0 < len(few) < len(some.members(GAME, "left_to_right"))
    paths = ladders("basic", "basic", 4).paths
    law = read_law("order left_to_right")
    assert all(law.obeyed_by(path) for pair in few for path in paths[pair])


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(
        [
            PlaceOrder(),
            Substitutions(),
            FamilyContains(),
            FamilyEnds(),
            FamilyPattern(),
            HubWord(length=3),
            HubWord(length=4, min_pool=50),
            RestrictedVocabulary(length=3),
            RestrictedVocabulary(size=12, min_size=12),
        ]
    ),
    st.integers(0, 10**6),
)
def test_families_draw_z_from_their_support_and_speak_of_it(latent, seed):
    z = latent.draw((GAME,), random.Random(seed))
    values = dict(latent.support((GAME,), {}))
    assert z in values
    assert z == latent.draw((GAME,), random.Random(seed))
    assert latent.z_from_data(z) == z
    assert len(latent.members(GAME, z)) >= latent.min_pool
    assert latent.describe(z).endswith(".")
    assert latent.disclosure() == type(latent)().disclosure() or "size" in str(latent)


def test_vocabularies_are_as_likely_as_the_words_they_grow_from():
    latent = RestrictedVocabulary(min_pool=1)
    grown = [z for z in vocabularies("basic", 4, 40) if latent.members(GAME, z)]
    for z, log_prior in latent.support((GAME,), {}):
        assert math.exp(log_prior) == pytest.approx(grown.count(z) / len(grown))


@pytest.mark.parametrize(
    ("latent", "parameters"),
    [
        (PlaceOrder, {"value": "upwards"}),
        (HubWord, {"length": 6}),
        (HubWord, {"value": ""}),
        (FamilyEnds, {"paths": "most"}),
        (FamilyEnds, {"min_pool": 0}),
    ],
)
def test_hyperparameters_that_make_no_sense_are_refused(latent, parameters):
    with pytest.raises((SpecError, ValueError)):
        latent(**parameters)


# ------------------------------------------------------------------ laws


@settings(deadline=None)
@given(st.sampled_from(ORDERS), st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_orders_agree_with_their_definition(order, places):
    word, path = "aaaa", ["aaaa"]
    for number, place in enumerate(places):
        word = word[:place] + "bcdefg"[number] + word[place + 1 :]
        path.append(word)
    middle = 1.5 if order == "outside_in_centred" else max(places) / 2
    ranks = {
        "left_to_right": places,
        "right_to_left": [-place for place in places],
    }.get(order, [-abs(place - middle) for place in places])
    assert read_law(f"order {order}").obeyed_by(tuple(path)) == (ranks == sorted(ranks))


@pytest.mark.parametrize(
    ("law", "path", "obeyed"),
    [
        ("subs vowel_swaps", "bat bet but", True),
        ("subs vowel_swaps", "bat bet met", False),
        ("subs consonant_swaps", "bat cat can", True),
        ("subs consonant_swaps", "bay cay cat", True),
        ("subs alternating", "bat bet met", True),
        ("subs alternating", "bat cat can", False),
        ("subs phonetic_group", "bat pat pet", True),
        ("subs phonetic_group", "bat cat", False),
        ("contains an", "car can ban bad", True),
        ("contains an", "car can cat bat", False),
        ("ends d", "cat had bad bar", True),
        ("pattern cvc", "all bat bet bee", True),
        ("hub bat", "cat bat bet", True),
        ("hub bat", "cat can ban", False),
        ("hub bat", "cat bat", False),
        ("vocabulary bat bet", "bat bet", True),
        ("vocabulary bat bet", "cat bat bet", False),
    ],
)
def test_laws(law, path, obeyed):
    assert read_law(law).obeyed_by(tuple(path.split())) == obeyed


@pytest.mark.parametrize("law", ["", "hub", "order upwards", "color red"])
def test_laws_that_do_not_exist(law):
    with pytest.raises(SpecError):
        read_law(law)
