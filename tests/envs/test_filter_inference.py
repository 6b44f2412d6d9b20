"""What can be known of z where tasks are filtered words and codes, and who makes use of it."""

import itertools
import math
import random

import pytest
from attrs import evolve

from latentgym_core.contract.latent import TaskContext
from latentgym_core.contract.player import Appraisal
from latentgym_core.contract.view import Truth
from latentgym_core.families.beliefs import Listed
from latentgym_core.families.foresight import general_law
from latentgym_core.families.hypotheses import Candidates
from latentgym_core.families.strand import current_strand
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.posterior.knowledge import knowledge
from latentgym_core.inference.posterior.spaces import DECLARED, Space, begin, declared_space
from latentgym_core.inference.replaying import walk
from latentgym_core.recordings.agreement import attempt_replays
from latentgym_core.recordings.files import find_recordings
from latentgym_core.registry.registry import load_registry
from latentgym_core.sequence.environment import build_environment, build_latent, construct
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.sequence.stored import environment_for

GAMES = ("mastermind", "hangman", "wordle", "wordladder")
NUM_RECORDINGS = 4  # of each game

SMALL = (
    ("mastermind/first_is/some_info/standard/ep4?env.num_numbers=5&env.max_turns=2", "random"),
    ("mastermind/sum_class/some_info/standard/ep4?env.code_length=3&env.max_turns=3", "quoting"),
    ("mastermind/first_not_equals_last/some_info/information/ep2?env.max_turns=2", "blind"),
    ("hangman/category/some_info/standard/ep4?env.lives=2", "fixed_order"),
    ("hangman/starts_with_S/some_info/information/ep3?env.lives=2", "blind"),
    ("hangman/length_5/some_info/standard/ep3?env.word_guesses=false&env.lives=3", "blind"),
    ("hangman/alternating/some_info/standard/ep4?latent.of=starts_with_S+ends_with_E", "blind"),
    ("wordle/category/some_info/standard/ep4?env.max_turns=4", "noisy"),
    ("wordle/starts_with_S/some_info/information/ep4?env.max_turns=2", "noisy"),
    ("wordle/category_metals/some_info/standard/ep6?env.max_turns=4", "noisy"),
    ("wordle/cyclic/some_info/standard/ep4?latent.of=category_metals+contains_EA", "consistent"),
    ("wordladder/hub_word_3letter/some_info/standard/ep4", "greedy"),
    ("wordladder/restricted_vocab_4letter/some_info/information/ep4", "blind"),
    ("wordladder/order/some_info/standard/ep4?env.moves=lawful", "greedy"),
    ("wordladder/family_contains_an/some_info/standard/ep4?latent.min_pool=2", "blind"),
)
ROOMY = (
    "mastermind/all_odd/some_info/standard/ep6?env.duplicates_allowed=true",
    "hangman/starts_with_S/some_info/standard/ep6",
    "wordle/starts_with_S/some_info/standard/ep6",
    "wordladder/hub_word_4letter/some_info/standard/ep6?env.moves=lawful",
)
RELATIONS = ("greater_than", "less_than", "not_equals")
CARELESS = {
    "mastermind": "random",
    "hangman": "fixed_order",
    "wordle": "noisy",
    "wordladder": "greedy",
}


@pytest.fixture(scope="module")
def registry():
    return load_registry()


def player_of(registry, game, name):
    return construct(registry.agent(f"scripted/{name}", (game,)).spec, {})


def played(registry, env_id, name, seed=0):
    """A sequence that a scripted player has played."""
    env = SequenceEnv(build_environment(registry.complete(env_id)))
    env.reset(seed)
    (game,) = env.environment.core_envs
    player, rng = player_of(registry, game, name), random.Random(seed)
    while not env.done:
        truth = Truth(env.sequence.z, env.sequence.tasks[env.task_index])
        env.step(player.act(env.view, truth, rng))
    return env.trajectory


def followed(registry, trajectory, space=Space()):  # noqa: B008 - frozen
    environment = environment_for(registry.complete(trajectory.env_id), trajectory.tasks, registry)
    walked = walk(environment, trajectory)
    tracker, z = begin(space, environment, walked.sequence, walked.z)
    return tracker, walked.tasks, z


