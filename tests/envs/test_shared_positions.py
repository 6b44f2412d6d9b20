"""Latents on places that bandits and secretary share: laws, inference, players, refusals."""

import json
import math
import random
from collections import Counter
from itertools import repeat

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import latentgym_core as lg
from latentgym_core import load_registry, make
from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.strand import current_strand
from latentgym_core.records.serial import to_data
from latentgym_core.testing import check_core_env
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.rates import Payoffs
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.placing import Greatest
from latentgym_envs.shared.positions import specs
from latentgym_envs.shared.positions.constant import Place, Places, SharedPlace, SharedPlaceSet
from latentgym_envs.shared.positions.moving import SharedPlaceCycle, SharedPlaceShift, Walk

BOTH = "bandits+secretary"
GAMES = {"bandits": Bandits(), "secretary": Secretary()}
FAMILIES = {
    each.family: each for each in (SharedPlace, SharedPlaceSet, SharedPlaceShift, SharedPlaceCycle)
}


def on_scale(z, index):
    """Where the best choice can stand, said again in other words."""
    match z:
        case Place():
            return {z.place}
        case Walk():
            place = z.start
            for _ in range(index):
                place = (place + z.step) % z.of
            return {place}
        case Places():
            return set(z.places)


def in_row(place, of, length, scale):
    """Its place in a row: the nearest to a share of the way, the later of two."""
    if scale == "same":
        return place
    distances = {k: abs(k * (of - 1) - place * (length - 1)) for k in range(length)}
    return max(distances, key=lambda k: (-distances[k], k))


# ------------------------------------------------------------------ tasks


@settings(max_examples=80)
@given(
    family=st.sampled_from(sorted(FAMILIES)),
    scale=st.sampled_from(("same", "proportional")),
    buttons=st.integers(3, 9),
    values=st.integers(3, 14),
    order=st.sampled_from((BOTH, "secretary+bandits", "bandits", "secretary")),
    seed=st.integers(0, 10**6),
)
def test_every_best_choice_stands_where_z_says(family, scale, buttons, values, order, seed):
    rows = f"bandits.buttons={buttons}&secretary.num_values={values}"
    rows = "&".join(each for each in rows.split("&") if each.split(".")[0] in order.split("+"))
    tail = f"?latent.scale={scale}&{rows}"
    played = make(f"{order}/{family}/no_info/standard/ep7{tail}").environment
    sequence, latent = played.sequence(seed), played.latent
    z = sequence.z
    lengths = {"bandits": buttons, "secretary": values}
    assert z.of == min(lengths[name] for name in played.core_envs)
    for index, (name, task) in enumerate(zip(sequence.core_env_names, sequence.tasks, strict=True)):
        possible = on_scale(z, index)
        if family == "shared_place_cycle":
            possible = {z.places[index % 3]}
        assert task.best in {in_row(place, z.of, lengths[name], scale) for place in possible}
        context = TaskContext(played.core_envs[name], name, index, 7, sequence.tasks[:index])
        assert -math.inf < latent.log_prob(task, z, context) < math.inf
    assert played.sequence(seed) == sequence
    assert latent.z_from_data(json.loads(json.dumps(to_data(z)))) == z


def test_the_usual_rows_proportionally():
    latent = SharedPlace(scale="proportional")
    places = [latent.secrets(z, GAMES["secretary"], 0) for z in latent.values(5)]
    assert places == [{0: 1}, {2: 1}, {5: 1}, {7: 1}, {9: 1}]


@pytest.mark.parametrize("name", GAMES)
def test_densities(name):
    """Bandits: uniform rates. Secretary: one row in N has its greatest value at a given place."""
    latent, game = SharedPlaceSet(), GAMES[name]
    context = TaskContext(game, name, 0, 1, ())
    z = Places(of=5, places=(1, 3))
    task = latent.task(z, context, random.Random(0))
    ranges = (
        (game.best_high - game.best_low) * (game.other_high - game.other_low) ** 4
        if (name == "bandits")
        else 1 / game.num_values
    )
    assert latent.log_prob(task, z, context) == pytest.approx(math.log(0.5 / ranges))
    elsewhere = Places(of=5, places=(0, 2))
    assert latent.log_prob(task, elsewhere, context) == -math.inf


def test_rows_of_values_are_uniform_but_for_the_place_of_the_greatest():
    latent, game = SharedPlace(), GAMES["secretary"]
    context = TaskContext(game, "secretary", 0, 1, ())
    rows = np.array(
        [
            latent.task(Place(of=5, place=2), context, random.Random(seed)).values
            for seed in range(2000)
        ]
    )
    assert (rows.argmax(axis=1) == 2).all()
    assert np.sort(rows, axis=1).mean(axis=0) == pytest.approx(np.arange(1, 11) / 11, abs=0.02)
    assert rows[:, [0, 1, 3, 9]].mean(axis=0) == pytest.approx(45 / 9 / 11, abs=0.03)


