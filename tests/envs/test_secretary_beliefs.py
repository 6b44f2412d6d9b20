"""Beliefs about z in secretary against Bayes' rule written out, and what players make of moves."""

import itertools
import math
import random

import numpy as np
import pytest
from attrs import evolve

from latentgym_core.contract.latent import TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.evidence import TaskEvidence
from latentgym_core.families.hypotheses import Candidates, hypotheses
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.latents.positions import FixedPosition, PositionSet
from latentgym_envs.secretary.latents.relations import Relation
from latentgym_envs.secretary.latents.remembering import RandomWalk, Streak
from latentgym_envs.secretary.latents.shape import Shape
from latentgym_envs.secretary.latents.shifting import Cycle, Mirror, RegionCycle, Stride
from latentgym_envs.secretary.latents.threshold import Threshold, ValueMarker
from latentgym_envs.secretary.players.reference import Bayes, Blind, Forgetful
from latentgym_envs.secretary.task import Task

NAME = "secretary"
N = 8
GAME = Secretary(num_values=N)
GAMES = {NAME: GAME}
VISIBLE = {"num_values": N, "value": 0.5}
PLACES = {
    "fixed_position": FixedPosition(),
    "position_set": PositionSet(),
    "pairs": PositionSet(size=2),
    "stride": Stride(),
    "clamped stride": Stride(clamp=True),
    "cycle": Cycle(),
    "region_cycle": RegionCycle(),
    "mirror": Mirror(),
    "random_walk": RandomWalk(),
    "streak": Streak(),
}
RAISED = {f"{name}, raised": evolve(latent, top="raised") for name, latent in PLACES.items()}
VALUES = {
    "threshold": Threshold(),
    "value_marker": ValueMarker(lowest=0.9),
    "shape": Shape(),
    "relation": Relation(),
}
ALL = {**PLACES, **RAISED, **VALUES}
REMEMBER = (RandomWalk, Streak)


def draw(latent, seed, number):
    """A value of z, and tasks."""
    rng, tasks = random.Random(seed), ()
    z = latent.draw((GAME,), rng)
    for index in range(number):
        tasks += (latent.task(z, TaskContext(GAME, NAME, index, number, tasks), rng),)
    return z, tasks


def told(task, moves, *, show=False, game=GAME):
    """A task after some moves: `c` passes a value over, `a` takes it, `x` is no move."""
    replies = tuple({"c": "[continue]", "a": "[accept]", "x": "hm"}[move] for move in moves)
    state, _ = game.start(task, 0)
    turns, solved = [], False
    for reply in replies:
        state, result = game.step(state, reply)
        turns.append(result.facts)
        solved = result.solved
    revealed = game.revealed(task) if show else None
    return FinishedTask(NAME, game.visible(task), tuple(turns), solved, revealed, replies)


def in_order(*tasks):
    """Tasks at their places; None for one that is forgotten."""
    return tuple(evolve(task, index=place) for place, task in enumerate(tasks) if task is not None)


def some_history(latent, seed, number, **more):
    rng = random.Random(f"moves/{seed}")
    z, tasks = draw(latent, seed, number)
    return z, in_order(*(told(task, "c" * rng.randrange(N) + "a", **more) for task in tasks))


def view_of(latent, history=(), turns=(), task=None, index=None, game=GAME):
    visible = game.visible(task) if task else VISIBLE
    at = len(history) if index is None else index
    return SequenceView(latent, NAME, game, 10, at, visible, tuple(turns), tuple(history))


# ---- Bayes' rule written out


def exchanged_density(finished, place):
    """Density of the values of a task whose greatest one, of N uniform ones, is at a place."""
    offers = [finished.visible["value"]]
    for before, after in itertools.pairwise([{"place": 0}, *finished.turns]):
        if after["place"] != before["place"]:
            offers.append(after["value"])
    unseen = N - len(offers)
    if place < len(offers):
        top = offers[place]
        return N * top**unseen * (top == max(offers))
    return N * (1 - max(offers) ** unseen) / unseen


def place_chances(finished):
    """P(told of a task | place of the greatest value), shape [N]."""
    taken = sum(reply == "[continue]" for reply in finished.replies)
    over = finished.replies[-1:] == ("[accept]",)
    chances = []
    for place in range(N):
        possible = not over or (place == taken) == finished.solved
        chances.append(possible * exchanged_density(finished, place))
    return chances


def brute_force(latent, z, history):
    """P(history | z), summed over the places of all tasks, one after the other."""
    weights = {0: 1.0}
    for index, finished in enumerate(history):
        chances, following = place_chances(finished), dict.fromkeys(range(N), 0.0)
        for before, weight in weights.items():
            places = latent.places(z, index, before, N)
            for place in places:
                following[place] += weight * chances[place] / len(places)
        weights = following
    return sum(weights.values())