def numbers(known):
    """Everything that is known, as one list."""
    return [
        number
        for task in known
        for number in (
            *(task.entropy_before, task.entropy_after, task.information, task.log2_prob_z),
            *itertools.chain.from_iterable(task.by_turn),
        )
    ]


def surprise(beliefs):
    """Bits that the rarest value of z would tell; the entropy if all are alike."""
    if isinstance(beliefs, Listed):
        return -float(beliefs.log_prior.min()) / math.log(2)
    return sum(map(surprise, beliefs.parts))


# ------------------------------------------------------------------ posterior


@pytest.mark.parametrize(("env_id", "player"), SMALL)
def test_fast_and_general_path_agree(registry, env_id, player):
    trajectory = played(registry, env_id, player)
    fast, tasks, z = followed(registry, trajectory)
    general, _, _ = followed(registry, trajectory, Space(general=True))
    assert (fast.general, general.general) == (False, True)
    by_family, by_playing = knowledge(fast, tasks, z), knowledge(general, tasks, z)
    assert [len(each.by_turn) for each in by_playing] == [len(each.replies) for each in tasks]
    assert numbers(by_family) == pytest.approx(numbers(by_playing), abs=1e-9)
    for task in tasks:
        fast, general = (
            fast.after(Candidates(task.evidence)),
            general.after(Candidates(task.evidence)),
        )
        assert fast.beliefs.log_evidence == pytest.approx(general.beliefs.log_evidence, abs=1e-9)


@pytest.mark.parametrize(("env_id", "player"), SMALL)
def test_no_more_is_learned_than_was_unknown(registry, env_id, player):
    prior, tasks, z = followed(registry, played(registry, env_id, player, seed=1))
    tracker = prior
    for task in tasks:
        tracker = tracker.after(Candidates(task.evidence))
        gained = tracker.beliefs.information_since(prior.beliefs)
        assert 0 <= gained <= surprise(prior.beliefs) + 1e-9
        assert tracker.log2_prob(z) > -math.inf


def test_words_that_stay_hidden_by_brute_force(registry):
    """Every order in which a category's words may come is played against the same guesses."""
    trajectory = played(registry, "wordle/category/some_info/standard/ep3?env.max_turns=2", "noisy")
    tracker, tasks, _ = followed(registry, trajectory)
    assert [task.evidence.known for task in tasks] != [True] * 3
    (game,) = tasks[0].starts[0].environment.core_envs.values()
    family = build_latent(registry, ("wordle",), "category", {})

    def answers_alike(word, task):
        state, _ = game.start(game.task(word), 0)
        for reply, answer in zip(task.replies, task.evidence.answers, strict=True):
            state, result = game.step(state, reply)
            if result.observation != answer.observation:
                return False
        return True

    weights = {}
    for value, _ in family.support((game,), {}):
        orders = list(itertools.permutations(family.members(game, value), 3))
        repeats = orders or [
            (*pair, third)
            for pair in itertools.permutations(family.members(game, value))
            for third in pair
        ]
        alike = sum(all(map(answers_alike, order, tasks)) for order in repeats)
        weights[value] = alike / len(repeats)
    for task in tasks:
        tracker = tracker.after(Candidates(task.evidence))
    for value, weight in weights.items():
        expected = math.log2(weight / sum(weights.values())) if weight else -math.inf
        assert tracker.log2_prob(value) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kept", [(2, 3), (0, 3), (3,), (1, 2)])
def test_words_that_are_forgotten_count_among_those_that_came(registry, kept):
    """In a family of few words, which come again when all have been: as by the general path."""
    few = "wordle/category_metals/some_info/information/ep5?latent.min_pool=2"
    environment = build_environment(registry.complete(few), registry)
    env, (game,) = SequenceEnv(environment), environment.core_envs.values()
    assert len(environment.latent.members(game, "metals")) < 4
    for seed in range(4):
        env.reset(seed)
        while env.task_index < 4:
            env.step("[about]")
        told = tuple(task for task in env.history if task.index in kept)
        here = current_strand(evolve(env.view, history=told))
        family, games = here.latent.opened(), environment.core_envs
        law = family.foresee(games, here.upcoming, told, "metals")
        general = general_law(family, games, here.upcoming, told, "metals")
        assert not general.refuted
        assert dict(law.items()) == pytest.approx(dict(general.items()))
        held = family.beliefs(games, env.view.visible, told)
        assert held.log2_prob("metals") > -math.inf
        assert not family.foresee(games, here.upcoming, told).refuted


