"""Latents that word games share: what they draw, how likely it is, what they refuse."""

import json
import math
import random
from collections import Counter
from functools import cache
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentgym_core import load_registry, make
from latentgym_core.contract.latent import TaskContext
from latentgym_core.contract.told import Upcoming
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.strand import current_strand
from latentgym_core.records.serial import to_data
from latentgym_core.testing import check_core_env
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.latents.categories import PUBLISHED, WIDER
from latentgym_envs.shared.words import ladders, specs
from latentgym_envs.shared.words.meaning import SharedCategory
from latentgym_envs.shared.words.spelling import (
    SharedContains,
    SharedEnd,
    SharedLetterAt,
    SharedPattern,
    SharedStart,
)
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordle.env import Wordle

ALL = "wordle+hangman+wordladder"
FAMILIES = {
    each.family: each
    for each in (
        *(SharedStart, SharedEnd, SharedContains, SharedLetterAt, SharedPattern, SharedCategory),
    )
}
GAMES = {"wordle": Wordle(), "hangman": Hangman(), "wordladder": WordLadder()}
ANIMALS = "ant bee cat cow dog goat pig rat sheep snake worm horse mouse tiger bird fish"


def obeys(family, word, z):
    """The property, said again in other words."""
    kinds = "".join("v" if letter in "aeiou" else "c" for letter in word)
    return {
        "shared_start": lambda: word.startswith(z),
        "shared_end": lambda: word.endswith(z),
        "shared_contains": lambda: word.count(z) > 0,
        "shared_letter_at": lambda: (
            dict(zip(("first", "second", "third"), word, strict=False)).get(z[2:]) == z[0]
        ),
        "shared_pattern": lambda: kinds.startswith(z),
        "shared_category": lambda: word in f"{PUBLISHED[z]} {WIDER[z]}".split(),
    }[family]()


@cache
def environment(games, family, tail):
    return make(f"{games}/{family}/no_info/standard/ep9{tail}").environment


@settings(max_examples=60)
@given(
    games=st.permutations(sorted(GAMES)).flatmap(
        lambda order: st.integers(1, 3).map(lambda number: "+".join(order[:number]))
    ),
    family=st.sampled_from(sorted(FAMILIES)),
    pool=st.sampled_from(("", "&env.pool=common")),
    schedule=st.sampled_from(("alternating", "blocks")),
    seed=st.integers(0, 10**6),
)
def test_every_word_of_every_game_obeys_z(games, family, pool, schedule, seed):
    played = environment(games, family, f"?sequence.schedule={schedule}{pool}")
    sequence = played.sequence(seed)
    assert sequence.z in FAMILIES[family].choices
    assert set(sequence.core_env_names) == set(games.split("+"))
    latent = played.latent
    for index, (name, task) in enumerate(zip(sequence.core_env_names, sequence.tasks, strict=True)):
        game = played.core_envs[name]
        assert isinstance(task, game.task_type)
        assert obeys(family, task.target_word, sequence.z)
        assert task.target_word in latent.pool(game)
        context = TaskContext(game, name, index, 9, sequence.tasks[:index])
        assert -math.inf < latent.log_prob(task, sequence.z, context) <= 0
    assert played.sequence(seed) == sequence


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", GAMES)
def test_tasks_have_the_probability_that_is_said(family, name):
    latent, game = FAMILIES[family](), GAMES[name]
    context = TaskContext(game, name, 0, 1, ())
    values = [z for z, _ in latent.support(tuple(GAMES.values()), {})]
    for z in random.Random(0).sample(values, 3):
        listed = list(latent.task_support(z, context))
        assert len({task for task, _ in listed}) == len(listed)
        assert math.fsum(math.exp(p) for _, p in listed) == pytest.approx(1)
        for task, log_prob in random.Random(1).sample(listed, min(8, len(listed))):
            assert latent.log_prob(task, z, context) == pytest.approx(log_prob)
        words = Counter(task.target_word for task, _ in listed)
        assert set(words) == set(latent.members(game, z))
        drawn = {latent.task(z, context, random.Random(seed)) for seed in range(20)}
        assert drawn <= {task for task, _ in listed}