@pytest.mark.parametrize("moves", ["ccca", "cc", ""], ids=["finished", "unfinished", "new"])
@pytest.mark.parametrize("latent", PLACES.values(), ids=PLACES)
def test_beliefs_are_bayes_rule(latent, moves):
    _, tasks = draw(latent, 5, 4)
    earlier = [
        told(task, how) for task, how in zip(tasks, ("cca", "ccccca", "cccccca"), strict=False)
    ]
    history = in_order(*earlier, told(tasks[3], moves))
    beliefs = latent.beliefs(GAMES, VISIBLE, history)
    likelihood = np.array([brute_force(latent, z, history) for z in latent.values(N)])
    assert np.exp(beliefs.log_likelihood) == pytest.approx(likelihood, rel=1e-9)
    assert beliefs.log_evidence == pytest.approx(math.log(likelihood.mean()), abs=1e-9)
    posterior = likelihood / likelihood.sum()
    assert [2 ** beliefs.log2_prob(z) for z in latent.values(N)] == pytest.approx(posterior)


@pytest.mark.parametrize("latent", ALL.values(), ids=ALL)
def test_before_the_first_task_every_value_is_possible(latent):
    beliefs = latent.opened().beliefs(GAMES, VISIBLE, ())
    assert beliefs.entropy == pytest.approx(math.log2(len(beliefs.values)), abs=1e-9)
    assert beliefs.probabilities.sum() == pytest.approx(1)
    assert beliefs.log_evidence == pytest.approx(0, abs=1e-9)


EXACT = {**PLACES, **RAISED, "shape": Shape(), "relation": Relation()}


@pytest.mark.parametrize("latent", EXACT.values(), ids=EXACT)
def test_revealed_tasks_are_judged_as_by_the_general_path(latent):
    z, history = some_history(latent, 3, 4, show=True)
    _, tasks = draw(latent, 3, 4)
    general = hypotheses(latent, GAMES, VISIBLE, seed=0)
    for index, (task, finished) in enumerate(zip(tasks, history, strict=True)):
        evidence = TaskEvidence(told=finished, core_env=GAME, num_tasks=4, task=task, key=0)
        assert evidence.known
        general = general.after(Candidates(evidence))
        fast = latent.beliefs(GAMES, VISIBLE, history[: index + 1])
        assert fast.log_evidence == pytest.approx(general.beliefs.log_evidence, abs=1e-9)
        assert fast.probabilities == pytest.approx(general.beliefs.probabilities, abs=1e-9)
    assert fast.log2_prob(z) > -math.inf


@pytest.mark.parametrize("latent", ALL.values(), ids=ALL)
def test_posteriors_are_calibrated(latent):
    """The true value is as probable, on average, as a value drawn from the posterior is."""
    surprise, learned, bits = [], [], []
    for seed in range(60):
        z, history = some_history(latent, seed, 4)
        before, after = (latent.beliefs(GAMES, VISIBLE, history[:n]) for n in (0, 4))
        held = after.probabilities
        surprise.append(2 ** after.log2_prob(z) - (held**2).sum())
        learned.append(after.log2_prob(z) - before.log2_prob(z))
        bits.append(after.information_since(before))
        assert 0 <= bits[-1] <= before.entropy + 1e-9
        assert bits[-1] == pytest.approx(before.entropy - after.entropy, abs=1e-9)
    error = np.std(surprise) / math.sqrt(len(surprise))
    assert abs(np.mean(surprise)) <= 4 * error + 0.01
    assert np.mean(learned) > 0.2
    error = np.std(np.subtract(learned, bits)) / math.sqrt(len(bits))
    assert abs(np.mean(learned) - np.mean(bits)) <= 4 * error + 0.05


def test_an_invalid_reply_does_not_end_a_task():
    task = Task(values=(0.5, 0.2, 0.9, 0.1, 0.3, 0.2, 0.1, 0.6))
    strict = Secretary(num_values=N, parsing="strict")
    for game, moves in ((GAME, "xx"), (strict, "cxcx")):
        beliefs = FixedPosition().beliefs({NAME: game}, VISIBLE, (told(task, moves, game=game),))
        likely = [z for z in range(N) if beliefs.log2_prob(z) > -math.inf]
        assert likely == [2, 3, 4, 5, 6, 7]