@pytest.mark.parametrize("game", GAMES)
def test_families_say_what_inference_needs(registry, game):
    (core_env,) = build_environment(registry.complete(game)).core_envs.values()
    assert core_env.solving_reveals == (game != "wordladder")
    preset = build_latent(registry, (game,), registry.complete(game).latent, {})
    family = preset.opened()
    assert family.value is None
    assert family.uses_history == (game in ("wordle", "wordladder"))
    (z, _), *_ = family.support((core_env,), {})
    first = family.task(z, TaskContext(core_env, game, 0, 5, ()), random.Random(0))
    context = TaskContext(core_env, game, 1, 5, (first,))
    support = dict(family.task_support(z, context))
    assert math.fsum(map(math.exp, support.values())) == pytest.approx(1)
    for task, weight in support.items():
        assert family.log_prob(task, z, context) == pytest.approx(weight)
    assert (first in support) != family.uses_history


def test_a_fixed_rule_that_nobody_draws_stays_possible(registry):
    game = build_environment(registry.complete("mastermind")).core_envs["mastermind"]
    preset = build_latent(registry, ("mastermind",), "first_not_equals_last", {})
    values, weights = preset.opened().hypotheses((game,))
    assert sorted(values) == [f"first_{how}_last" for how in RELATIONS]
    assert weights == pytest.approx([-math.log(3)] * 3)
    drawn = build_latent(registry, ("mastermind",), "first_is_1", {}).opened()
    assert drawn.hypotheses((game,))[0] == tuple(range(1, 7))


@pytest.mark.parametrize("game", GAMES)
def test_the_family_is_inferred_too(registry, game):
    trajectory = played(registry, game, "oracle")
    space = declared_space((game,), registry)
    assert len(space.latents) >= 7
    tracker, tasks, z = followed(registry, trajectory, space)
    known = knowledge(tracker, tasks, z)
    assert known[-1].entropy_after < known[0].entropy_before
    assert known[-1].log2_prob_z > -known[0].entropy_before


@pytest.mark.parametrize("game", GAMES)
def test_families_are_compared_alike_on_both_paths(registry, game):
    trajectory = played(registry, game, "blind")
    few = declared_space((game,), registry).latents[:3]
    found = []
    for general in (False, True):
        space = Space(name=DECLARED, latents=few, general=general)
        tracker, tasks, z = followed(registry, trajectory, space)
        found.append(numbers(knowledge(tracker, tasks[:3], z)))
    assert found[0] == pytest.approx(found[1], abs=1e-9)


# ------------------------------------------------------------------ players


@pytest.mark.parametrize("env_id", ROOMY)
def test_history_use_tells_the_players_apart(registry, env_id):
    uses, setting = {"blind": [], "bayes": []}, None
    for name, seed in itertools.product(uses, range(3)):
        trajectory = played(registry, env_id, name, seed)
        setting = setting or setting_for(trajectory, registry, Space())
        analysis = analyse(trajectory, setting)
        uses[name].append(analysis.history_use)
        for task in analysis.tasks:
            assert task.oracle - task.reward == pytest.approx(
                task.information_gap + task.exploitation_gap
            )
        if name == "bayes":
            assert {task.exploitation_gap for task in analysis.tasks} == {0}
            assert analysis.bayes_tails[0] == pytest.approx(sum(t.reward for t in analysis.tasks))
    assert max(uses["blind"]) <= 0.05
    assert min(uses["bayes"]) >= 0.95


def test_nothing_is_at_stake_where_moves_are_free(registry):
    env_id = "wordladder/hub_word_4letter/some_info/standard/ep4"
    trajectory = played(registry, env_id, "greedy")
    analysis = analyse(trajectory, setting_for(trajectory, registry, Space()))
    assert analysis.history_use is None
    assert {turn.stake for turn in analysis.turns if turn.task_index} == {0}


