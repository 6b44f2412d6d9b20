"""Beliefs about z in bandits against sums over all histories, and what players make of replies."""

import itertools
import math
import random

import numpy as np
import pytest
from attrs import evolve

from latentgym_core.contract.latent import TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.families.evidence import TaskEvidence
from latentgym_core.families.hypotheses import Candidates, hypotheses
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.constant import Excluded, FixedIndex, FixedVector
from latentgym_envs.bandits.latents.index_driven import Alternate, Cycle, IndexSequence, Stride
from latentgym_envs.bandits.latents.markov import Markov
from latentgym_envs.bandits.latents.ranking import Ranking
from latentgym_envs.bandits.latents.subsets import Payoff, Subset
from latentgym_envs.bandits.latents.vector_beliefs import log_mean
from latentgym_envs.bandits.players.reference import Bayes, Blind

NAME = "bandits"
GAME = Bandits(buttons=4, max_turns=12)
GAMES = {NAME: GAME}
VISIBLE = {"buttons": list(GAME.buttons), "max_turns": GAME.max_turns}
FAMILIES = {
    "fixed_index": FixedIndex(index=1),
    "excluded": Excluded(),
    "subset": Subset(members="0+-1"),
    "named subset": Subset(members="odd"),
    "runner_up": Subset(size=2, runner_up=0.55),
    "payoff": Payoff(p_best=0.9, p_other=0.5),
    "one_hot": Payoff(),
    "stride": Stride(step=1, start=0),
    "alternate": Alternate(runner_up=0.55),
    "cycle": Cycle(),
    "index_sequence": IndexSequence(rule="squares"),
    "ranking": Ranking(),
    "markov": Markov(kernel="walk"),
}


def view_of(latent, history=(), turns=(), index=None, game=GAME):
    visible = {"buttons": list(game.buttons), "max_turns": game.max_turns}
    at = len(history) if index is None else index
    return SequenceView(latent, NAME, game, 10, at, visible, tuple(turns), tuple(history))


def draw(latent, seed, number, game=GAME):
    """A value of z, and tasks."""
    rng, tasks = random.Random(seed), ()
    z = latent.draw((game,), rng)
    for index in range(number):
        tasks += (latent.task(z, TaskContext(game, NAME, index, number, tasks), rng),)
    return z, tasks


def told(task, replies, *, show=False, game=GAME, index=0):
    state, _ = game.start(task, 7)
    turns = []
    for reply in replies:
        state, result = game.step(state, reply)
        turns.append(result.facts)
    revealed = game.revealed(task) if show else None
    facts = (game.visible(task), tuple(turns), state.solved, revealed)
    return FinishedTask(NAME, *facts, replies, index)


def random_replies(rng, game=GAME, *, finish=True):
    presses = tuple(f"[{rng.choice(game.buttons)}]" for _ in range(rng.randint(2, 6)))
    return (*presses, f"[select {rng.choice(game.buttons)}]") if finish else presses


def some_history(latent, seed, number, **more):
    rng = random.Random(f"replies/{seed}")
    z, tasks = draw(latent, seed, number)
    return z, tuple(
        told(task, random_replies(rng), index=index, **more) for index, task in enumerate(tasks)
    )


# ---- independent of the code under test: Simpson's rule, and sums over all best buttons


