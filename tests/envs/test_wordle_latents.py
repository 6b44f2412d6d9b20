import json
import math
import random
from collections import Counter

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
from latentgym_envs.wordle import specs
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.latents.shape import UniqueLetters
from latentgym_envs.wordle.latents.spelling import (
    Contains,
    Double,
    MultiPosition,
    Position,
    StartsWith,
)
from latentgym_envs.wordle.presets import presets
from latentgym_envs.words.letters import edit_distance

NAME = "wordle"
GAME, BASIC, COMMON = (Wordle(pool=pool) for pool in ("published", "basic", "common"))
PRESETS = {preset.name: preset for preset in presets()}
FAMILIES = [spec for spec in specs.LATENTS if not spec.preset]
SPECS = {spec.name: spec for spec in specs.LATENTS if spec.preset}
BASIC_COUNTS = {  # words of all 192 five-letter words, which the summaries do not tell
    "vowel_count_{}": "0:0 1:57 2:121 3:14 4:0",
    "{}_repeated_letters": "no:143 multiple:3",
    "unique_letters_{}": "3:4 4:45 5:143",
    "double_{}": "E:6 L:4 S:4 O:5 T:0 F:2 R:2 N:0 P:2 D:0",
    "{}": "has_double_letter:25 common_letters_only:45 has_rare_letter:134 "
    "vowel_odd_positions:21 vowel_even_positions:1 vowels_clustered:60 first_half_alphabet:6 "
    "second_half_alphabet:2 mixed_balanced:105 consonant_cluster_start:69 vowel_start:19 "
    "single_consonant_start:78",
    "starts_with_{}": "S:40 B:15 P:13 C:18 M:7 D:6 R:6",
    "cluster_start_{}-cluster": "BR:7 ST:11 TR:3 GR:5 PR:3 CH:5 SH:9 TH:4 BL:3 CL:5 FL:2 PL:4 "
    "SL:2 SP:3 SC:2",
    "contains_{}": "EA:12 OU:14 AI:7 OO:5 EE:6 ER:18 AR:8 OR:9 ING:1 TION:0",
    "pattern_{}": "CVCVC:19 CVCCV:13 VCCVC:7",
    "ending_{}": "ER:11 LY:2 ED:3 AL:2 LE:6 NT:6 ST:4 CH:3 SH:3 TH:9 NG:4 ND:3 SE:9",
    "letter_freq_{}": "high:50 medium:138 low:4",
    "near_{}": "CRANE:7 STALE:16 PROUD:4 SLATE:14 RAISE:4 ROAST:0 TEARS:1",
    "multi_position_{}": "S_start_E_end:14 R_at_1_N_at_3:4 A_at_2:40 T_start_E_end:4 "
    "S_start_T_end:5 B_start_E_end:2 C_start_E_end:3 P_start_E_end:7 A_at_1_T_end:1 "
    "E_at_1_R_end:0 O_at_1_T_end:2 A_at_2_E_end:18 I_at_2_T_end:7 O_at_2_T_end:3 "
    "S_start_S_end:0 T_start_T_end:2",
    "category_{}": "fruits:2 body_parts:4 colors:4 animals:3 food:3 tools:3 clothing:4 nature:6 "
    "buildings:2 emotions:3 weather:1 metals:2",
    "attribute_{}": "actions:4 abstract_concepts:4 time_related:3 size_descriptors:4 "
    "materials:6 quantities:1",
}


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def environment(registry, latent, tail="ep10"):
    return make(f"{NAME}/{latent}/no_info/standard/{tail}", registry=registry).environment


def built(name):
    return SPECS[name].load()(**SPECS[name].params)


def count(name, game):
    latent = built(name)
    return len(latent.members(game, latent.value))


# ------------------------------------------------------------------ presets


def test_every_published_id_is_there():
    assert len(SPECS) == 165
    assert Counter(spec.tier for spec in SPECS.values()) == {"easy": 24, "medium": 84, "hard": 57}
    assert all(spec.structure == "iid" and spec.source for spec in SPECS.values())
    assert {built(name).family for name in SPECS} == {spec.name for spec in FAMILIES}