def positions(registry, env_id, seed):
    """Positions of a careless player, with its replies."""
    trajectory = played(registry, env_id, CARELESS[env_id.split("/")[0]], seed)
    environment = environment_for(registry.complete(trajectory.env_id), trajectory.tasks, registry)
    for task in walk(environment, trajectory).tasks:
        for env, reply in zip(task.starts, task.replies, strict=True):
            yield env.view, reply


@pytest.mark.parametrize("name", ["blind", "bayes"])
@pytest.mark.parametrize("env_id", ROOMY)
def test_what_a_player_replies_scores_highest(registry, env_id, name):
    game = env_id.split("/")[0]
    player, nobody = player_of(registry, game, name), Truth(None, None)
    for view, reply in itertools.islice(positions(registry, env_id, 1), 30):
        own = player.act(view, None, random.Random(0))
        mine, other, invalid = player.appraise(view, nobody, [own, reply, "I do not know."])
        assert isinstance(mine, Appraisal)
        assert invalid is None
        assert other is None or other.score <= mine.score
        assert 0 <= mine.chance <= 1 + 1e-9


def first_views(registry, env_id, task):
    """The first position of a task, and the blind player of its game."""
    environment = build_environment(registry.complete(env_id))
    (name, game), sequence = *environment.core_envs.items(), environment.sequence(0)
    env = SequenceEnv(environment)
    env.load(evolve(sequence, tasks=(task(game),) * environment.num_tasks))
    return env.view, player_of(registry, name, "blind")


def scores(player, view, *replies):
    return [
        None if each is None else (each.score, each.chance)
        for each in player.appraise(view, None, replies)
    ]


def test_codes_score_information_and_chance(registry):
    env_id = "mastermind/first_is?env.code_length=2&env.num_numbers=3"
    view, player = first_views(registry, env_id, lambda game: game.task((3, 1)))
    found = scores(player, view, "[1 2]", "[1 1]", "[1 4]", "1 2")
    # One of six codes is right, one is its reverse, two share a place and two a digit with it.
    information = 2 / 6 * math.log2(6) + 4 / 6 * math.log2(3)
    assert found == [pytest.approx((information + 1 / 6 / math.log(2), 1 / 6)), None, None, None]


def test_letters_and_words_score_their_probability(registry):
    view, player = first_views(registry, "hangman/length", lambda game: game.task("competition"))
    # The words are competition, destruction, development, observation and responsible.
    found = scores(player, view, "[o]", "[v]", "[z]", "[competition]", "[apple]", "[]")
    assert found[:4] == [(1, 0), (0.4, 0), (0, 0), (0.2, 0.2)]
    assert found[4:] == [None, None]


def test_words_score_information_and_chance(registry):
    env_id = "wordle/starts_with?env.word_length=12&env.pool=basic"
    view, player = first_views(registry, env_id, lambda game: game.task("organization"))
    # The other word of the pool is distribution.
    found = scores(player, view, "[organization]", "[constitution]", "[organixation]", "[crane]")
    assert found == [pytest.approx((1 + 0.5 / math.log(2), 0.5)), (1, 0), None, None]


def test_moves_score_whether_they_lead_on(registry):
    env_id = "wordladder/hub?env.dictionary=basic"
    view, player = first_views(registry, env_id, lambda game: game.task(("cat", "rat", "ray")))
    found = scores(player, view, "[rat]", "[fat]", "[ray]", "[dog]", "[xat]")
    assert found == [(1, 0), (0, 0), None, None, None]


# ------------------------------------------------------------------ recordings


@pytest.mark.parametrize("game", GAMES)
def test_recorded_sequences_are_analysed(registry, recorded, game):
    recordings = list(find_recordings((recorded(game),)))
    for attempt in attempt_replays(recordings[:: len(recordings) // NUM_RECORDINGS], registry):
        trajectory = attempt.replay.trajectory
        analysis = analyse(trajectory, setting_for(trajectory, registry, Space()))
        assert (analysis.method, analysis.reason) == ("exact", "")
        for task in analysis.tasks:
            assert 0 <= task.entropy_after <= analysis.prior_entropy + 1e-9
            assert task.bayes - task.reward == pytest.approx(task.exploitation_gap)
