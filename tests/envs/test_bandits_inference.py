"""Likelihoods against exact fractions, beliefs against sums over all histories."""

import itertools
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_envs.bandits.clues import Evidence, Likelihood, counts_of, evidence_of, worst_laws
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.constant import FixedIndex, FixedVector
from latentgym_envs.bandits.latents.filtering import filter_of
from latentgym_envs.bandits.latents.index_driven import Cycle
from latentgym_envs.bandits.latents.markov import Markov
from latentgym_envs.bandits.latents.presses import after_presses
from latentgym_envs.bandits.latents.ranking import Ranking
from latentgym_envs.bandits.latents.subsets import Subset
from latentgym_envs.bandits.task import Task

GAME = Bandits()
ALL = (0, 1, 2, 3, 4)
NOTHING = ((0, 0),) * 5
SEEN = (
    Evidence(((3, 1), (0, 2), (1, 1), (0, 0), (0, 0)), ALL),
    Evidence(((0, 2), (2, 0), (0, 1), (0, 0), (1, 0)), (0, 1, 2, 4)),
    Evidence(((1, 1), (0, 0), (2, 0), (1, 3), (0, 0)), ALL),
)


def exact_mean(paid, unpaid, low, high):
    """Mean of p^paid (1 - p)^unpaid over low..high, term by term of the binomial."""
    low, high = Fraction(low), Fraction(high)
    terms = (
        (-1) ** k
        * math.comb(unpaid, k)
        * (high ** (paid + k + 1) - low ** (paid + k + 1))
        / (paid + k + 1)
        for k in range(unpaid + 1)
    )
    return sum(terms) / (high - low)


@given(st.integers(0, 15), st.integers(0, 15), st.sampled_from([(0.7, 0.8), (0.25, 0.45), (0, 1)]))
def test_integrals_are_exact(paid, unpaid, interval):
    value = Likelihood().of_counts(((paid, unpaid),), (interval,))
    assert value == pytest.approx(float(exact_mean(paid, unpaid, *interval)), rel=1e-10)


def test_a_single_rate_is_a_power():
    rates = ((0.55, 0.55), (0.0, 0.0), (1.0, 1.0))
    likelihood = Likelihood()
    assert likelihood.of_counts(((2, 1), (0, 3), (4, 0)), rates) == pytest.approx(0.55**2 * 0.45)
    assert likelihood.of_counts(((0, 0), (1, 0), (0, 0)), rates) == 0


def task_likelihood(latent, z, seen, best):
    if best not in seen.candidates:
        return 0.0
    rates = latent.rates(z, best, GAME)
    return math.prod(
        low**a * (1 - low) ** b if low == high else float(exact_mean(a, b, low, high))
        for (a, b), (low, high) in zip(seen.counts, rates, strict=True)
    )


def brute_force(latent, hypotheses, finished):
    """Law of the next best button: a sum over z and all histories of best buttons."""
    law = [0.0] * 5
    for z in hypotheses:
        for history in itertools.product(range(5), repeat=len(finished)):
            weight, last = 1.0, None
            for index, (best, seen) in enumerate(zip(history, finished, strict=True)):
                weight *= latent.winner_law(z, index, 5, last)[best]
                weight *= task_likelihood(latent, z, seen, best) if weight else 0
                last = best, -1
            if weight:
                following = latent.winner_law(z, len(finished), 5, last)
                law = [total + weight * share for total, share in zip(law, following, strict=True)]
    return [share / sum(law) for share in law]


def next_law(latent, finished, told=()):
    return chances(filter_of(latent, GAME, told).law(finished, len(finished)), NOTHING)


def chances(law, counts):
    """Probability of each button to be the best, after presses; as the law has it."""
    turns = [
        {"button": name, "outcome": outcome}
        for name, pair in zip(GAME.buttons, counts, strict=True)
        for outcome, number in zip((1, 0), pair, strict=True)
        for _ in range(number)
    ]
    visible = {"buttons": list(GAME.buttons), "max_turns": GAME.max_turns}
    after = after_presses(law, Upcoming("bandits", visible, 0, 5, tuple(turns)))
    shares = [0.0] * len(GAME.buttons)
    for payoffs, share in after.items():
        shares[payoffs.best] += share
    return shares


@pytest.mark.parametrize(
    ("latent", "told"),
    [
        (FixedIndex(index=3), ()),
        (Subset(members="odd"), ()),
        (Subset(size=2, runner_up=0.55), ()),
        (Cycle(), ()),
        (Ranking(), ()),
        *((Markov(), (kernel,)) for kernel in ("walk", "avoid_last", "stay", "mirror", "uniform")),
    ],
)
@pytest.mark.parametrize("number", [0, 1, 3])
def test_forecasts_are_exact(latent, told, number):
    hypotheses = told or latent.values(5)
    expected = brute_force(latent, hypotheses, SEEN[:number])
    assert next_law(latent, SEEN[:number], told) == pytest.approx(expected, rel=1e-9)


