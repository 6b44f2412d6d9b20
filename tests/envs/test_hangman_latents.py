"""Presets and families: true sizes, draws, likelihoods, refusals, words."""

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
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.hangman import specs
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.latents import categories
from latentgym_envs.hangman.latents.categories import Category
from latentgym_envs.hangman.latents.property import FAMILIES, Property
from latentgym_envs.hangman.latents.shape import (
    Difficulty,
    Length,
    LetterFrequency,
    Repetition,
    VowelCount,
    VowelShare,
)
from latentgym_envs.hangman.latents.spelling import Cluster, Contains, Double, Ending, StartsWith
from latentgym_envs.hangman.presets import presets
from latentgym_envs.hangman.task import Task
from latentgym_envs.words import words

GAME, LARGE = Hangman(), Hangman(pool="common")
PRESETS = tuple(presets())


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def environment(registry, latent, rest="no_info/standard/ep10"):
    return make(f"hangman/{latent}/{rest}", registry=registry).environment


# ------------------------------------------------------------------ the catalogue


def test_the_catalogue_is_the_published_one():
    listed = [spec for spec in specs.LATENTS if spec.preset]
    assert len({spec.name for spec in listed}) == len(listed) == 105
    assert Counter(spec.tier for spec in listed) == {"easy": 23, "medium": 51, "hard": 31}
    assert [spec.name for spec in listed if spec.structure == "control"] == ["all_words"]
    families = {spec.name for spec in specs.LATENTS if not spec.preset and not spec.params}
    assert families == {*FAMILIES, "property"} == set(specs.FACTORIES)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_has_the_words_it_says(preset):
    latent = FAMILIES[preset.family]
    found = latent.members(GAME, preset.value)
    assert len(found) == preset.count
    assert len(latent.members(LARGE, preset.value)) >= 30
    assert (str(preset.count) if preset.count else "env.pool=common") in preset.summary
    assert ("fewer than N" in preset.summary) == (0 < preset.count < 10)
    assert Property().members(GAME, preset.name) == found


@pytest.mark.parametrize(
    ("latent", "value", "inside", "outside"),
    [
        (Length(), "11_plus", "information", "complexity"),
        (Length(), "short", "hands", "fabric"),
        (VowelCount(), "0", "rhythm", "army"),
        (VowelCount(), "6_plus", "organization", "education"),
        (VowelShare(), "vowel_heavy", "idea", "iron"),
        (VowelShare(), "consonant_heavy", "ant", "iron"),
        (VowelShare(), "low", "spring", "card"),  # exactly a quarter is not low
        (Ending(), "ABLE", "able", "tables"),
        (Contains(), "Q", "liquid", "kick"),
        (Double(), "E", "sleep", "these"),
        (Repetition(), "has_double_letter", "good", "dad"),
        (Repetition(), "has_repeated_letters", "dad", "day"),
        (Cluster(), "any", "straight", "knife"),
        (Cluster(), "st", "street", "spring"),
        (LetterFrequency(), "high", "tea", "jump"),
        (LetterFrequency(), "low", "jump", "tea"),
        (Category(), "animals", "cat", "table"),
        (Difficulty(), "hard", "complex", "complete"),
    ],
)
def test_predicates(latent, value, inside, outside):
    assert latent.accepts(inside, value)
    assert not latent.accepts(outside, value)


def test_wider_categories_leave_the_published_ones_alone():
    basic, common = set(words("basic")), set(words("common"))
    for name, listed in categories.WIDER.items():
        wider = listed.split()
        assert len(wider) == len(set(wider)), name
        assert not basic.intersection(wider), name
        assert common.issuperset(wider), name


# ------------------------------------------------------------------ draws


def test_every_preset_draws_sequences_or_says_what_to_use(registry):
    for preset in PRESETS:
        drawn = environment(registry, preset.name, "no_info/standard/ep2")
        family = FAMILIES[preset.family]
        if not preset.count:
            with pytest.raises(EnvError, match=r"0 of 850.*env\.pool=common"):
                drawn.sequence(0)
            drawn = environment(registry, preset.name, "no_info/standard/ep2?env.pool=common")
        for seed in range(200):
            sequence = drawn.sequence(seed)
            assert sequence.z == preset.value
            assert all(family.accepts(task.target_word, preset.value) for task in sequence.tasks)


def test_open_families_draw_all_their_usable_values(registry):
    drawn = environment(registry, "ending")
    values = Counter(drawn.sequence(seed).z for seed in range(300))
    assert set(values) == set(Ending.choices) - {"LESS"}
    enough = environment(registry, "ending", "no_info/standard/ep10?latent.min_pool=10")
    assert {enough.sequence(seed).z for seed in range(100)} == {"ING", "TION", "ER", "MENT"}


def test_presets_and_parameters_draw_equal_sequences(registry):
    spelled = environment(registry, "cluster", "no_info/standard/ep10?latent.value=CH")
    for name in ("cluster_ch", "cluster_CH"):
        assert environment(registry, name).sequence(3) == spelled.sequence(3)
    numbered = environment(registry, "length", "no_info/standard/ep10?latent.value=5")
    assert numbered.sequence(3) == environment(registry, "length_5").sequence(3)


def test_tasks_follow_the_rules_of_the_game(registry):
    rest = "no_info/standard/ep3?env.lives=3&env.max_turns=9&env.pool=common"
    tasks = environment(registry, "starts_with_S", rest).sequence(0).tasks
    assert {(task.lives, task.max_turns) for task in tasks} == {(3, 9)}
    assert any(task.target_word not in words("basic") for task in tasks)


def test_unknown_values_are_refused():
    with pytest.raises(SpecError, match=r"'%'; starts_with has the values A, B"):
        StartsWith(value="%")


def test_other_games_are_refused(registry):
    with pytest.raises(EnvError, match="for hangman, not for"):
        StartsWith().members(object(), "S")


# ------------------------------------------------------------------ inference


@given(st.sampled_from(PRESETS), st.integers(0, 2**32))
def test_drawn_words_have_their_likelihood(preset, seed):
    if not preset.count:
        return
    latent = FAMILIES[preset.family]
    context = TaskContext(GAME, "hangman", 0, 10, ())
    task = latent.task(preset.value, context, random.Random(seed))
    assert latent.log_prob(task, preset.value, context) == pytest.approx(-math.log(preset.count))
    assert latent.log_prob(Task(target_word="zzz"), preset.value, context) == -math.inf


def test_a_preset_does_not_give_its_value_away(registry):
    spec = registry.latent(("hangman",), "ending_ABLE").spec
    latent = construct(spec, spec.params)
    support = dict(latent.support((GAME,), {}))
    assert set(support) == set(Ending.choices) - {"LESS"}
    assert sum(map(math.exp, support.values())) == pytest.approx(1)
    assert latent.num_values((GAME, LARGE), {}) == 10
    assert "ABLE" not in latent.disclosure() + latent.hint()


@pytest.mark.parametrize("latent", [*FAMILIES.values(), Property()], ids=lambda each: each.family)
def test_words_about_z(latent):
    said = [latent.describe(value) for value in latent.values()]
    assert len(set(said)) == len(said)
    assert all(text.startswith("Every hidden word ") and text.endswith(".") for text in said)
    assert str(len(said)) in latent.disclosure()
    assert latent.z_from_data(latent.choices[0]) == latent.choices[0]