# ------------------------------------------------------------------ values, presets, refusals


@pytest.mark.parametrize(
    ("family", "number"),
    [
        ("shared_place", 5),
        ("shared_place_set", 10),
        ("shared_place_shift", 20),
        ("shared_place_cycle", 60),
    ],
)
def test_supports(family, number):
    latent, games = FAMILIES[family](), tuple(GAMES.values())
    support = latent.support(games, {})
    assert len({z for z, _ in support}) == len(support) == number == latent.count(5)
    assert {p for _, p in support} == {-math.log(number)}
    drawn = Counter(latent.draw(games, random.Random(seed)) for seed in range(20 * number))
    assert set(drawn) == {z for z, _ in support}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("shared_place_first", {Place(of=5, place=0)}),
        ("shared_place_third", {Place(of=5, place=2)}),
        ("shared_place_last", {Place(of=5, place=4)}),
        ("shared_place_forward", {Walk(of=5, start=0, step=1)}),
        ("shared_place_backward", {Walk(of=5, start=start, step=4) for start in range(5)}),
    ],
)
def test_presets_fix_what_they_say(name, values):
    played = make(f"{BOTH}/{name}").environment
    assert {played.sequence(seed).z for seed in range(60)} == values
    games = tuple(played.core_envs.values())
    assert {z for z, _ in played.latent.support(games, {})} > values


@pytest.mark.parametrize("spec", specs.LATENTS, ids=lambda spec: spec.name)
def test_everything_registered_can_be_played(spec):
    assert spec.summary
    assert spec.preset == bool(spec.params)
    for games in (BOTH, "secretary+bandits", "bandits", "secretary"):
        assert make(f"{games}/{spec.name}").environment.sequence(0).tasks


@pytest.mark.parametrize(
    ("tail", "sentence"),
    [
        ("shared_place?latent.value=7", "0 of its 5 values on the 5 places .* value=7"),
        ("shared_place_shift?latent.step=5", "0 of its 20 values"),
        ("shared_place_cycle?latent.length=6", "has 0 values on the 5 places"),
        ("shared_place_set?latent.size=9", "has 0 values on the 5 places"),
        (
            "shared_place_cycle?latent.length=7&bandits.buttons=10",
            "has 604,800 values on the 10 places .* at most 20,000",
        ),
    ],
)
def test_what_cannot_be_drawn_is_counted(tail, sentence):
    latent, _, parameters = tail.partition("?")
    with pytest.raises(EnvError, match=sentence):
        make(f"{BOTH}/{latent}/no_info/standard/ep3?{parameters}").reset(0)


@pytest.mark.parametrize("latent", [SharedPlaceSet(size=9), SharedPlaceCycle(length=6)])
def test_a_family_without_values_believes_in_nothing(latent):
    assert latent.support(tuple(GAMES.values()), {}) == []
    assert latent.beliefs(GAMES, {}, ()).refuted
    visible = GAMES["bandits"].visible(GAMES["bandits"].sample_task(random.Random(0)))
    assert latent.foresee(GAMES, lg.Upcoming("bandits", visible, 0, 2), ()).refuted


def test_other_games_and_values_are_refused():
    with pytest.raises(SpecError, match="serves bandits, secretary, not wordle"):
        make("wordle/shared_place")
    with pytest.raises(EnvError, match="bandits and secretary, not for object"):
        SharedPlace().draw((object(),), random.Random(0))
    with pytest.raises(SpecError, match="scale"):
        make(f"{BOTH}/shared_place/no_info/standard/ep2?latent.scale=log")


# ------------------------------------------------------------------ inference


def play_badly(env, rng):
    """Any replies, now and then none that is understood."""
    while not env.done:
        yield env
        if env.view.core_env_name == "bandits":
            buttons = env.view.visible["buttons"]
            final = rng.random() < 0.2
            env.step(f"[{'select ' * final}{rng.choice(buttons)}]" if rng.random() < 0.9 else "?")
        else:
            env.step(rng.choice(("[accept]", "[continue]", "[continue]", "?")))