@pytest.mark.parametrize("name", PRESETS)
def test_summaries_tell_the_true_number_of_words(name):
    preset = PRESETS[name]
    assert count(name, GAME) == preset.count
    assert f"{preset.count or 'none'} of 156" in SPECS[name].summary
    assert ("so they repeat" in preset.summary) == (0 < preset.count < 10)


@pytest.mark.parametrize("pattern", BASIC_COUNTS)
def test_numbers_of_all_basic_words(pattern):
    for pair in BASIC_COUNTS[pattern].split():
        value, expected = pair.split(":")
        assert count(pattern.format(value), BASIC) == int(expected), value


def test_empty_presets_say_so_and_what_to_use(registry):
    empty = [preset for preset in PRESETS.values() if not preset.count]
    assert len(empty) == 16
    for preset in empty:
        with pytest.raises(EnvError, match="leaves 0 of 156") as error:
            environment(registry, preset.name).sequence(0)
        advice = "?" + preset.summary.partition("?")[2].rstrip(".")
        assert str(error.value).endswith(f" {advice}.")
        rescued = environment(registry, preset.name, f"ep10{advice}").sequence(0)
        latent = built(preset.name)
        assert all(latent.accepts(task.target_word, latent.value) for task in rescued.tasks)


@pytest.mark.parametrize("alias", [each.name for each in PRESETS.values() if each.alias])
def test_aliases_draw_equal_sequences(registry, alias):
    first = PRESETS[alias].alias
    for seed in range(3):
        assert environment(registry, alias).sequence(seed) == (
            environment(registry, first).sequence(seed)
        )


def test_the_aliases_are_the_known_ones():
    assert {name: each.alias for name, each in PRESETS.items() if each.alias} == {
        "unique_letters_5": "no_repeated_letters",
        "contains_EE": "double_E",
        "contains_OO": "double_O",
        "position_S_at_0": "starts_with_S",
        "position_R_at_0": "starts_with_R",
        "multi_position_A_at_2": "position_A_at_2",
    }


# ------------------------------------------------------------------ laws


def draw(latent, game=GAME, seed=0, num_tasks=12):
    rng, tasks = random.Random(seed), ()
    z = latent.draw((game,), rng)
    for index in range(num_tasks):
        tasks += (latent.task(z, TaskContext(game, NAME, index, num_tasks, tasks), rng),)
    return z, tasks


families = st.sampled_from([spec.load()() for spec in FAMILIES])
games = st.sampled_from([GAME, BASIC, COMMON])


@settings(max_examples=60, deadline=None)
@given(families, games, st.integers(0, 2**32))
def test_open_families_draw_words_of_their_value(latent, game, seed):
    z, tasks = draw(latent, game, seed)
    members = latent.members(game, z)
    words = [task.target_word for task in tasks]
    assert z in latent.choices
    assert set(words) <= set(members) <= set(game.candidates())
    assert len(set(words)) == min(len(members), len(words))  # none comes twice before all came
    assert all(task == game.task(task.target_word) for task in tasks)
    assert from_data(latent.z_type, json.loads(json.dumps(to_data(z)))) == z


@settings(max_examples=40, deadline=None)
@given(families, st.integers(0, 2**32))
def test_likelihoods_are_laws(latent, seed):
    z, tasks = draw(latent, GAME, seed, num_tasks=4)
    context = TaskContext(GAME, NAME, 3, 4, tasks[:3])
    every = (latent.log_prob(GAME.task(word), z, context) for word in GAME.candidates())
    assert math.fsum(map(math.exp, every)) == pytest.approx(1)
    assert latent.log_prob(tasks[3], z, context) > -math.inf
    support = dict(latent.support((GAME,), GAME.visible(tasks[0])))
    assert z in support
    assert math.fsum(map(math.exp, support.values())) == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(families, st.integers(0, 2**32))