def test_other_tasks_are_impossible():
    latent = SharedStart()
    for name, game in GAMES.items():
        context = TaskContext(game, name, 0, 1, ())
        task = latent.task("s", context, random.Random(0))
        assert latent.log_prob(task, "b", context) == -math.inf
    game = GAMES["wordladder"]
    task = latent.task("s", TaskContext(game, "wordladder", 0, 1, ()), random.Random(0))
    detour = game.task((*task.optimal_path[:-1], "zzzzz"[: len(task.target_word)]))
    assert latent.log_prob(detour, "s", TaskContext(game, "wordladder", 0, 1, ())) == -math.inf


def test_a_ladder_begins_anywhere_two_to_six_steps_away():
    game = GAMES["wordladder"]
    pairs = {
        (start, target)
        for length in (3, 4, 5)
        for (start, target), paths in game.ladders(length).paths.items()
        if len(paths[0]) > 2
    }
    found = {
        (start, word) for word in ladders.targets(game) for start in ladders.starts(game, word)
    }
    assert found == pairs
    for start, target in random.Random(0).sample(sorted(pairs), 50):
        path = ladders.ladder(game, start, target)
        assert path in game.ladders(len(start)).paths[start, target]


def test_categories_are_those_of_hangman_as_far_as_a_game_can_play_them():
    members = SharedCategory().members(Hangman(pool="common"), "animals")
    assert set(ANIMALS.split()) <= set(members)
    assert {len(word) for word in SharedCategory().members(Wordle(pool="common"), "animals")} == {5}


# ------------------------------------------------------------------ values, presets, refusals


@pytest.mark.parametrize("family", FAMILIES)
def test_values_are_drawn_evenly_from_those_that_every_game_can_play(family):
    latent, games = FAMILIES[family](), tuple(GAMES.values())
    usable = [z for z in latent.choices if min(len(latent.members(game, z)) for game in games) >= 3]
    support = latent.support(games, {})
    assert [z for z, _ in support] == usable
    assert [p for _, p in support] == [-math.log(len(usable))] * len(usable)
    rng = random.Random(0)
    drawn = Counter(latent.draw(games, rng) for _ in range(60 * len(usable)))
    assert set(drawn) == set(usable)
    assert max(drawn.values()) < 2.5 * min(drawn.values())


def test_fewer_games_leave_more_values():
    everything, alone = ((*GAMES.values(),), (GAMES["hangman"],))
    assert len(SharedStart().support(everything, {})) < len(SharedStart().support(alone, {}))


def test_a_preset_fixes_what_is_drawn_and_not_what_is_held_possible():
    fixed, games = SharedStart(value="S"), tuple(GAMES.values())
    assert fixed.value == "s"
    assert {fixed.draw(games, random.Random(seed)) for seed in range(10)} == {"s"}
    assert fixed.support(games, {}) == SharedStart().support(games, {})


@pytest.mark.parametrize(
    ("tail", "sentence"),
    [
        (
            "shared_start?latent.value=q",
            "q does not leave the 3 words that every game needs; q leaves 1 of wordle, 5 of "
            r"hangman, 0 of wordladder\. Use \?env\.pool=common\.",
        ),
        (
            "shared_category?latent.min_pool=50",
            "no value leaves the 50 words that every game needs; objects leaves 17 of wordle, "
            r"53 of hangman, 18 of wordladder\. Use",
        ),
        (
            "shared_end?latent.value=v&env.pool=common",
            "v leaves 2 of wordle, 9 of hangman, 9 of wordladder. Use another value",
        ),
        ("shared_start?wordladder.moves=lawful", "use moves=free, not moves=lawful"),
    ],
)
def test_too_few_words_are_counted(tail, sentence):
    latent, _, parameters = tail.partition("?")
    env = make(f"{ALL}/{latent}/no_info/standard/ep3?{parameters}")
    with pytest.raises(EnvError, match=sentence):
        env.reset(0)


