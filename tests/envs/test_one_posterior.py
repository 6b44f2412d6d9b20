"""The law that the Bayes player goes by is the one that the reported posterior leads to.

The law is derived from the posterior by its evidence: P(secret | told) is proportional to
P(told, the task hides it) over all values of z and tasks that look like the one to come, which the
beliefs say as if that task had been revealed. No formula of a family's own law is used.
"""

import math
import random
from collections import defaultdict

import pytest

from latentgym_core.contract.latent import TaskContext
from latentgym_core.contract.told import FinishedTask
from latentgym_core.families.strand import current_strand
from latentgym_core.registry.registry import load_registry
from latentgym_core.sequence.environment import build_environment, construct
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_envs.bandits.rates import Payoffs
from latentgym_envs.secretary.likelihood import place_likelihood
from latentgym_envs.secretary.placing import Greatest

HISTORIES = 200  # of each game, over its families and both feedbacks
LATENTS = {
    "number_guessing": (
        *("set_of_2?latent.high=30", "set_of_k?latent.k=3&latent.high=12"),
        *(
            "range?latent.size=5&latent.high=40",
            "range?latent.size=3&latent.high=20&latent.shift=4",
        ),
        "m_ranges?latent.size=3&latent.gap=4&latent.high=40",
    ),
    "mastermind": ("first_is", "sum_class", "last_is", "contains", "extreme_place", "ends"),
    "hangman": ("starts_with_S", "ends_with_E", "length", "category", "double", "property"),
    "wordle": ("starts_with", "category_metals", "contains_EA", "double", "letter_class"),
    "bandits": ("fixed_index", "excluded", "subset", "stride", "alternate", "payoff", "cycle"),
    "secretary": ("fixed_position", "position_set", "stride", "cycle", "region_cycle", "mirror"),
    "wordladder": (
        "hub_word_3letter",
        "restricted_vocab_4letter",
        "order",
        "family_contains_an?latent.min_pool=2",
    ),
}
RULES = {
    "mastermind": "env.num_numbers=4&env.code_length=3&env.max_turns=2",
    "wordle": "env.max_turns=2",
    "hangman": "env.lives=2",
    "wordladder": "env.moves=lawful",
}
PLAYERS = {
    "number_guessing": ("midpoint", "random"),
    "mastermind": ("blind", "random"),
    "hangman": ("blind", "fixed_order"),
    "wordle": ("blind", "noisy"),
    "wordladder": ("blind", "greedy"),
    "bandits": ("blind", "round_robin"),
    "secretary": ("blind", "classic"),
}


@pytest.fixture(scope="module")
def registry():
    return load_registry()


def environment_of(registry, game, latent, feedback):
    name, _, parameters = latent.partition("?")
    query = "&".join(filter(None, (parameters, RULES.get(game, ""))))
    return build_environment(
        registry.complete(f"{game}/{name}/no_info/{feedback}/ep5{'?' if query else ''}{query}"),
        registry,
    )


def played(registry, environment, player, seed):
    """The env before one of its tasks, after a player's luck or bad luck in the others."""
    game = environment.id.core_envs[0]
    act = construct(registry.agent(f"scripted/{player}", (game,)).spec, {}).act
    env, rng = SequenceEnv(environment), random.Random(seed)
    env.reset(seed)
    stop = rng.randrange(1, environment.num_tasks)
    while env.task_index < stop:
        env.step(act(env.view, None, rng))
    return env


def derived(env):
    """The law by the evidence that each candidate would be."""
    here, view, game = current_strand(env.view), env.view, env.view.core_env
    latent, finished = here.latent.opened(), here.tasks
    first = (finished[0] if finished else here.upcoming.as_told).visible
    before = latent.beliefs(view.core_envs, first, finished).log_evidence
    weights, known = defaultdict(float), {}
    for z, task in candidates(latent, env):
        if game.visible(task) == view.visible:
            told = game.revealed(task)
            if (key := repr(told)) not in known:
                known[key] = latent.beliefs(view.core_envs, first, (*finished, shown(here, told)))
            weights[game.secret(task)] += share(known[key], z) * math.exp(
                known[key].log_evidence - before
            )
    total = math.fsum(weights.values())
    return {secret: weight / total for secret, weight in weights.items() if weight > 0}


def shown(here, told):
    """The task to come as if it had been revealed before anybody played."""
    view = here.view
    return FinishedTask(view.core_env_name, view.visible, (), False, told, (), here.index)


def share(held, z):
    """Posterior of a value."""
    return 2 ** held.log2_prob(z) if held.log_evidence > -math.inf else 0.0


def candidates(latent, env):
    """Every value of z with every task that it can make."""
    games, view = tuple(env.environment.core_envs.values()), env.view
    index = current_strand(view).index
    context = TaskContext(view.core_env, view.core_env_name, index, view.num_tasks, ())
    for z, _ in latent.support(games, view.visible):
        for task, _ in latent.task_support(z, context):
            yield z, task


def of_values(env):
    """The law of a task's secret by the generative law of each value; for chance and real numbers.

    Bandits hide a best button and its rates, secretary the place of a greatest value, of which the
    first value shown tells something.
    """
    here, view = current_strand(env.view), env.view
    latent = here.latent.opened()
    first = (here.tasks[0] if here.tasks else here.upcoming.as_told).visible
    held = latent.beliefs(view.core_envs, first, here.tasks)
    weights = defaultdict(float)
    for z, share_of_z in zip(held.values, held.probabilities.tolist(), strict=True):
        for secret, weight in GENERATED[view.core_env_name](latent, z, here.index, view):
            weights[secret] += share_of_z * weight
    total = math.fsum(weights.values())
    return {secret: weight / total for secret, weight in weights.items() if weight > 0}


def payoffs(latent, z, index, view):
    number = len(view.visible["buttons"])
    for best, weight in enumerate(latent.winner_law(z, index, number, None)):
        yield Payoffs(best, latent.rates(z, best, view.core_env)), weight


def greatest(latent, z, index, view):
    number = view.visible["num_values"]
    likelihood = place_likelihood((view.visible["value"],), number, latent.placing)
    for place, weight in enumerate(latent.place_law(z, index, 0, number) * likelihood):
        yield Greatest(place, latent.placing, latent.judges_values), float(weight)


GENERATED = {"bandits": payoffs, "secretary": greatest}


@pytest.mark.parametrize("game", LATENTS)
def test_the_player_s_law_is_that_of_the_reported_posterior(registry, game):
    latents = [(name, told) for name in LATENTS[game] for told in ("standard", "information")]
    environments = [environment_of(registry, game, *each) for each in latents]
    for number in range(HISTORIES):
        environment = environments[number % len(environments)]
        player = PLAYERS[game][number // len(environments) % 2]
        env = played(registry, environment, player, number)
        law = dict(current_strand(env.view).foresee().items())
        expected = of_values(env) if game in GENERATED else derived(env)
        assert law.keys() == expected.keys(), environment.id
        assert law == pytest.approx(expected, abs=1e-9), environment.id
