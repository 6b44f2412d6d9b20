"""Latents that several games share, on games small enough to compute by hand."""

import math
import random
from typing import Any, ClassVar

import pytest
from attrs import evolve, field, frozen

from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.feedback import Information, Standard
from latentgym_core.contract.latent import Latent, TaskContext
from latentgym_core.contract.prompt import NoInfo
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.view import SequenceView
from latentgym_core.errors import AgentError
from latentgym_core.families.combinators import Alternating, Cyclic
from latentgym_core.families.shared import SharedLatent
from latentgym_core.families.strand import current_strand
from latentgym_core.registry.env_id import EnvId
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv

SIDES = 6


@frozen(kw_only=True)
class Die:
    side: int


@frozen(kw_only=True)
class Dice(CoreEnv[Die, Die]):
    """Guess the side of a die once. `colour` tells two games apart."""

    task_type: ClassVar[type] = Die
    colour: str

    def rules(self, task):
        return f"A {self.colour} die."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return task, "Which side?"

    def step(self, state, reply):
        right = int(reply) == state.side
        facts = {"valid": True, "guess": int(reply), "right": right}
        return state, StepResult("", True, float(right), right, facts)

    def secret(self, task):
        return task.side


@frozen(kw_only=True)
class Loaded(SharedLatent[int]):
    """Task e shows z + e * step with probability 3/4, else the side after; modulo 6."""

    family: ClassVar[str] = "loaded"
    z_type: ClassVar[Any] = int
    step: int = 0

    def draw(self, core_envs, rng):
        return rng.randrange(SIDES)

    def task(self, z, context, rng):
        law = self.secrets(z, context.core_env, context.index)
        return Die(side=rng.choices(list(law), list(law.values()))[0])

    def describe(self, z):
        return f"Mostly {z}."

    def support(self, core_envs, visible):
        return [(z, -math.log(SIDES)) for z in range(SIDES)]

    def secrets(self, z, core_env, index):
        side = (z + index * self.step) % SIDES
        return {side: 0.75, (side + 1) % SIDES: 0.25}

    def clue(self, core_env, told):
        if told.revealed is not None:
            return int(told.revealed["answer"]), True
        if not told.turns:
            return None
        return told.turns[-1]["guess"], told.turns[-1]["right"]

    def likelihood(self, core_env, clue):
        if clue is None:
            return dict.fromkeys(range(SIDES), 1.0)
        guess, right = clue
        return {side: 1.0 for side in range(SIDES) if (side == guess) == right}


@frozen(kw_only=True)
class Unshared(Latent[int]):
    family: ClassVar[str] = "unshared"
    z_type: ClassVar[Any] = int
    of: Loaded = field(factory=Loaded)

    def draw(self, core_envs, rng):
        return 0

    def task(self, z, context, rng):
        return self.of.task(z, context, rng)

    def describe(self, z):
        return ""


GAMES = {"red": Dice(colour="red"), "blue": Dice(colour="blue")}


def told(game, guess, right, revealed=None):
    facts = ({"valid": True, "guess": guess, "right": right},)
    return FinishedTask(game, {}, facts, right, revealed)


def in_order(*tasks):
    """Tasks with their places; None for one that is forgotten."""
    return tuple(evolve(task, index=place) for place, task in enumerate(tasks) if task is not None)


def view_of(latent, *tasks, game="red", turns=()):
    history = in_order(*tasks)
    return SequenceView(
        latent, game, GAMES[game], 10, len(tasks), {}, turns, history, core_envs=GAMES
    )


def law_of(law):
    """Side to its probability."""
    return dict(law.items())


def by_hand(latent, outcomes):
    """Bayes' theorem, side by side; an outcome is (guess, right), or None for no knowledge."""
    weights = []
    for z in range(SIDES):
        weight = 1 / SIDES
        for index, outcome in enumerate(outcomes):
            law = latent.secrets(z, None, index)
            if outcome is not None:
                guess, right = outcome
                weight *= sum(p for side, p in law.items() if (side == guess) == right)
        weights.append(weight)
    return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize("step", [0, 1, 4])
