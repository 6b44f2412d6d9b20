"""Properties of every latent of every game, found in the registry.

Presets draw from a fixed z or law: 200 seeds each. Open families have hyperparameters and rules of
the game to vary, so Hypothesis chooses rules, horizon and seed.
"""

import json
import math
import random
import re
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError
from latentgym_core.families.combinators import FixedList
from latentgym_core.records.serial import from_data, to_data
from latentgym_core.registry.registry import load_registry
from latentgym_core.sequence.environment import Environment, build_environment

REGISTRY = load_registry()
GAMES = [entry.spec.name for entry in REGISTRY.core_envs()]
BOUND = [
    (game, entry.spec)
    for game in GAMES
    for entry in REGISTRY.latents((game,))
    if entry.spec.core_envs == (game,)
]
PRESETS = {game: [spec for name, spec in BOUND if name == game and spec.preset] for game in GAMES}
FAMILIES = {f"{game}/{spec.name}": (game, spec.name) for game, spec in BOUND if not spec.preset}
RULES = {  # rules that change which tasks a latent may draw
    "number_guessing": ["", "env.max_turns=1"],
    "bandits": ["", "env.buttons=2", "env.buttons=8", "env.final_press_only=true"],
    "secretary": ["", "env.num_values=3", "env.num_values=17"],
    "mastermind": ["", "env.duplicates_allowed=true", "env.code_length=5&env.num_numbers=8"],
    "hangman": ["", "env.lives=1&env.turn_cap=false"],
    "wordle": ["", "env.pool=basic", "env.pool=basic&env.word_length=4"],
    "wordladder": ["", "env.moves=lawful"],
}
NUM_SEEDS, NUM_TASKS = 200, 10
MOST_VALUES = 2000  # a longer support is not listed here
SEVERAL = settings(
    max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@cache
def environment(game: str, latent: str, num_tasks: int = NUM_TASKS, rules: str = "") -> Environment:
    text = f"{game}/{latent}/no_info/standard/ep{num_tasks}?{rules}"
    return build_environment(REGISTRY.complete(text), REGISTRY)


def check_tasks(built: Environment, sequence) -> None:
    """There are as many tasks as asked for, and each is possible under z."""
    (name,) = built.core_envs
    assert len(sequence.tasks) == built.num_tasks
    for index, task in enumerate(sequence.tasks):
        context = TaskContext(
            built.core_envs[name], name, index, built.num_tasks, sequence.tasks[:index]
        )
        assert -math.inf < built.latent.log_prob(task, sequence.z, context) < math.inf


def check_records(built: Environment, sequence) -> None:
    """Tasks and z survive JSON, z has words, and the same seed draws the same again."""
    (game,) = built.core_envs.values()
    for task in sequence.tasks:
        data = json.loads(json.dumps(to_data(task), allow_nan=False))
        assert from_data(game.task_type, data, strict=True) == task
    z = json.loads(json.dumps(to_data(sequence.z), allow_nan=False))
    assert built.latent.z_from_data(z) == sequence.z
    assert built.latent.describe(sequence.z).strip()
    assert built.latent.disclosure().strip()
    assert built.sequence(sequence.seed) == sequence


def check_support(built: Environment, sequence) -> None:
    """Priors of all values of z sum to 1, and the one drawn is among them."""
    games = tuple(built.core_envs.values())
    visible = games[0].visible(sequence.tasks[0])
    count = built.latent.num_values(games, visible)
    if count is None or count > MOST_VALUES:
        return
    values = list(built.latent.support(games, visible))
    assert len(values) == count
    assert math.fsum(math.exp(log_prior) for _, log_prior in values) == pytest.approx(1)
    assert sequence.z in [z for z, _ in values]


def refusal(built: Environment) -> str:
    """Why nothing can be drawn; empty if something can."""
    try:
        built.sequence(0)
    except EnvError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("game", GAMES)
def test_every_preset_draws_200_valid_sequences_or_says_what_to_use(game):
    for spec in PRESETS[game]:
        built = environment(game, spec.name)
        if said := refusal(built):
            assert re.search(r"leaves \d+ (of|pairs)", said), spec.name
            (rescue,) = re.findall(r"\?(env\.[\w.=&]*\w)", said)
            assert refusal(environment(game, spec.name, NUM_TASKS, rescue)) == "", spec.name
            continue
        for check in (check_records, check_support):
            check(built, built.sequence(0))
        for seed in range(NUM_SEEDS):
            check_tasks(built, built.sequence(seed))


@pytest.mark.parametrize("name", FAMILIES)
@given(data=st.data())
@SEVERAL
def test_properties_of_every_open_family(name, data):
    game, latent = FAMILIES[name]
    rules = data.draw(st.sampled_from(RULES[game]), label="rules")
    num_tasks = data.draw(st.sampled_from([1, 2, 5, 13]), label="num_tasks")
    built = environment(game, latent, num_tasks, rules)
    assume(not refusal(built))
    sequence = built.sequence(data.draw(st.integers(0, 2**40), label="seed"))
    for check in (check_tasks, check_records, check_support):
        check(built, sequence)


@pytest.mark.parametrize("game", GAMES)
@given(seed=st.integers(0, 2**40))
@settings(max_examples=5)
def test_a_list_of_drawn_tasks_is_played_as_it_is(game, seed):
    drawn = environment(game, REGISTRY.core_env(game).spec.default_latent).sequence(seed)
    listed = FixedList(tasks=tuple(to_data(task) for task in drawn.tasks))
    built = environment(game, "fixed_list", NUM_TASKS, "latent.tasks=[{}]")
    (core_env,) = built.core_envs.values()
    for index, task in enumerate(drawn.tasks):
        context = TaskContext(core_env, game, index, NUM_TASKS, drawn.tasks[:index])
        assert listed.log_prob(task, None, context) == 0


@pytest.mark.parametrize("game", GAMES)
def test_a_person_may_leave_out_the_brackets_of_worked_turns(game):
    core_env = build_environment(game, REGISTRY).core_envs[game]
    task = core_env.sample_task(random.Random(0))
    replies = list(core_env.demonstrate(task))
    assert replies
    for reply in replies:
        assert core_env.typed(reply.removeprefix("[").removesuffix("]")) == reply
        assert core_env.typed(reply) == reply