def test_texts_tell_what_they_may(latent, seed):
    z = latent.draw((GAME,), random.Random(seed))
    for text in (latent.describe(z), latent.disclosure(), latent.hint()):
        assert text[0].isupper()
        assert text.endswith(".")
    assert str(len(latent.choices)) in latent.disclosure()


def test_descriptions_are_specific():
    said = {name: built(name).describe(built(name).value) for name in SPECS}
    different = Counter(said.values())
    aliases = sum(bool(preset.alias) for preset in PRESETS.values())
    assert len(different) == 165 - aliases
    assert "E as its 5th letter" in said["position_E_at_4"]
    assert "S as its 1st letter and E as its last" in said["multi_position_S_start_E_end"]
    assert "above 7 %" in said["letter_freq_high"]
    assert "2 edits" in said["near_CRANE"]
    assert "CRANE" in said["near_CRANE"]
    assert "animals" in said["category_animals"]
    assert not any(word in said["category_animals"].lower() for word in ("horse", "tiger"))


def test_other_values_of_the_same_form_may_be_fixed():
    assert Position(value="Y_at_4").members(GAME, "y_at_4")[0].endswith("y")
    assert Contains(value="igh").members(GAME, "igh")
    placed = MultiPosition(value="B_at_0_K_end")
    assert set(placed.members(COMMON, placed.value)) >= {"black", "brick", "break"}
    assert UniqueLetters(value=4).value == "4"


@pytest.mark.parametrize(
    ("family", "value"),
    [(StartsWith, "ab"), (Double, "?"), (Position, "e"), (MultiPosition, "e_at"), (Contains, "")],
)
def test_other_values_are_refused(family, value):
    with pytest.raises(SpecError, match=family.family):
        family(value=value)


def test_longer_words(registry):
    sequence = environment(registry, "ending_ER", "ep5?env.word_length=7&env.pool=common").sequence(
        0
    )
    assert all(len(task.target_word) == 7 for task in sequence.tasks)
    assert all(task.target_word.endswith("er") for task in sequence.tasks)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_edit_distance_is_a_distance(one, other):
    distance = edit_distance(one, other)
    assert distance == edit_distance(other, one)
    assert (distance == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance <= max(len(one), len(other))
    assert edit_distance(one + "x", other) <= distance + 1


@pytest.mark.parametrize(
    ("one", "other", "distance"), [("crane", "rance", 2), ("stale", "least", 4), ("ab", "ba", 2)]
)
def test_known_edit_distances(one, other, distance):
    assert edit_distance(one, other) == distance


# ------------------------------------------------------------------ recordings


@pytest.fixture(scope="module")
def recordings(recorded_data):
    return list(recorded_data("wordle"))


def test_recorded_tasks_are_drawn_again(registry, recordings):
    for recording in recordings:
        seed = GAME.published_seed(recording["variant"], recording["seed"])
        drawn = environment(registry, recording["latent"], recording["horizon"])
        recorded = tuple(GAME.published_task(each, "") for each in recording["episode_configs"])
        assert drawn.sequence(seed, "published").tasks == recorded, recording["file"]


def replay(recording):
    """Turn count and reward of every task that the recorded replies finish."""
    game = Wordle(**GAME.published_rules(recording["variant"]))
    tasks = (game.published_task(each, "") for each in recording["episode_configs"])
    outcomes, state = [], game.start(next(tasks), 0)[0]
    for message in recording["conversation"]:
        if message["role"] == "assistant":
            state, result = game.step(state, message["content"])
            if result.done:
                outcomes.append((state.turns, result.reward))
                task = next(tasks, None)
                state = task and game.start(task, 0)[0]
    return outcomes


def test_recorded_replies_earn_what_was_recorded(recordings):
    for recording in recordings:
        expected = [(each["turns"], each["reward"]) for each in recording["episode_outcomes"]]
        for (turns, reward), (then, earned) in zip(replay(recording), expected, strict=True):
            assert turns == then, recording["file"]
            assert reward == pytest.approx(earned, abs=1e-9), recording["file"]
