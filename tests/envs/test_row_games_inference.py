"""Inference over whole sequences of bandits and secretary: what was known, and what was used."""

import math
from statistics import mean

import pytest

from latentgym_core import plugin as core_plugin
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.posterior.spaces import Space, declared_space
from latentgym_core.recordings.agreement import attempt_replays
from latentgym_core.recordings.files import find_recordings
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync
from latentgym_envs import plugin as envs_plugin

AGENTS = ("scripted/blind", "scripted/bayes", "scripted/oracle")
NUM_SEQUENCES = 6
VALUES = {
    "bandits/loyal_favorite_2": 5,
    "bandits/ping_pong": 20,
    "bandits/top_two_fixed": 10,
    "bandits/bottom_excluded": 5,
    "bandits/fixed_probabilities": 5,
    "bandits/hot_hand": 6,
    "secretary/fixed_position_2": 10,
    "secretary/best_is_last": 10,
    "secretary/position_cycle_258": 720,
    "secretary/threshold_06": 241,
    "secretary/mirror_episodes": 10,
    "secretary/random_walk_position": 4,
}
"""Environment to the number of values of z that its family leaves open."""
CLEAR = (
    *("bandits/loyal_favorite_2", "bandits/ping_pong", "secretary/fixed_position_2"),
    *("secretary/best_is_last", "secretary/threshold_06", "secretary/mirror_episodes"),
)
"""Environments in which what was learned names the best choice."""


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


@pytest.fixture(scope="module")
def played(registry):
    """Environment to agent to its trajectories."""
    found = {}

    def play(name, feedback="standard", num_tasks=8):
        env_id = f"{name}/some_info/{feedback}/ep{num_tasks}"
        if env_id not in found:
            environment = RunEnvironment(id=env_id, num_sequences=NUM_SEQUENCES)
            run = RunConfig(environments=(environment,), agents=AGENTS)
            found[env_id] = by_agent = {agent: [] for agent in AGENTS}
            for trajectory in evaluate_sync(run, registry):
                by_agent[trajectory.agent].append(trajectory)
        return found[env_id]

    return play


@pytest.fixture(scope="module")
def analysed(registry, played):
    """The same, analysed."""
    found = {}

    def of(name, feedback="standard"):
        if (name, feedback) not in found:
            trajectories = played(name, feedback)
            setting = setting_for(trajectories[AGENTS[0]][0], registry, Space())
            found[name, feedback] = {
                agent: [analyse(each, setting) for each in mine]
                for agent, mine in trajectories.items()
            }
        return found[name, feedback]

    return of


@pytest.mark.parametrize(("name", "number"), VALUES.items())
def test_what_was_known(analysed, name, number):
    for analysis in (each for mine in analysed(name).values() for each in mine):
        assert (analysis.method, analysis.reason) == ("exact", "")
        prior = analysis.prior_entropy
        assert prior == pytest.approx(math.log2(number), abs=1e-9)
        assert analysis.tasks[0].entropy_before == prior
        for task in analysis.tasks:
            assert -1e-9 <= task.entropy_after <= prior + 1e-9
            assert task.information >= 0
            assert -math.inf < task.log2_prob_z <= 1e-9
        for turn in analysis.turns:
            assert 0 <= turn.entropy <= prior + 1e-9
            assert -math.inf < turn.log2_prob_z <= 1e-9


@pytest.mark.parametrize("name", VALUES)
def test_the_truth_gets_likelier(analysed, name):
    every = [each for mine in analysed(name).values() for each in mine]
    first, last = (mean(each.tasks[at].log2_prob_z for each in every) for at in (0, -1))
    prior = -every[0].prior_entropy
    assert prior <= first <= last > prior


@pytest.mark.parametrize("name", VALUES)
def test_gaps_and_the_use_of_history(analysed, name):
    blind, bayes, oracle = (analysed(name)[agent] for agent in AGENTS)
    for analysis in (*blind, *bayes, *oracle):
        for task in analysis.tasks:
            assert task.information_gap + task.exploitation_gap == pytest.approx(
                task.oracle - task.reward
            )
    assert all(task.exploitation_gap == 0 for each in bayes for task in each.tasks)
    assert all(task.reward == task.blind for each in blind for task in each.tasks)
    assert all(task.reward == task.oracle for each in oracle for task in each.tasks)
    used = [
        [each.history_use for each in mine if each.history_use is not None]
        for mine in (blind, bayes)
    ]
    assert mean(used[0]) <= 0.05
    assert mean(used[1]) >= 0.95