def test_a_family_without_values_believes_in_nothing():
    latent = SharedCategory(min_pool=500)
    assert latent.support(tuple(GAMES.values()), {}) == []
    assert latent.beliefs(GAMES, {}, ()).refuted
    visible = GAMES["wordle"].visible(GAMES["wordle"].task("house"))
    assert latent.foresee(GAMES, Upcoming("wordle", visible, 0, 2), ()).refuted
    context = TaskContext(GAMES["wordle"], "wordle", 0, 1, ())
    assert SharedStart().log_prob(GAMES["wordle"].task("house"), "x", context) == -math.inf


def test_unknown_values_and_other_games_are_refused():
    with pytest.raises(SpecError, match="'xyz'; shared_category has the values animals, colors"):
        SharedCategory(value="xyz")
    with pytest.raises(SpecError, match="serves wordle, hangman, wordladder, not bandits"):
        make("bandits/shared_start")
    with pytest.raises(EnvError, match="hangman, wordle, wordladder, not for object"):
        SharedStart().draw((object(),), random.Random(0))


@pytest.mark.parametrize("spec", specs.LATENTS, ids=lambda spec: spec.name)
def test_everything_registered_can_be_played_in_every_combination(spec):
    assert spec.summary
    assert spec.tier in ("easy", "medium", "hard")
    assert spec.preset == bool(spec.params)
    for games in ("wordle+hangman", "hangman+wordladder", "wordladder+wordle", "hangman", ALL):
        played = make(f"{games}/{spec.name}/no_info/standard/ep4").environment
        sequence = played.sequence(1)
        assert spec.params.get("value", sequence.z) == sequence.z
        latent = played.latent
        assert latent.z_from_data(json.loads(json.dumps(to_data(sequence.z)))) == sequence.z


# ------------------------------------------------------------------ inference


def would_have_told(environment, name, task, told):
    """Whether a task would have looked and answered as a finished one did."""
    game = environment.core_envs[name]
    if game.visible(task) != told.visible:
        return False
    state, _ = game.start(task, 0)
    for reply, facts in zip(told.replies, told.turns, strict=True):
        state, result = game.step(state, reply)
        if result.facts != facts:
            return False
    return True


def by_hand(environment, history):
    """Bayes' theorem, task by task."""
    latent, games = environment.latent, tuple(environment.core_envs.values())
    weights = {}
    for z, log_prior in latent.support(games, {}):
        weights[z] = math.exp(log_prior)
        for index, told in enumerate(history):
            name = told.core_env_name
            context = TaskContext(environment.core_envs[name], name, index, 9, ())
            weights[z] *= math.fsum(
                math.exp(log_prob)
                for task, log_prob in latent.task_support(z, context)
                if would_have_told(environment, name, task, told)
            )
    total = sum(weights.values())
    return [weight / total for weight in weights.values()]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_posterior_is_exact_also_where_words_stay_hidden(family):
    """Played by a bad player without being told the words, so that much stays open."""
    env = make(f"{ALL}/{family}/no_info/standard/ep6?wordladder.max_turns=2")
    environment = env.environment
    replies = {
        "wordle": ["[house]", "[nothing]", "[train]"],
        "hangman": ["[e]", "[t]", "[zebra]", "[a]"],
        "wordladder": ["[x]", "?"],
    }
    env.reset(3)
    while not env.done:
        view = env.view
        env.step(replies[view.core_env_name][len(view.turns) % len(replies[view.core_env_name])])
    for known in (1, 2, 3, 6):
        history = env.history[:known]
        held = environment.latent.beliefs(environment.core_envs, {}, history)
        assert list(held.probabilities) == pytest.approx(by_hand(environment, history))


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_told_weighs_what_the_tasks_weigh(family):
    """Where tasks are revealed, evidence is the probability of the tasks themselves."""
    env = make(f"{ALL}/{family}/no_info/information/ep6?wordladder.max_turns=2")
    games, latent = env.environment.core_envs, env.environment.latent
    env.reset(2)
    while not env.done:
        env.step("[about]")
    held = latent.beliefs(games, {}, env.history)
    for z, log_likelihood in zip(held.values, held.log_likelihood, strict=True):
        contexts = (
            TaskContext(games[name], name, index, 6, ())
            for index, name in enumerate(env.sequence.core_env_names)
        )
        log_probs = map(latent.log_prob, env.sequence.tasks, repeat(z), contexts)
        assert log_likelihood == pytest.approx(sum(log_probs))