def test_every_game_counts_and_so_does_the_order(step):
    latent = Loaded(step=step)
    outcomes = [(2, False), (3, False), (4, True), (0, False)]
    history = in_order(*(told(("red", "blue")[i % 2], *each) for i, each in enumerate(outcomes)))
    for known in range(len(history) + 1):
        held = latent.beliefs(GAMES, {}, history[:known])
        assert list(held.probabilities) == pytest.approx(by_hand(latent, outcomes[:known]))
        assert list(held.values) == list(range(SIDES))


def test_what_is_foreseen_is_the_mixture_over_z():
    latent = Loaded(step=1)
    history = (told("blue", 2, False), told("red", 4, True))
    posterior = by_hand(latent, [(2, False), (4, True)])
    here = current_strand(view_of(latent, *history))
    law = law_of(here.foresee())
    mixture = dict.fromkeys(range(SIDES), 0.0)
    for z, weight in enumerate(posterior):
        for side, share in latent.secrets(z, None, 2).items():
            mixture[side] += weight * share
    assert {side: law.get(side, 0.0) for side in mixture} == pytest.approx(mixture)
    assert law_of(here.foresee(3)) == {5: 0.75, 0: 0.25}


def test_the_law_can_go_by_the_turns_of_the_task_itself():
    turns = ({"valid": True, "guess": 3, "right": False},)
    here = current_strand(view_of(Loaded(step=1), told("red", 2, True), turns=turns))
    law, before = law_of(here.foresee(with_turns=True)), law_of(here.foresee())
    assert 3 not in law
    others = {side: share / (1 - before[3]) for side, share in before.items() if side != 3}
    assert law == pytest.approx(others)
    assert law_of(here.foresee(2, with_turns=True)) == {4: 1.0}


def test_a_revealed_task_tells_most():
    task = told("blue", 0, False, GAMES["blue"].revealed(Die(side=5)))
    assert Loaded().beliefs(GAMES, {}, [task]).probabilities[5] == pytest.approx(0.75)


def test_a_forgotten_task_tells_nothing_and_keeps_its_place():
    latent = Loaded(step=1)
    history = in_order(None, told("red", 4, True))
    held = latent.beliefs(GAMES, {}, history)
    assert list(held.probabilities) == pytest.approx(by_hand(latent, [None, (4, True)]))
    assert held.probabilities.argmax() == 3
    law = law_of(current_strand(view_of(latent, None, told("red", 4, True))).foresee())
    assert law == pytest.approx({4: 0.25 * 0.75, 5: 0.75 * 0.75 + 0.25 * 0.25, 0: 0.75 * 0.25})


def test_an_unfinished_task_tells_what_it_told():
    latent = Loaded()
    unfinished = FinishedTask("blue", {}, (), False, None)
    held = latent.beliefs(GAMES, {}, [unfinished])
    assert list(held.probabilities) == pytest.approx([1 / SIDES] * SIDES)


def test_a_refuted_family_foresees_nothing():
    history = (told("red", 0, True), told("blue", 3, True))
    upcoming = Upcoming("red", {}, 2, 10)
    law = Loaded().foresee(GAMES, upcoming, in_order(*history))
    assert law.refuted
    assert law_of(law) == {}


def test_players_pass_over_a_task_that_no_value_explains():
    first, impossible, last = told("red", 0, True), told("blue", 3, True), told("red", 1, True)
    passing = current_strand(view_of(Loaded(), first, impossible, last)).foresee()
    assert law_of(passing) == law_of(current_strand(view_of(Loaded(), first, None, last)).foresee())
    assert not passing.refuted
    alone = current_strand(view_of(Loaded(), told("red", SIDES, True))).foresee()
    assert law_of(alone) == law_of(current_strand(view_of(Loaded(), None)).foresee())
    assert not alone.refuted