def test_the_last_value_is_taken_whatever_is_said():
    task = Task(values=(0.5, 0.2, 0.4, 0.1, 0.3, 0.2, 0.1, 0.6))
    offered, taken = (
        FixedPosition().beliefs(GAMES, VISIBLE, (told(task, "c" * n),)) for n in (N - 1, N)
    )
    assert offered.log2_prob(N - 1) == pytest.approx(0)  # it beats all others, which are known
    assert taken.log2_prob(N - 1) == pytest.approx(0)
    lower = Task(values=(*task.values[:-1], 0.3))
    before, after = (
        PositionSet(size=7).beliefs(GAMES, VISIBLE, (told(lower, "c" * n),)) for n in (N - 1, N)
    )
    assert before.entropy == pytest.approx(after.entropy)


def test_forgotten_tasks_and_those_of_other_games_count_but_tell_nothing():
    _, tasks = draw(Stride(), 2, 3)
    first, last = (told(tasks[e], "a", show=True) for e in (0, 2))
    other = FinishedTask("other", {}, (), False, None)
    for between in (None, other):
        beliefs = Stride().beliefs(GAMES, VISIBLE, in_order(first, between, last))
        possible = [z for z in beliefs.values if beliefs.log2_prob(z) > -math.inf]
        assert possible == [
            (start, step)
            for start, step in Stride().values(N)
            if start == tasks[0].best and (start + 2 * step) % N == tasks[2].best
        ]


def test_refuted_families_have_no_evidence_and_stay_refuted():
    tasks = [draw(FixedPosition(value=k), 0, 1)[1][0] for k in (2, 5, 5)]
    history = in_order(*(told(task, "a", show=True) for task in tasks))
    for number in (2, 3):
        beliefs = FixedPosition().beliefs(GAMES, VISIBLE, history[:number])
        assert beliefs.log_evidence == -math.inf
        assert beliefs.refuted


def test_families_too_large_to_list_have_no_beliefs():
    assert Cycle(length=6).beliefs(GAMES, VISIBLE, ()) is None
    large = {"num_values": 20, "value": 0.5}
    assert PositionSet().beliefs(GAMES, large, ()) is None
    assert PositionSet().foresee(GAMES, Upcoming(NAME, large, 0, 4), ()) is None
    view = evolve(view_of(Cycle(length=6)), visible=VISIBLE)
    for player in (Bayes(), Forgetful()):
        with pytest.raises(AgentError, match="offers no exact law"):
            player.act(view, None, random.Random(0))


# ---- the law of the next task


@pytest.mark.parametrize("shown", [1, 3, N], ids=["first value", "three values", "all values"])
@pytest.mark.parametrize("latent", PLACES.values(), ids=PLACES)
def test_the_law_is_bayes_rule(latent, shown):
    """Of the place of the greatest value, by earlier tasks and the values shown so far."""
    _, tasks = draw(latent, 6, 4)
    earlier = in_order(told(tasks[0], "cca"), None, told(tasks[2], "cccca"))
    current = evolve(told(tasks[3], "c" * (shown - 1)), index=3)
    upcoming = Upcoming(NAME, current.visible, 3, 10, current.turns, current.replies)
    law = latent.foresee(GAMES, upcoming, earlier)
    weights = np.zeros(N)
    for z in latent.values(N):
        places = {None: 1.0}
        for index, task in enumerate((earlier[0], None, earlier[1], current)):
            chances = place_chances(task) if task else [1.0] * N
            following = dict.fromkeys(range(N), 0.0)
            for before, weight in places.items():
                possible = latent.places(z, index, before or 0, N)
                for place in possible:
                    following[place] += weight * chances[place] / len(possible)
            places = following
        weights += [places[place] for place in range(N)]
    found = {greatest.place: share for greatest, share in law.items()}
    expected = {place: w / weights.sum() for place, w in enumerate(weights) if w}
    assert found == pytest.approx(expected)
    assert {(greatest.top, greatest.is_judged) for greatest in law.values} == {("exchanged", False)}


# ---- families


def test_presets_are_opened():
    assert FixedPosition(value=-1, top="raised").opened() == FixedPosition(top="raised")
    assert PositionSet(value="primes").opened() == PositionSet()
    assert Stride(value=(0, 1), clamp=True).opened() == Stride(clamp=True)
    assert Cycle(value=(1, 3, 7, 0)).opened() == Cycle(length=4)
    assert RegionCycle(value=(0, 1, 2)).opened() == RegionCycle(length=3)
    assert RegionCycle(value=(0, 1, 0, 2)).opened() == RegionCycle(value=(0, 1, 0, 2))
    assert Threshold(value=0.6).opened() == Threshold()
    assert ValueMarker(value=1.0).opened() == ValueMarker()
    assert Shape(value="step").opened() == Shape()
    assert Relation(value="jump").opened() == Relation()
    for kind in (Mirror, RandomWalk, Streak):
        assert kind(value=3).opened() == kind()