def mean_of(function, low, high, steps=400):
    if low == high:
        return function(low)
    points = [low + (high - low) * k / steps for k in range(steps + 1)]
    weights = [1, *([4, 2] * (steps // 2))[: steps - 1], 1]
    return sum(w * function(p) for w, p in zip(weights, points, strict=True)) / (3 * steps)


def task_probability(finished, best, rates):
    """P(answers of a task | best button), by numeric integration over every button's rate."""
    product = 1.0
    for button, (low, high) in zip(GAME.buttons, rates, strict=True):
        paid = [
            f["outcome"] for f in finished.turns if f["button"] == button and f["outcome"] in (0, 1)
        ]
        product *= mean_of(lambda p, o=paid: math.prod(p if x else 1 - p for x in o), low, high)
    for facts in finished.turns:
        if facts["correct"] is not None:
            right = GAME.buttons.index(facts["button"]) == best
            product *= right == facts["correct"]
    return product


def brute_force(latent, z, history):
    """P(history | z)."""
    total = 0.0
    tables = {}
    for chain in itertools.product(range(len(GAME.buttons)), repeat=len(history)):
        weight, last = 1.0, None
        for index, (best, finished) in enumerate(zip(chain, history, strict=True)):
            weight *= latent.winner_law(z, index, len(GAME.buttons), last)[best]
            if not weight:
                break
            if (index, best) not in tables:
                rates = latent.rates(z, best, GAME)
                tables[index, best] = task_probability(finished, best, rates)
            weight *= tables[index, best]
            last = best, -1
        total += weight
    return total


@pytest.mark.parametrize("finish", [True, False], ids=["finished", "unfinished"])
@pytest.mark.parametrize("latent", FAMILIES.values(), ids=FAMILIES)
def test_beliefs_are_sums_over_all_histories(latent, finish):
    rng = random.Random(3)
    _, tasks = draw(latent, 5, 3)
    first, second = (told(tasks[i], random_replies(rng), index=i) for i in range(2))
    history = (first, second, told(tasks[2], random_replies(rng, finish=finish), index=2))
    beliefs = latent.opened().beliefs(GAMES, VISIBLE, history)
    values = latent.opened().values(len(GAME.buttons))
    assert list(beliefs.values) == list(values)
    joint = {}
    for z in values:
        if z == "shadow":  # depends on the worst button, see `worst_laws`
            continue
        likelihood = brute_force(latent, z, history)
        joint[z] = likelihood
        found = beliefs.log_likelihood[list(values).index(z)]
        assert math.exp(found) == pytest.approx(likelihood, rel=1e-7)
    total = sum(joint.values())
    held = sum(2 ** beliefs.log2_prob(z) for z in joint)
    for z, likelihood in joint.items():
        assert 2 ** beliefs.log2_prob(z) == pytest.approx(held * likelihood / total, abs=1e-9)
    if "shadow" not in values:
        assert beliefs.log_evidence == pytest.approx(math.log(total / len(values)), abs=1e-7)


@pytest.mark.parametrize("latent", FAMILIES.values(), ids=FAMILIES)
def test_before_the_first_task_every_value_is_possible(latent):
    beliefs = latent.opened().beliefs(GAMES, VISIBLE, ())
    number = len(latent.values(len(GAME.buttons)))
    assert beliefs.entropy == pytest.approx(math.log2(number), abs=1e-12)
    assert beliefs.probabilities.sum() == pytest.approx(1)
    assert beliefs.log_evidence == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("latent", FAMILIES.values(), ids=FAMILIES)
def test_revealed_tasks_are_judged_as_by_the_general_path(latent):
    z, history = some_history(latent, 11, 4, show=True)
    _, tasks = draw(latent, 11, 4)
    latent = latent.opened()
    general = hypotheses(latent, GAMES, VISIBLE, seed=0)
    for index, finished in enumerate(history):
        evidence = TaskEvidence(
            told=finished,
            core_env=GAME,
            num_tasks=4,
            task=tasks[index],
        )
        general = general.after(Candidates(evidence))
        fast = latent.beliefs(GAMES, VISIBLE, history[: index + 1])
        assert fast.log_evidence == pytest.approx(general.beliefs.log_evidence, abs=1e-9)
        assert fast.log_prob == pytest.approx(general.beliefs.log_prob, abs=1e-9)
    assert fast.log2_prob(z) > -math.inf


@pytest.mark.parametrize("latent", FAMILIES.values(), ids=FAMILIES)
def test_the_true_value_gets_likelier_and_surprise_is_calibrated(latent):
    """On average; and information never exceeds what there was to know."""
    before, after = [], []
    for seed in range(40):
        z, history = some_history(latent, seed, 5)
        steps = [latent.opened().beliefs(GAMES, VISIBLE, history[:n]) for n in range(6)]
        before.append(steps[0].log2_prob(z))
        after.append(steps[-1].log2_prob(z))
        for earlier, later in itertools.pairwise(steps):
            assert later.information_since(earlier) >= 0
        whole = steps[-1].information_since(steps[0])
        assert whole == pytest.approx(steps[0].entropy - steps[-1].entropy, abs=1e-9)
        assert whole <= steps[0].entropy + 1e-9
    assert np.mean(after) >= np.mean(before)
    if len(latent.opened().values(len(GAME.buttons))) > 1:
        assert np.mean(after) > np.mean(before) + 0.2


def test_a_choice_says_whether_it_was_right():
    task = GAME.task((0.3, 0.75, 0.3, 0.3))
    right, wrong = (told(task, (f"[select {name}]",)) for name in ("blue", "red"))
    assert FixedIndex().beliefs(GAMES, VISIBLE, (right,)).log2_prob(1) == 0
    beliefs = FixedIndex().beliefs(GAMES, VISIBLE, (wrong,))
    assert beliefs.probabilities == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])
    assert math.exp(beliefs.log_evidence) == pytest.approx(3 / 4)


def test_refuted_families_have_no_evidence():
    rates = ((0.3, 0.75, 0.3, 0.3), (0.75, 0.3, 0.3, 0.3))
    tasks = [told(GAME.task(p), (), show=True, index=i) for i, p in enumerate(rates)]
    beliefs = FixedIndex().beliefs(GAMES, VISIBLE, tuple(tasks))
    assert beliefs.log_evidence == -math.inf
    assert beliefs.refuted


def test_tasks_of_other_games_count_but_tell_nothing():
    _, history = some_history(Stride(), 2, 3, show=True)
    gap = (history[0], evolve(history[1], core_env_name="another"), history[2])
    shown = [task.revealed["best"] for task in history]
    beliefs = Stride().beliefs(GAMES, VISIBLE, gap)
    possible = [z for z in beliefs.values if beliefs.log2_prob(z) > -math.inf]
    assert possible
    for z in possible:
        assert [(z.start + z.step * e) % 4 for e in (0, 2)] == [shown[0], shown[2]]
    assert list(Stride().beliefs(GAMES, VISIBLE, (history[0], history[2])).log_likelihood) == list(
        beliefs.log_likelihood
    )
    walk = Markov().beliefs(GAMES, VISIBLE, gap[:2])
    assert walk.entropy == pytest.approx(math.log2(6), abs=1e-9)


def test_orders_of_many_buttons_are_not_listed():
    game = Bandits(buttons=8)
    visible = {"buttons": list(game.buttons), "max_turns": 30}
    for latent in (Cycle(), Ranking()):
        assert latent.beliefs({NAME: game}, visible, ()) is None
    assert Stride().beliefs({NAME: game}, visible, ()).entropy == pytest.approx(math.log2(56))


# ---- the law of the next task


def brute_law(latent, values, tasks):
    """Chances of the last task's best button: a sum over z and the best buttons of all tasks."""
    weights, known = np.zeros(len(GAME.buttons)), {}
    for z in values:
        for chain in itertools.product(range(len(GAME.buttons)), repeat=len(tasks)):
            weight, last = 1.0, None
            for index, (best, task) in enumerate(zip(chain, tasks, strict=True)):
                weight *= latent.winner_law(z, index, len(GAME.buttons), last)[best]
                if weight and task:
                    key = index, best, latent.rates(z, best, GAME)
                    if key not in known:
                        known[key] = task_probability(task, *key[1:])
                    weight *= known[key]
                last = best, -1
            weights[chain[-1]] += weight
    return weights / weights.sum()


def chances(law):
    found = np.zeros(len(GAME.buttons))
    for payoffs, share in law.items():
        found[payoffs.best] += share
    return found


@pytest.mark.parametrize("latent", FAMILIES.values(), ids=FAMILIES)
def test_the_law_is_a_sum_over_all_histories(latent):
    """By two tasks with a forgotten one between, and by the presses so far."""
    rng = random.Random(9)
    z, tasks = draw(latent, 9, 4)
    latent = latent.opened()
    first, third = (told(tasks[place], random_replies(rng)) for place in (0, 2))
    current = told(tasks[3], random_replies(rng, finish=False))
    upcoming = Upcoming(NAME, VISIBLE, 3, 10, current.turns, current.replies)
    history, whole = (first, evolve(third, index=2)), (first, None, third, current)
    values = latent.values(len(GAME.buttons))
    law = latent.foresee(GAMES, upcoming, history, z)
    assert chances(law) == pytest.approx(brute_law(latent, [z], whole), rel=1e-6, abs=1e-12)
    if "shadow" not in values:  # depends on the worst button, see `worst_laws`
        law = latent.foresee(GAMES, upcoming, history)
        assert chances(law) == pytest.approx(brute_law(latent, values, whole), rel=1e-6)


# ---- fixed_vector


def test_presses_on_fixed_buttons_count_together():
    latent = FixedVector()
    z, history = some_history(latent, 4, 3)
    likelihood = []
    for best in range(4):
        rates, product = GAME.rates(best), 1.0
        for finished in history:
            product *= task_probability(evolve(finished, turns=finished.turns[-1:]), best, rates)
        for button, (low, high) in zip(GAME.buttons, rates, strict=True):
            paid = [
                f["outcome"]
                for t in history
                for f in t.turns
                if f["button"] == button and f["outcome"] in (0, 1)
            ]
            product *= mean_of(lambda p, o=paid: math.prod(p if x else 1 - p for x in o), low, high)
        likelihood.append(product)
    beliefs = latent.beliefs(GAMES, VISIBLE, history)
    assert np.exp(beliefs.log_likelihood) == pytest.approx(likelihood, rel=1e-7)
    held = likelihood[z.index(max(z))] / sum(likelihood)
    assert 2 ** beliefs.log2_prob(z) == pytest.approx(held, rel=1e-7)


def test_the_same_probabilities_again_speak_for_a_fixed_vector():
    z, history = some_history(FixedVector(), 6, 3, show=True)
    fixed, changing = (
        [latent.beliefs(GAMES, VISIBLE, history[:n]).log_evidence for n in (1, 2, 3)]
        for latent in (FixedVector(), FixedIndex())
    )
    assert fixed[0] == pytest.approx(changing[0], abs=1e-9)
    assert fixed[1] > changing[1] + math.log(1000)
    assert fixed[2] > changing[2] + math.log(1_000_000)
    _, other = some_history(FixedVector(), 8, 1, show=True)
    refuted = FixedVector().beliefs(GAMES, VISIBLE, (*history, *other))
    assert refuted.log_evidence == -math.inf
    assert FixedVector().beliefs(GAMES, VISIBLE, history).log2_prob(z) == 0


@pytest.mark.parametrize(("count", "interval"), [((3, 1), (0.25, 0.45)), ((0, 0), (0.7, 0.8))])
def test_means_of_powers(count, interval):
    paid, unpaid = count
    expected = mean_of(lambda p: p**paid * (1 - p) ** unpaid, *interval)
    assert math.exp(log_mean(count, interval)) == pytest.approx(expected, rel=1e-9)
    assert log_mean((700, 300), (0.7, 0.7)) == pytest.approx(
        700 * math.log(0.7) + 300 * math.log(0.3)
    )
    assert log_mean((1, 0), (0.0, 0.0)) == -math.inf


# ---- families


def test_presets_are_opened():
    assert FixedIndex(index=3).opened() == FixedIndex()
    assert Excluded(index=0).opened() == Excluded()
    assert Subset(members="0+-1", runner_up=0.5).opened() == Subset(size=2, runner_up=0.5)
    assert Subset(members="odd").opened().values(5) == Subset(size=2).values(5)
    assert Stride(step=-1, start=-1).opened() == Stride()
    assert Alternate(first=0, second=-1, runner_up=0.5).opened() == Alternate(runner_up=0.5)
    assert IndexSequence(rule="cubes").opened() == IndexSequence()
    assert Markov(kernel="stay", repeat=0.5).opened() == Markov(repeat=0.5)
    for latent in (Payoff(), Ranking(), Cycle(), FixedVector()):
        assert latent.opened() == latent


@pytest.mark.parametrize("latent", FAMILIES.values(), ids=FAMILIES)
def test_only_markov_depends_on_earlier_tasks(latent):
    assert latent.uses_history == isinstance(latent, Markov)


# ---- players


@pytest.mark.parametrize("latent", FAMILIES.values(), ids=FAMILIES)
@pytest.mark.parametrize("player", [Bayes(), Blind()], ids=["bayes", "blind"])
def test_no_reply_scores_more_than_ones_own(latent, player):
    replies = [f"[{how}{name}]" for how in ("", "select ") for name in GAME.buttons]
    rng = random.Random(1)
    for seed in range(6):
        _, history = some_history(latent, seed, 3)
        turns = told(draw(latent, seed, 4)[1][3], random_replies(rng, finish=False)).turns
        for number in range(len(turns) + 1):
            view = view_of(latent, history, turns[:number])
            own = player.act(view, Truth(None, None), random.Random(seed))
            judged = player.appraise(view, None, (own, *replies))
            assert judged[0].score == pytest.approx(max(each.score for each in judged))
            chances = [each.chance for each in judged[len(replies) // 2 + 1 :]]
            assert sum(chances) == pytest.approx(1)


def test_replies_are_judged_by_the_best_button():
    _, history = some_history(FixedIndex(index=2), 0, 1, show=True)
    view = view_of(FixedIndex(index=2), history)
    replies = ("[select green]", "[green]", "[red]", "[select red]", "[select pink]", "hm", "[x]")
    known = Bayes().appraise(view, None, replies)
    assert [each and each.score for each in known[:3]] == pytest.approx([1, 1, 0])
    assert known[3].score < -0.5
    assert known[4:] == [None, None, None]
    assert [each.chance for each in known[:4]] == pytest.approx([1, 0, 0, 0])
    blind = Blind().appraise(view, None, replies)
    assert blind[1] == blind[2]
    assert blind[1].score == pytest.approx(0.25)
    assert blind[0].score == blind[3].score < 0


def test_the_last_turn_is_a_choice_whatever_is_said():
    for notice, turn in (("adds", 11), ("replaces", 10)):
        game = evolve(GAME, budget_notice=notice)
        turns = ({"kind": "bad_format", "button": None, "outcome": None},) * turn
        judged = Blind().appraise(
            view_of(FixedIndex(), (), turns, game=game), None, ["[select red]", "[red]"]
        )
        assert judged[0].score == pytest.approx(0.25)
        if notice == "adds":
            assert judged[1] == judged[0]
        else:  # a press that is not answered
            assert judged[1] is None


def test_hindsight_does_not_change_which_task_is_played():
    """Whoever is shown all tasks of a sequence knows z, and still where in it he is."""
    z, history = some_history(Cycle(), 1, 6, show=True)
    for index in range(6):
        view = view_of(Cycle(), history, index=index)
        reply = Bayes().act(view, None, random.Random(0))
        assert reply == f"[select {GAME.buttons[z[index % 4]]}]"


def test_forgotten_tasks_keep_their_place():
    z, history = some_history(Alternate(), 1, 4, show=True)
    view = view_of(Alternate(), history[2:], index=4)
    assert Bayes().act(view, None, random.Random(0)) == f"[select {GAME.buttons[z[0]]}]"
