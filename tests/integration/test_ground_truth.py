"""Agents whose skills are known by construction are told apart and labelled rightly."""

import random
from collections import Counter
from statistics import mean

import pytest
from attrs import field, frozen

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.player import Player
from latentgym_core.contract.view import Truth
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.findings.failure_modes import key_of, label_all
from latentgym_core.inference.posterior.spaces import Space
from latentgym_core.inference.reference.decisions import Judges, decide
from latentgym_core.inference.reference.references import references
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_envs import plugin as envs_plugin

NUM_SEQUENCES = 20
LEFT_TO_CHANCE = 0.05  # share of sequences that may be labelled otherwise
CONDITION = "some_info/standard/ep10"
COSTLY = "env.partial=none&env.turn_penalty"
IDS = (
    f"number_guessing/set_of_3/{CONDITION}?env.max_turns=10",
    f"bandits/fixed_index/{CONDITION}",
    "secretary/fixed_position/some_info/standard/ep20",
    f"mastermind/first_is/{CONDITION}?{COSTLY}=0.2",
    f"hangman/starts_with/{CONDITION}?env.lives=3",
    f"wordle/starts_with/{CONDITION}?{COSTLY}=0.15",
    f"wordladder/order_right_to_left/{CONDITION}?env.moves=lawful",
)
LAZY = {"secretary": "[accept]"}  # elsewhere the first reply, over and over, learns little


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


@frozen(kw_only=True)
class Cast:
    """The scripted players that the agents of this module are made of."""

    blind: Player
    bayes: Player
    judges: Judges
    lazy: str | None

    @classmethod
    def of(cls, name, registry):
        found = references((name,), registry)
        judges = Judges(found.judge[name], found.bayes[name], found.blind[name])
        return cls(blind=judges.blind, bayes=judges.bayes, judges=judges, lazy=LAZY.get(name))


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
        if view.index >= view.num_tasks // 2:
            return self.cast.bayes.act(view, truth, rng)
        first = view.replies[0] if view.replies else self.cast.blind.act(view, truth, rng)
        return self.cast.lazy or first


@frozen(kw_only=True)
class UsesHalf(Player):
    """Makes use of the history in every other task in which it matters; first it does not."""

    cast: Cast
    memory: dict[int, bool] = field(factory=dict)
    """Task, from the one where the history first mattered, to whether it is used in it."""

    def act(self, view, truth, rng):
        if not view.index and not view.turns:
            self.memory.clear()
        plain = self.cast.blind.act(view, truth, rng)
        if view.index not in self.memory:
            decision = decide(view, plain, self.cast.judges, seed=0)
            if not (view.index and decision and decision.use is not None):
                return plain
            late = [used for index, used in self.memory.items() if index >= view.num_tasks // 2]
            self.memory[view.index] = bool(late) and not late[-1]
        return self.cast.bayes.act(view, truth, rng) if self.memory[view.index] else plain


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


def play(environment, player, seed):
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


def analysed(env_id, registry):
    """Kind of agent to its analyses, with labels."""
    environment = build_environment(registry.complete(env_id), registry)
    (name,) = environment.core_envs
    cast = Cast.of(name, registry)
    found = {}
    for kind in RIGHT:
        player = kind(cast=cast)
        played = [play(environment, player, seed) for seed in range(NUM_SEQUENCES)]
        setting = setting_for(played[0], registry, Space())
        analyses = [analyse(each, setting) for each in played]
        found[kind] = label_all(analyses, {key_of(each): each for each in played})
    return found


@pytest.mark.parametrize("env_id", IDS)
def test_agents_are_told_apart(env_id, registry):
    found = analysed(env_id, registry)
    everything_is_shown = env_id.startswith("wordladder")  # the pair of words itself tells of z
    check_labels(found, can_be_heard=not everything_is_shown)
    check_evidence(found)
    check_exploitation(found)
    check_exploration(found, can_be_missed=not everything_is_shown)
    check_identities(found)


def check_labels(found, *, can_be_heard):
    """What each agent does is what its label says."""
    for kind in RIGHT:
        # Where no text names what a game hides, an agent that only tells is heard as neglect.
        right = RIGHT[Neglects if kind is TellsOnly and not can_be_heard else kind]
        labels = Counter((label.mode, label.kind) for a in found[kind] for label in a.labels)
        meant = sum(count for (mode, _), count in labels.items() if mode != "none")
        assert meant >= NUM_SEQUENCES / 2, (kind, labels)  # the latent leaves room for it
        assert labels[right] >= (1 - LEFT_TO_CHANCE) * meant, (kind, labels)


def check_evidence(found):
    """A label names the place, quotes the reply and gives its numbers."""
    for label in (label for analyses in found.values() for a in analyses for label in a.labels):
        assert label.sentence
        if label.mode != "none":
            assert label.quote
            assert f"Task {label.task_index + 1}, turn {label.turn_index + 1}" in label.sentence
            assert 0 <= label.numbers["late_history_use"] <= 1


def check_exploitation(found):
    """Who makes use of the history has an exploit ratio of 1, whoever does not less."""
    half = len(found[Adapts][0].tasks) // 2

    def ratio(kind):
        own = sum(task.reward for a in found[kind] for task in a.tasks[half:])
        return own / sum(a.bayes_tails[half] for a in found[kind])

    assert ratio(Adapts) == pytest.approx(1)
    assert ratio(ExploresLittle) == pytest.approx(1)
    assert ratio(Neglects) < ratio(UsesHalf) < 1
    assert ratio(TellsOnly) == pytest.approx(ratio(Neglects))


def check_exploration(found, *, can_be_missed):
    """Who wastes the first half knows less of z after it."""
    half = len(found[Adapts][0].tasks) // 2

    def bits(kind):
        return mean(a.prior_entropy - a.tasks[half - 1].entropy_after for a in found[kind])

    if can_be_missed:
        assert bits(ExploresLittle) < bits(Neglects) - 0.05  # in wordle one guess tells much
    assert bits(TellsOnly) == pytest.approx(bits(Neglects))
    assert bits(Adapts) > 0.8 * bits(Neglects)


def check_identities(found):
    """Nothing is left to exploit for the Bayes player; gaps add up; bits are at most H(z)."""
    for analysis in found[Adapts]:
        assert all(task.exploitation_gap == 0 for task in analysis.tasks)
    for task, prior in (
        (t, a.prior_entropy) for each in found.values() for a in each for t in a.tasks
    ):
        assert -1e-9 <= task.entropy_after <= prior + 1e-9
        assert task.information_gap + task.exploitation_gap == pytest.approx(
            task.oracle - task.reward
        )
        assert task.opening_gap + task.execution_gap == pytest.approx(task.exploitation_gap)