@pytest.mark.parametrize(
    ("latent", "z", "same"),
    [
        (PositionSet(value="fibonacci"), (1, 1, 2, 3, 5), (1, 2, 3, 5)),
        (PositionSet(value=(5, 2)), (5, 2), (2, 5)),
        (Stride(value=(-1, -1)), (7, -1), (7, 7)),
        (Threshold(value=0.6), 0.6007, 0.6),
    ],
)
def test_fixed_values_are_found_in_the_open_family(latent, z, same):
    beliefs = latent.opened().beliefs(GAMES, VISIBLE, ())
    number = len(beliefs.values)
    assert beliefs.log2_prob(z) == beliefs.log2_prob(same) == pytest.approx(-math.log2(number))


def test_values_outside_of_the_open_family_are_impossible():
    for latent, z in ((Stride(clamp=True), (7, -1)), (Threshold(), 0.95), (Streak(), 9)):
        assert latent.beliefs(GAMES, VISIBLE, ()).log2_prob(z) == -math.inf


@pytest.mark.parametrize("latent", ALL.values(), ids=ALL)
def test_only_memories_depend_on_earlier_tasks(latent):
    assert latent.uses_history == isinstance(latent, REMEMBER)


# ---- players


@pytest.mark.parametrize("latent", ALL.values(), ids=ALL)
@pytest.mark.parametrize(
    "player", [Bayes(), Blind(), Forgetful()], ids=["bayes", "blind", "amnesic"]
)
def test_no_move_scores_more_than_ones_own(latent, player):
    for seed in range(4):
        z, history = some_history(latent, seed, 3)
        task = draw(latent, seed, 4)[1][3]
        turns = told(task, "c" * (N - 1)).turns
        for number in range(N):
            view = view_of(latent, history, turns[:number], task)
            own = player.act(view, Truth(z, task), random.Random(0))
            mine, accept, go_on = player.appraise(view, None, (own, "[accept]", "[continue]"))
            assert mine.score == max(accept.score, go_on.score)
            assert 0 <= accept.chance <= 1
            assert go_on.chance == 0
            if number == N - 1:  # the last value is taken anyway
                assert accept.score == go_on.score


def test_moves_are_worth_what_they_earn():
    """Where z is known, playing on up to its place earns everything."""
    latent = FixedPosition(value=5)
    _, history = some_history(latent, 0, 1, show=True)
    task = draw(latent, 1, 1)[1][0]
    view = view_of(latent, history, told(task, "cc").turns, task)
    accept, go_on = Bayes().appraise(view, None, ("[accept]", "[continue]"))
    assert go_on.score == pytest.approx(1)
    assert accept.score < 0.5
    view = view_of(latent, history, told(task, "ccccc").turns, task)
    accept, go_on = Bayes().appraise(view, None, ("[accept]", "[continue]"))
    assert (accept.score, accept.chance) == pytest.approx((1, 1))
    assert go_on.score < 0.5


def test_what_is_no_move_counts_as_the_rules_say():
    task = draw(FixedPosition(), 1, 1)[1][0]
    lenient = view_of(FixedPosition(), (), (), task)
    shouted, silent, go_on = Blind().appraise(lenient, None, ("I [ACCEPT]", "hm", "[continue]"))
    assert silent == go_on
    assert shouted.chance > 0
    strict = view_of(FixedPosition(), (), (), task, game=Secretary(num_values=N, parsing="strict"))
    assert Blind().appraise(strict, None, ("I [ACCEPT]", "hm")) == [None, None]


def test_the_blind_player_does_not_care_for_the_latent_or_the_past():
    _, history = some_history(FixedPosition(), 0, 3, show=True)
    task = draw(Threshold(), 1, 1)[1][0]
    views = [
        view_of(latent, past, told(task, "cc").turns, task)
        for latent in (FixedPosition(), Threshold(), Shape())
        for past in ((), history)
    ]
    judged = [Blind().appraise(view, None, ("[accept]", "[continue]")) for view in views]
    assert all(each == judged[0] for each in judged)


def test_hindsight_does_not_change_which_task_is_played():
    """Whoever is shown all tasks of a sequence knows z, and still where in it he is."""
    z, tasks = draw(Mirror(), 4, 4)
    history = in_order(*(told(task, "a", show=True) for task in tasks))
    for index, task in enumerate(tasks):
        moves = []
        while not moves or moves[-1] == "c":
            turns = told(task, moves).turns
            view = view_of(Mirror(), history, turns, task, index)
            reply = Bayes().act(view, None, random.Random(0))
            moves.append("a" if reply == "[accept]" else "c")
        assert len(moves) - 1 == task.best == (N - 1 - z if index % 2 else z)