def test_what_is_foreseen_of_a_word_is_the_mixture_over_z():
    env = make(f"{ALL}/shared_start/no_info/information/ep6")
    env.reset(0)
    for _ in range(2):
        index = env.task_index
        while env.task_index == index:
            env.step("[about]")
    here = current_strand(env.view)
    latent, game = env.environment.latent, env.view.core_env
    held = latent.beliefs(env.environment.core_envs, {}, here.tasks)
    assert held.probabilities.max() == 1  # a word was told
    z = held.values[held.probabilities.argmax()]
    fitting = held_possible(latent, game, env.view, z)
    assert dict(here.foresee().items()) == pytest.approx(fitting)
    assert dict(here.foresee("b").items()) == pytest.approx(
        held_possible(latent, game, env.view, "b")
    )


def held_possible(latent, game, view, z):
    """What z and the target that everybody is told leave: the ladder to it."""
    target = view.visible["target"]
    if target not in latent.members(game, z):
        return {}
    return {("", ladders.ladder(game, view.visible["start"], target)): 1.0}


def test_the_target_of_a_ladder_tells_the_letter_to_the_other_games():
    env = make("wordladder+hangman/shared_start/no_info/standard/ep2")
    for seed in range(10):
        env.reset(seed)
        while env.task_index == 0:
            env.step("[x]")
        law = current_strand(env.view).foresee()
        assert {word[0] for word, _ in law.items()} == {env.sequence.z}
        length = env.view.visible["length"]
        assert {len(word) for word, _ in law.items()} == {length}


# ------------------------------------------------------------------ what agents are told


def test_the_opening_is_neutral_and_rules_come_when_the_game_changes():
    env = make(f"{ALL}/shared_category/full_info/information/ep4")
    opening = " ".join(message["content"] for message in env.reset(0)).lower()
    rules = {
        name: env.environment.core_envs[name].rules(task)
        for name, task in zip(env.sequence.core_env_names, env.sequence.tasks, strict=True)
    }
    assert rules["wordle"].lower() in opening
    for later in ("hangman", "ladder", "lives", "board", "step"):
        assert later not in opening
    told = {}
    while not env.done:
        index = env.task_index
        answer = env.step("[about]")
        if env.task_index != index and not env.done:
            told[env.task_index] = answer.event.opening
    for index, text in told.items():
        assert rules[env.sequence.core_env_names[index]] in text


@pytest.mark.parametrize("family", FAMILIES)
def test_texts_tell_as_much_as_they_should(family):
    latent = FAMILIES[family]()
    z = latent.choices[-1]
    assert str(len(latent.choices)) in latent.disclosure()
    assert latent.describe(z) != latent.describe(latent.choices[0])
    for text in (latent.hint(), latent.disclosure(), latent.describe(z)):
        assert text.endswith(".")
        assert not any(name in text.lower() for name in ("hangman", "wordle", "ladder"))


@pytest.mark.parametrize("subject", ["wordle/shared_start", "wordladder/shared_letter_at"])
def test_the_contract(subject):
    name, latent = subject.split("/")
    results = check_core_env(name, load_registry(), latent=latent, seeds=20)
    assert [result for result in results if result.failed] == []