def test_presses_of_the_current_task_are_weighed_in():
    law = filter_of(FixedIndex(), GAME).law((), 0)
    counts = ((3, 1), (0, 0), (0, 2), (0, 0), (0, 0))
    weights = [task_likelihood(FixedIndex(), 0, Evidence(counts, ALL), best) for best in range(5)]
    expected = [weight / sum(weights) for weight in weights]
    assert chances(law, counts) == pytest.approx(expected, rel=1e-9)
    assert chances(Law.collected({}), counts) == [0] * 5


def test_presses_of_earlier_tasks_count_where_probabilities_stay():
    """Against fractions: the same buttons in all tasks, their presses taken together."""
    latent, games = FixedVector(), {"bandits": GAME}
    task = Task(probabilities=(0.75, 0.3, 0.3, 0.3, 0.3), buttons=GAME.buttons, max_turns=9)
    before = finished(GAME, task, "[red]", "[red]", "[blue]", "[blue]", "hm")
    earlier = counts_of(before.turns, GAME.buttons)
    upcoming = Upcoming("bandits", before.visible, 1, 5)
    law = latent.foresee(games, upcoming, (before,))
    now = ((1, 0), (0, 2), (0, 0), (0, 0), (0, 0))
    weights = [
        task_likelihood(
            FixedIndex(),
            0,
            Evidence(
                tuple((a + c, b + d) for (a, b), (c, d) in zip(earlier, now, strict=True)), ALL
            ),
            best,
        )
        for best in range(5)
    ]
    assert chances(law, now) == pytest.approx([w / sum(weights) for w in weights], rel=1e-9)


def revealed(probabilities):
    return Evidence(NOTHING, (probabilities.index(max(probabilities)),), probabilities)


def test_revealed_tasks_tell_the_best_button_and_more():
    seen = revealed((0.3, 0.75, 0.4, 0.26, 0.31))
    assert next_law(FixedIndex(), (seen,)) == [0, 1, 0, 0, 0]
    assert next_law(Markov(), (seen,), ("shadow",)) == [0, 0, 0, 1, 0]
    pair = revealed((0.3, 0.75, 0.4, 0.55, 0.31))
    law = next_law(Subset(size=2, runner_up=0.55), (pair,))
    assert law == pytest.approx([0, 0.5, 0, 0.5, 0])
    assert next_law(FixedIndex(), (seen, revealed((0.75, 0.3, 0.3, 0.3, 0.3)))) == [0] * 5


def test_a_family_without_a_list_has_no_law():
    eight = Bandits(buttons=tuple("abcdefgh"))
    visible = {"buttons": list(eight.buttons), "max_turns": 30}
    assert Cycle().foresee({"bandits": eight}, Upcoming("bandits", visible, 0, 5), ()) is None


def test_the_worst_button_by_simulation():
    seen = Evidence(((0, 0), (0, 4), (3, 0), (1, 1), (0, 0)), ALL)
    rng = random.Random(0)
    weights = [0.0] * 5
    for _ in range(40_000):
        rates = [1.0, *(rng.uniform(0.25, 0.45) for _ in range(4))]  # the first is the best
        weight = math.prod(
            p**a * (1 - p) ** b for p, (a, b) in zip(rates, seen.counts, strict=True)
        )
        weights[rates.index(min(rates))] += weight
    expected = [weight / sum(weights) for weight in weights]
    laws = worst_laws(seen, (0.25, 0.45))
    assert laws[0] == pytest.approx(expected, abs=0.01)
    assert laws.sum(axis=1) == pytest.approx([1] * 5)
    assert not laws.diagonal().any()


def finished(game, task, *replies, show=False):
    state, _ = game.start(task, 3)
    turns = []
    for reply in replies:
        state, result = game.step(state, reply)
        turns.append(result.facts)
    revealed = game.revealed(task) if show else None
    return FinishedTask("bandits", game.visible(task), tuple(turns), state.solved, revealed)


def test_evidence_is_what_was_told():
    task = Task(probabilities=(1.0, 0.0, 0.0, 0.0, 0.0), buttons=GAME.buttons, max_turns=5)
    presses = ("[red]", "[red]", "[blue]", "hm")
    counts = ((2, 0), (0, 1), (0, 0), (0, 0), (0, 0))
    assert evidence_of(finished(GAME, task, *presses, "[select red]")) == Evidence(counts, (0,))
    wrong = finished(GAME, task, *presses, "[blue]")
    assert evidence_of(wrong) == Evidence(counts, (0, 2, 3, 4))
    assert evidence_of(finished(GAME, task, *presses, "hm")) == Evidence(counts, ALL)
    shown = evidence_of(finished(GAME, task, *presses, "hm", show=True))
    assert shown == Evidence(counts, (0,), task.probabilities)
    hidden = Bandits(budget_notice="replaces")
    told = finished(hidden, task, "[red]", "[red]", "[red]", "[red]", "[select green]")
    assert counts_of(told.turns, GAME.buttons)[0] == (3, 0)