@pytest.mark.parametrize("name", CLEAR)
def test_where_history_matters_there_is_room_for_it(analysed, name):
    blind, bayes, oracle = (analysed(name)[agent] for agent in AGENTS)
    for mine in (blind, bayes, oracle):
        assert sum(task.num_decisions for each in mine for task in each.tasks) >= NUM_SEQUENCES
    late = [[task.reward for each in mine for task in each.tasks[2:]] for mine in (blind, bayes)]
    assert mean(late[1]) > mean(late[0]) + 0.1
    scores = [each.normalised_score for each in bayes if each.normalised_score is not None]
    assert mean(scores) > 0.7


@pytest.mark.parametrize("name", ["bandits/loyal_favorite_2", "secretary/fixed_position_2"])
def test_information_feedback_tells_everybody_the_same(analysed, name):
    told = analysed(name, "information")
    for analysis in (each for mine in told.values() for each in mine):
        assert analysis.tasks[0].entropy_after == pytest.approx(0, abs=1e-9)
        assert analysis.tasks[0].information == pytest.approx(analysis.prior_entropy)
        assert analysis.identified_at == 1
    standard = analysed(name)[AGENTS[0]]
    assert mean(each.tasks[0].entropy_after for each in standard) > 0.1


@pytest.mark.parametrize("game", ["bandits", "secretary"])
def test_a_declared_set_finds_the_family_too(registry, played, game):
    name = {"bandits": "bandits/ping_pong", "secretary": "secretary/position_cycle_258"}[game]
    own = tuple(
        entry.spec.name
        for entry in registry.latents((game,))
        if entry.spec.preset and entry.spec.core_envs == (game,)
    )
    space = declared_space((game,), registry, own)
    assert len(space.latents) > 10
    trajectories = played(name, num_tasks=12)[AGENTS[1]][:3]
    setting = setting_for(trajectories[0], registry, space)
    for analysis in (analyse(each, setting) for each in trajectories):
        assert (analysis.method, analysis.space) == ("exact", "declared")
        sizes = [
            latent.beliefs(setting.environment.core_envs, visible(setting), ()).entropy
            for latent in space.latents
        ]
        assert analysis.prior_entropy == pytest.approx(math.log2(len(sizes)) + mean(sizes))
        first, last = (analysis.tasks[at].log2_prob_z for at in (0, -1))
        assert first < last
        assert last > -1.5
        assert analysis.tasks[-1].entropy_after < 0.5 * analysis.prior_entropy


def visible(setting):
    environment = setting.environment
    (game,) = environment.core_envs.values()
    return game.visible(environment.sequence(0).tasks[0])


def test_parts_of_a_combinator_are_followed(registry):
    for name, entropy in (
        ("bandits/alternating/no_info/standard/ep6?latent.of=fixed_index+stride", 5 * 20),
        ("secretary/cyclic/no_info/standard/ep6?latent.of=fixed_position+mirror", 10 * 10),
    ):
        run = RunConfig(
            environments=(RunEnvironment(id=name, num_sequences=2),), agents=AGENTS[1:2]
        )
        for trajectory in evaluate_sync(run, registry):
            analysis = analyse(trajectory, setting_for(trajectory, registry, Space()))
            assert analysis.method == "exact"
            assert analysis.prior_entropy == pytest.approx(math.log2(entropy))
            assert analysis.tasks[-1].entropy_after < 0.5 * analysis.prior_entropy
            assert all(task.exploitation_gap == 0 for task in analysis.tasks)


def test_orders_that_cannot_be_listed_say_why(registry):
    env_id = "bandits/cycle_length_5/no_info/standard/ep2?env.buttons=8"
    run = RunConfig(environments=(RunEnvironment(id=env_id, num_sequences=1),), agents=AGENTS[:1])
    (trajectory,) = evaluate_sync(run, registry)
    analysis = analyse(trajectory, setting_for(trajectory, registry, Space()))
    assert analysis.method == "none"
    assert "depend on chance" in analysis.reason


@pytest.mark.parametrize(("game", "every"), [("bandits", 8), ("secretary", 24)])
def test_recordings_are_analysed(registry, recorded, game, every):
    read = find_recordings([recorded(game)])
    found = [each for number, each in enumerate(read) if number % every == 0]
    assert len(found) > 10
    for attempt in attempt_replays(found, registry):
        trajectory = attempt.replay.trajectory
        analysis = analyse(trajectory, setting_for(trajectory, registry, Space()))
        assert analysis.method == "exact", (trajectory.env_id, analysis.reason)
        assert len(analysis.tasks) <= EnvId.parse(trajectory.env_id).num_tasks
        outcomes = [outcome.reward for outcome in trajectory.outcomes]
        assert [task.reward for task in analysis.tasks] == outcomes[: len(analysis.tasks)]
        for task in analysis.tasks:
            assert 0 <= task.entropy_after <= analysis.prior_entropy + 1e-9
            assert None not in (task.blind, task.bayes, task.oracle)
            assert 0 <= task.blind <= 1
            assert 0 <= task.bayes <= 1
            assert 0 <= task.oracle <= 1
