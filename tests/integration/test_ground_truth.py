"""Agents whose skills are known by construction are told apart and labelled rightly."""

import random
from collections import Counter
from statistics import mean

import pytest
from attrs import frozen

from latentgym_core import plugin as core_plugin
from latentgym_core.agents.base import Player
from latentgym_core.environment import build_environment, construct
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.failure_modes import key_of, label_all
from latentgym_core.inference.spaces import Space
from latentgym_core.registry import Registry
from latentgym_core.sequence_env import SequenceEnv
from latentgym_core.view import Truth
from latentgym_envs import plugin as envs_plugin

NUM_TASKS = 10
NUM_SEQUENCES = 20
LEFT_TO_CHANCE = 0.05  # share of sequences that may be labelled otherwise
IDS = ("number_guessing/set_of_3/some_info/standard/ep10?env.max_turns=10",)


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


@frozen(kw_only=True)
class Cast:
    """The scripted players that the agents of this module are made of."""

    blind: Player
    bayes: Player


@frozen(kw_only=True)
class Neglects(Player):
    """Blind for ever: whatever earlier tasks have shown, it plays as if each were the first."""

    cast: Cast

    def act(self, view, truth, rng):
        return self.cast.blind.act(view, truth, rng)


@frozen(kw_only=True)
class TellsOnly(Player):
    """Explores well, and says what it saw, but plays as if it had seen nothing."""

    cast: Cast

    def act(self, view, truth, rng):
        move = self.cast.blind.act(view, truth, rng)
        if view.turns:
            return move
        return f"Earlier answers were {', '.join(truth.task)}. Now: {move}"


@frozen(kw_only=True)
class ExploresLittle(Player):
    """Wastes the first half of the tasks, then makes the best of what little it knows."""

    cast: Cast

    def act(self, view, truth, rng):
        if view.index >= NUM_TASKS // 2:
            return self.cast.bayes.act(view, truth, rng)
        return view.replies[0] if view.replies else self.cast.blind.act(view, truth, rng)


@frozen(kw_only=True)
class UsesHalf(Player):
    """Makes use of the history in every other task."""

    cast: Cast

    def act(self, view, truth, rng):
        player = self.cast.blind if view.index % 2 else self.cast.bayes
        return player.act(view, truth, rng)


@frozen(kw_only=True)
class Adapts(Player):
    """The Bayes player."""

    cast: Cast

    def act(self, view, truth, rng):
        return self.cast.bayes.act(view, truth, rng)


RIGHT = {
    Neglects: ("neglect", ""),
    TellsOnly: ("breakdown", "named-unused"),
    ExploresLittle: ("adapted", ""),
    UsesHalf: ("breakdown", "partial"),
    Adapts: ("adapted", ""),
}


def play(registry, environment, player, seed):
    """A trajectory; the agent is shown the answers of earlier tasks in the place of the truth."""
    env = SequenceEnv(environment)
    env.reset(seed)
    while not env.done:
        view = env.view
        sequence = env.sequence
        answers = [
            environment.core_envs[name].answer_text(task)
            for name, task in zip(sequence.core_env_names, sequence.tasks, strict=True)
        ]
        rng = random.Random(f"{seed}/{view.index}/{len(view.turns)}")
        env.step(
            player.act(view, Truth(None, answers[: view.index]), rng), agent=type(player).__name__
        )
    return env.trajectory


@pytest.fixture(scope="module", params=IDS)
def analyses(request, registry):
    """Kind of agent to its analyses, with labels."""
    environment = build_environment(registry.complete(request.param), registry)
    (name,) = environment.core_envs
    cast = Cast(
        **{
            role: construct(registry.agent(f"scripted/{role}", (name,)).spec, {})
            for role in ("blind", "bayes")
        }
    )
    found = {}
    for kind in RIGHT:
        player = kind(cast=cast)
        played = [play(registry, environment, player, seed) for seed in range(NUM_SEQUENCES)]
        setting = setting_for(played[0], registry, Space())
        analysed = [analyse(each, setting) for each in played]
        found[kind] = label_all(analysed, {key_of(each): each for each in played})
    return found


@pytest.mark.parametrize("kind", RIGHT)
def test_agents_are_labelled_as_they_were_made(analyses, kind):
    labels = Counter((label.mode, label.kind) for a in analyses[kind] for label in a.labels)
    meant = sum(count for (mode, _), count in labels.items() if mode != "none")
    assert meant >= NUM_SEQUENCES / 2  # the latent leaves room for it
    assert labels[RIGHT[kind]] >= (1 - LEFT_TO_CHANCE) * meant, labels


def test_labels_carry_their_evidence(analyses):
    for label in (label for found in analyses.values() for a in found for label in a.labels):
        assert label.sentence
        if label.mode != "none":
            assert label.quote
            assert f"Task {label.task_index + 1}, turn {label.turn_index + 1}" in label.sentence
            assert 0 <= label.numbers["late_history_use"] <= 1


def test_exploitation_is_told_apart(analyses):
    half = NUM_TASKS // 2

    def exploit_ratio(kind):
        own = sum(t.reward for a in analyses[kind] for t in a.tasks[half:])
        return own / sum(a.bayes_tails[half] for a in analyses[kind])

    assert exploit_ratio(Adapts) == pytest.approx(1)
    assert exploit_ratio(ExploresLittle) == pytest.approx(1)
    assert exploit_ratio(Neglects) < exploit_ratio(UsesHalf) < 1
    assert exploit_ratio(TellsOnly) == pytest.approx(exploit_ratio(Neglects))


def test_exploration_is_told_apart(analyses):
    half = NUM_TASKS // 2

    def bits(kind):
        return mean(sum(t.information for t in a.tasks[:half]) for a in analyses[kind])

    assert bits(ExploresLittle) < 0.8 * bits(Neglects)
    assert bits(TellsOnly) == pytest.approx(bits(Neglects))
    assert bits(Adapts) > 0.8 * bits(Neglects)


def test_the_bayes_player_leaves_nothing_to_exploit(analyses):
    for analysis in analyses[Adapts]:
        assert all(task.exploitation_gap == 0 for task in analysis.tasks)
        assert sum(task.information for task in analysis.tasks) <= analysis.prior_entropy + 1e-9


def test_gaps_add_up(analyses):
    for found in analyses.values():
        for task in (task for a in found for task in a.tasks):
            assert task.information_gap + task.exploitation_gap == pytest.approx(
                task.oracle - task.reward
            )
            assert task.opening_gap + task.execution_gap == pytest.approx(task.exploitation_gap)