@pytest.mark.parametrize("feedback", ["standard", "information"])
@pytest.mark.parametrize("family", FAMILIES)
def test_beliefs_are_calibrated_at_every_turn(family, feedback):
    """Values of z are as often true as believed, also in the middle of a task."""
    env = make(f"{BOTH}/{family}/no_info/{feedback}/ep4?latent.scale=proportional")
    games, latent = env.environment.core_envs, env.environment.latent
    surprise, variance, rng = [], [], random.Random(0)
    for seed in range(120):
        env.reset(seed)
        for position in play_badly(env, rng):
            if rng.random() < 0.8:
                continue
            view = position.view
            now = evolve(current_strand(view).upcoming, turns=view.turns).as_told
            held = latent.beliefs(games, {}, (*view.history, now))
            believed = held.probabilities
            true = np.array([z == env.sequence.z for z in held.values])
            surprise.append(((true - believed) * believed).sum())
            variance.append((believed**3).sum() - (believed**2).sum() ** 2)
    assert abs(sum(surprise)) < 4 * math.sqrt(sum(variance)) + 1e-6
    assert len(surprise) > 200


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_told_weighs_what_the_tasks_weigh(family):
    """Where tasks are revealed, evidence is the density of the tasks themselves."""
    env = make(f"{BOTH}/{family}/no_info/information/ep6")
    games, latent = env.environment.core_envs, env.environment.latent
    env.reset(2)
    for position in play_badly(env, random.Random(0)):
        assert position is env
    held = latent.beliefs(games, {}, env.history)
    for z, log_likelihood in zip(held.values, held.log_likelihood, strict=True):
        contexts = (
            TaskContext(games[name], name, index, 6, ())
            for index, name in enumerate(env.sequence.core_env_names)
        )
        log_probs = map(latent.log_prob, env.sequence.tasks, repeat(z), contexts)
        assert log_likelihood == pytest.approx(sum(log_probs), abs=1e-3)


def test_a_task_that_is_not_over_rules_out_no_place():
    env = make("secretary+bandits/shared_place/no_info/standard/ep2")
    latent, games = env.environment.latent, env.environment.core_envs
    env.reset(0)
    env.step("[continue]")
    view = env.view
    now = evolve(current_strand(view).upcoming, turns=view.turns).as_told
    assert latent.beliefs(games, {}, (now,)).probabilities[1] > 0
    over = evolve(now, turns=(*now.turns, {**now.turns[-1], "action": "accept"}))
    assert latent.beliefs(games, {}, (over,)).probabilities[1] == 0


def test_what_is_foreseen_is_the_law_of_the_game_that_comes():
    env = make("bandits+secretary/shared_place/no_info/information/ep4?latent.scale=proportional")
    env.reset(0)
    usual = env.view.core_env.rates
    places = {Payoffs(place, usual(place)): 0.2 for place in range(5)}
    assert dict(current_strand(env.view).foresee().items()) == pytest.approx(places)
    env.step("[select red]")
    foreseen = dict(current_strand(env.view).foresee().items())
    assert foreseen == pytest.approx({Greatest(env.sequence.tasks[1].best): 1})


@pytest.mark.parametrize("family", FAMILIES)
def test_foreseen_places_are_as_often_the_best_as_foreseen(family):
    """In the middle of a task, whose turns count, and past tasks that are forgotten."""
    env = make(f"{BOTH}/{family}/no_info/standard/ep4?latent.scale=proportional")
    surprise, variance, rng = 0.0, 0.0, random.Random(1)
    for seed in range(80):
        env.reset(seed)
        for position in play_badly(env, rng):
            if rng.random() < 0.8:
                continue
            kept = tuple(task for task in position.view.history if rng.random() < 0.7)
            here = current_strand(evolve(position.view, history=kept))
            law = here.foresee(with_turns=True)
            assert sum(law.probabilities) == pytest.approx(1)
            for secret, share in law.items():
                place = secret.place if isinstance(secret, Greatest) else secret.best
                surprise += ((place == env.truth.task.best) - share) * share
                variance += share**3
            variance -= sum(share**2 for _, share in law.items()) ** 2
    assert abs(surprise) < 4 * math.sqrt(variance) + 1e-6
    assert variance > 1


# ------------------------------------------------------------------ texts, contract


def test_texts_name_no_game_and_say_how_places_compare():
    for family in FAMILIES.values():
        for scale in ("same", "proportional"):
            latent = family(scale=scale)
            z = latent.values(5)[-1]
            for text in (latent.hint(), latent.disclosure(), latent.describe(z)):
                assert text.endswith(".")
                assert not any(word in text for word in ("button", "bandit", "secretary", "value"))
            assert "correspond" in latent.disclosure()
    walk = SharedPlaceShift().describe(Walk(of=5, start=2, step=4))
    assert "the 3rd place" in walk
    assert "moves 1 place back" in walk
    half = SharedPlace(scale="proportional").describe(Place(of=5, place=2))
    assert "50% along the row" in half


@pytest.mark.parametrize("subject", ["bandits/shared_place_cycle", "secretary/shared_place_set"])
def test_the_contract(subject):
    name, latent = subject.split("/")
    results = check_core_env(name, load_registry(), latent=latent, seeds=20)
    assert [result for result in results if result.failed] == []