def test_a_latent_that_lists_neither_values_nor_tasks_has_no_law():
    here = current_strand(view_of(Unshared()))
    assert here.foresee() is None
    with pytest.raises(AgentError, match="unshared offers no exact law"):
        here.inferred()


def test_a_view_knows_at_least_its_own_game():
    view = SequenceView(Loaded(), "red", GAMES["red"], 10, 0, {}, (), ())
    assert view.core_envs == {"red": GAMES["red"]}


# ---- inside combinators


def test_a_part_foresees_from_its_own_tasks_of_all_games():
    latent = Alternating(of=(Loaded(), Loaded(step=1)))
    history = (
        told("red", 2, True),
        told("blue", 0, True),
        told("blue", 1, False),
        told("red", 1, True),
    )
    here = current_strand(view_of(latent, *history, game="blue"))
    own = in_order(history[0], history[2])
    assert here.tasks == own
    assert here.finished == (own[1],)
    assert here.index == 2
    assert here.path == (0,)
    assert here.own((3, 5)) == 3
    assert here.own(None) is None
    law = Loaded().foresee(GAMES, Upcoming("blue", {}, 2, 10), own)
    assert law_of(here.foresee()) == law_of(law)
    there = current_strand(view_of(latent, *history, told("red", 0, True), game="blue"))
    assert there.own((3, 5)) == 5
    own = in_order(history[1], history[3])
    law = Loaded(step=1).foresee(GAMES, Upcoming("blue", {}, 2, 10), own)
    assert law_of(there.foresee()) == law_of(law)


def test_a_part_counts_its_own_tasks_past_forgotten_ones():
    latent = Alternating(of=(Loaded(), Loaded(step=1)))
    tasks = (None, told("blue", 0, True), None, told("red", 1, True), told("red", 2, True))
    there = current_strand(view_of(latent, *tasks))
    assert there.tasks == in_order(told("blue", 0, True), told("red", 1, True))
    here = current_strand(view_of(latent, *tasks, None))
    assert here.tasks == in_order(None, None, told("red", 2, True))
    assert here.index == 3


@pytest.mark.parametrize("feedback", [Standard(), Information()])
def test_in_a_played_sequence_the_law_is_calibrated(feedback):
    """Over many sequences, sides come as often as foreseen."""
    latent = Cyclic(of=(Loaded(), Loaded(step=2)))
    env_id = EnvId(core_envs=("red", "blue"), latent="l", prompt="p", feedback="f", num_tasks=8)
    environment = Environment(
        id=env_id, core_envs=GAMES, latent=latent, prompt=NoInfo(), feedback=feedback
    )
    surprise, variance = [0.0] * SIDES, [0.0] * SIDES
    for seed in range(150):
        env, rng = SequenceEnv(environment), random.Random(seed)
        env.reset(seed)
        assert set(env.view.core_envs) == {"red", "blue"}
        while not env.done:
            law = law_of(current_strand(env.view).foresee())
            assert sum(law.values()) == pytest.approx(1)
            for side in range(SIDES):
                expected = law.get(side, 0.0)
                surprise[side] += (env.truth.task.side == side) - expected
                variance[side] += expected * (1 - expected)
            env.step(str(rng.randrange(SIDES)))
    for side in range(SIDES):
        assert abs(surprise[side]) < 4 * math.sqrt(variance[side])


def test_tasks_are_possible_under_their_own_law():
    latent, context = Loaded(step=1), TaskContext(GAMES["red"], "red", 2, 10, ())
    drawn = {latent.task(4, context, random.Random(seed)).side for seed in range(50)}
    assert drawn == set(latent.secrets(4, GAMES["red"], 2)) == {0, 1}
    assert not latent.uses_history
    assert evolve(latent, step=2) != latent
