"""The contract kit passes a good plugin and names what is wrong with a bad one.

The good plugin is the one beside this file; each bad one differs from it in a single place.
"""

import importlib
import json
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve, frozen
from click.testing import CliRunner, Result

import latentgym_core.plugin
from latentgym_core import CoreEnvSpec, LatentSpec, Registry, hookimpl
from latentgym_core.cli import cli
from latentgym_core.contract.feedback import Standard
from latentgym_core.contract.prompt import NoInfo
from latentgym_core.errors import AgentError, SpecError, UnknownNameError
from latentgym_core.registry.specs import AgentSpec, FeedbackSpec, PromptSpec
from latentgym_core.testing import CheckResult, check_core_env
from latentgym_core.testing.combined import with_parts
from latentgym_core.testing.hostile import FIXED, MEGABYTE, hostile_replies
from latentgym_core.testing.subject import Choice

NAME = "kit_doors"
MODULE = f"latentgym_{NAME}"


@pytest.fixture(scope="module")
def doors() -> Iterator[ModuleType]:
    """The good plugin's module, importable under its own name."""
    folder = str(Path(__file__).parent)
    sys.path.insert(0, folder)
    yield importlib.import_module(MODULE)
    sys.path.remove(folder)


class Plugin:
    """The good plugin with parts exchanged."""

    def __init__(self, doors: ModuleType, **changes: Any) -> None:
        self.game = CoreEnvSpec(
            name=NAME,
            factory=changes.get("game", doors.Doors),
            summary=changes.get("summary", "Doors."),
            source="A test.",
            params=changes.get("params", {}),
            default_latent="same_door",
        )
        self.latents = changes.get("latents", (latent_spec(changes.get("latent", doors.SameDoor)),))
        self.players = {
            "scripted/blind": changes.get("blind", doors.Blind),
            "scripted/oracle": changes.get("oracle", doors.Oracle),
            **({"scripted/bayes": changes["bayes"]} if "bayes" in changes else {}),
            **changes.get("more", {}),
        }
        self.conditions = changes

    @hookimpl
    def latentgym_register_core_envs(self) -> tuple[CoreEnvSpec, ...]:
        return (self.game,)

    @hookimpl
    def latentgym_register_latents(self) -> tuple[LatentSpec, ...]:
        return tuple(self.latents)

    @hookimpl
    def latentgym_register_agents(self) -> Iterator[AgentSpec]:
        for name, factory in self.players.items():
            told = name == "scripted/oracle"
            yield AgentSpec(name=name, core_envs=(NAME,), factory=factory, privileged=told)

    @hookimpl
    def latentgym_register_prompts(self) -> Iterator[PromptSpec]:
        if "prompt" in self.conditions:
            factory = self.conditions["prompt"]
            yield PromptSpec(name="riddle", core_envs=(NAME,), factory=factory)

    @hookimpl
    def latentgym_register_feedbacks(self) -> Iterator[FeedbackSpec]:
        if "feedback" in self.conditions:
            factory = self.conditions["feedback"]
            yield FeedbackSpec(name="told", core_envs=(NAME,), factory=factory)


def latent_spec(factory: Any, **more: Any) -> LatentSpec:
    given = {"name": "same_door", "summary": "One door.", "source": "A test.", **more}
    return LatentSpec(core_envs=(NAME,), factory=factory, **given)


class Conditions:
    """The prompts and feedbacks of core, without its combinators, which take most of the time."""

    latentgym_register_prompts = staticmethod(latentgym_core.plugin.latentgym_register_prompts)
    latentgym_register_feedbacks = staticmethod(latentgym_core.plugin.latentgym_register_feedbacks)


def check(doors: ModuleType, combined: bool = False, **changes: Any) -> list[CheckResult]:
    core = latentgym_core.plugin if combined else Conditions
    registry = Registry.from_plugins([core, Plugin(doors, **changes)])
    return check_core_env(NAME, registry, seeds=20)


def failures(results: list[CheckResult]) -> dict[str, str]:
    return {result.name: result.sentence for result in results if result.failed}


def variant(base: type, **overrides: Any) -> type:
    return type("Variant", (base,), overrides)


def changed_step(doors: ModuleType, **changes: Any) -> type:
    """Doors whose step results differ; a change may be a function of state and reply."""

    def step(self: Any, state: Any, reply: str) -> Any:
        after, result = doors.Doors.step(self, state, reply)
        made = {key: f(state, result) if callable(f) else f for key, f in changes.items()}
        return after, evolve(result, **made)

    return variant(doors.Doors, step=step)


# ---- the good one


def test_good_plugin_passes_every_check(doors: ModuleType) -> None:
    results = check_core_env(NAME, Registry.from_plugins([latentgym_core.plugin, doors]))
    assert failures(results) == {}
    skipped = {(each.subject, each.name) for each in results if each.status == "skipped"}
    assert (f"{NAME}/fixed_list", "construction") in skipped  # the one that needs a file
    assert {name for _, name in skipped} == {
        *("construction", "prefix property", "knowing more earns no less"),
        *(
            "support holds z",
            "task support is the law",
        ),  # of combinators: their parts' are looked at
    }
    names = [result.name for result in results if result.subject == f"{NAME}/same_door"]
    assert names[0] == "construction"
    assert "same bytes in another process" in names
    (gain,) = [
        each.sentence
        for each in results
        if (each.subject, each.name) == (f"{NAME}/same_door", "knowing more earns no less")
    ]
    assert gain.startswith("oracle 10.00, blind ")


def test_one_latent_alone(doors: ModuleType) -> None:
    registry = Registry.from_plugins([latentgym_core.plugin, doors])
    results = check_core_env(NAME, registry, latent="same_door", seeds=5)
    assert {result.subject for result in results} == {f"{NAME}/same_door"}
    with pytest.raises(SpecError, match="at least 2"):
        check_core_env(NAME, registry, seeds=1)
    with pytest.raises(UnknownNameError, match=NAME):
        check_core_env("kit_door", registry)


# ---- bad games


def test_step_with_a_memory_of_its_own(doors: ModuleType) -> None:
    calls: list[str] = []

    def step(self: Any, state: Any, reply: str) -> Any:
        calls.append(reply)
        after, result = doors.Doors.step(self, state, reply)
        return after, evolve(result, observation=f"{result.observation} ({len(calls)} so far)")

    failed = failures(check(doors, game=variant(doors.Doors, step=step)))
    assert "two steps from one state differ" in failed["purity"]
    assert "seed 0, turn 1, reply '[1]'" in failed["purity"]
    assert "fork equality" in failed


def test_step_that_changes_its_state(doors: ModuleType) -> None:
    def step(self: Any, state: Any, reply: str) -> Any:
        _, result = doors.Doors.step(self, state, reply)
        object.__setattr__(state, "turns", state.turns + 1)
        return state, result

    failed = failures(check(doors, game=variant(doors.Doors, step=step)))
    assert "purity" in failed
    assert "answered the same replies differently" in failed["fork equality"]


@pytest.mark.parametrize(
    ("changes", "name", "said"),
    [
        ({"observation": None}, "step results", "observation is None"),
        ({"done": 1}, "step results", "done is 1, a int, not a bool"),
        ({"solved": True, "done": False}, "step results", "solved but not done"),
        ({"reward": math.nan}, "rewards", "nan"),
        ({"reward": lambda s, r: 2.0 if r.done else 0.0}, "rewards", "at most 1"),
        ({"reward": 0.5, "done": False, "solved": False}, "rewards", "before the task is over"),
        ({"facts": lambda s, r: {"seen": {1}}}, "json facts", "set"),
        ({"facts": lambda s, r: {1: 2}}, "json facts", "keys must be text"),
        ({"facts": ["door"]}, "json facts", "a list, not a mapping"),
        (
            {"facts": lambda s, r: {"prize": s.task.prize}},
            "facts tell no more than observations",
            "equal observations come with different facts",
        ),
    ],
)
def test_wrong_results(doors: ModuleType, changes: dict[str, Any], name: str, said: str) -> None:
    assert said in failures(check(doors, game=changed_step(doors, **changes)))[name]


def test_opening_that_tells_the_prize(doors: ModuleType) -> None:
    def rules(self: Any, task: Any) -> str:
        return f"{doors.Doors.rules(self, task)} It is not door {task.prize % 5 + 1}."

    failed = failures(check(doors, game=variant(doors.Doors, rules=rules)))
    assert set(failed) == {"opening tells no more than visible", "opening does not depend on z"}
    assert "seed 0" in failed["opening tells no more than visible"]


def test_opening_that_holds_a_long_secret(doors: ModuleType) -> None:
    def sample_task(self: Any, rng: Any) -> Any:
        return doors.DoorsTask(num_doors=10_000, prize=rng.randint(100, 9999))

    def start(self: Any, task: Any, rng_key: int) -> Any:
        state, observation = doors.Doors.start(self, task, rng_key)
        return state, f"{observation} (#{task.prize})"

    game = variant(doors.Doors, sample_task=sample_task, start=start)
    failed = failures(check(doors, game=game))
    assert "the hidden prize" in failed["opening names no secret"]
    quiet = variant(doors.Doors, sample_task=sample_task)
    assert "opening names no secret" not in failures(check(doors, game=quiet))


def test_visible_fact_that_nobody_is_told(doors: ModuleType) -> None:
    def visible(self: Any, task: Any) -> Mapping[str, Any]:
        return {**doors.Doors.visible(self, task), "parity": 1000 * task.prize}

    failed = failures(check(doors, game=variant(doors.Doors, visible=visible)))
    assert "hold parity = " in failed["visible facts are told"]


def test_step_that_raises_on_a_hostile_reply(doors: ModuleType) -> None:
    def step(self: Any, state: Any, reply: str) -> Any:
        if "²" in reply:
            int("²")
        return doors.Doors.step(self, state, reply)

    failed = failures(check(doors, game=variant(doors.Doors, step=step)))
    assert set(failed) == {"hostile replies are answered"}
    assert "ValueError" in failed["hostile replies are answered"]
    assert "reply '[²]'" in failed["hostile replies are answered"]


def test_facts_that_a_hostile_reply_makes_unwritable(doors: ModuleType) -> None:
    game = changed_step(doors, facts=lambda state, result: {"power": 10**state.turns})
    assert failures(check(doors, game=game)) == {}

    def step(self: Any, state: Any, reply: str) -> Any:
        after, result = doors.Doors.step(self, state, reply)
        return after, evolve(result, facts={"size": 10 ** min(len(reply), 5000)})

    failed = failures(check(doors, game=variant(doors.Doors, step=step)))
    assert set(failed) == {"hostile replies are answered"}
    assert "facts are not JSON" in failed["hostile replies are answered"]


def test_task_without_an_end(doors: ModuleType) -> None:
    failed = failures(check(doors, params={"max_turns": 10**9}))
    assert set(failed) == {"every task ends"}
    endless = check(doors, params={"max_turns": 10**9}, game=variant(doors.Doors, unbounded=True))
    assert failures(endless) == {}


def test_task_that_json_changes(doors: ModuleType) -> None:
    @frozen(kw_only=True)
    class TupleTask(doors.DoorsTask):  # type: ignore[misc, name-defined]
        extra: Any = (1, 2)

    def sample_task(self: Any, rng: Any) -> Any:
        return TupleTask(num_doors=5, prize=rng.randint(1, 5))

    game = variant(doors.Doors, sample_task=sample_task, task_type=TupleTask)
    assert (
        "reads back different" in failures(check(doors, game=game, latents=()))["task round trip"]
    )


def test_nothing_to_demonstrate(doors: ModuleType) -> None:
    def demonstrate(self: Any, task: Any) -> Iterator[str]:
        return iter(())

    failed = failures(check(doors, game=variant(doors.Doors, demonstrate=demonstrate)))
    assert "demonstrates no reply" in failed["worked examples"]


def test_registration_without_words(doors: ModuleType) -> None:
    failed = failures(check(doors, summary=" "))
    assert failed == {"registered texts": "the spec has no summary; give it in one line of text"}


# ---- bad latents


def test_draw_that_remembers(doors: ModuleType) -> None:
    drawn: list[int] = []

    def draw(self: Any, core_envs: Any, rng: Any) -> int:
        drawn.append(1)
        return len(drawn) % 5 + 1

    failed = failures(check(doors, latent=variant(doors.SameDoor, draw=draw)))
    assert "draw from the stream alone" in failed["same seed same sequence"]


def test_sequence_that_depends_on_the_horizon(doors: ModuleType) -> None:
    def task(self: Any, z: int, context: Any, rng: Any) -> Any:
        return doors.DoorsTask(num_doors=5, prize=context.num_tasks // 5)

    latent = variant(doors.SameDoor, task=task)
    assert "uses_horizon = True" in failures(check(doors, latent=latent))["prefix property"]
    declared = variant(doors.SameDoor, task=task, uses_horizon=True)
    assert "prefix property" not in failures(check(doors, latent=declared))


def test_latent_that_excludes_its_own_tasks(doors: ModuleType) -> None:
    def log_prob(self: Any, task: Any, z: int, context: Any) -> float:
        return -math.inf

    latent = variant(doors.SameDoor, log_prob=log_prob)
    failed = failures(check(doors, latent=latent))
    assert failed["likelihood of drawn tasks"] == (
        "log_prob of a drawn task is -inf (seed 0, task 1)"
    )


# ---- what a latent says for inference


def doors_of(visible: Any) -> range:
    return range(1, visible["num_doors"] + 1)


def test_a_latent_that_lists_its_tasks_is_inferred(doors: ModuleType) -> None:
    said = {each.name: each for each in check(doors) if each.subject.endswith("same_door")}
    for name in ("support holds z", "task support is the law", "the next task is foreseen"):
        assert said[name].status == "ok"


@pytest.mark.parametrize(
    ("overrides", "name", "sentence"),
    [
        (
            {
                "support": lambda self, games, visible: [
                    (z, -math.log(4)) for z in doors_of(visible) if z != 3
                ]
            },
            "support holds z",
            "support does not list z = 3",
        ),
        (
            {"support": lambda self, games, visible: [(z, -1.0) for z in doors_of(visible)]},
            "support holds z",
            "the priors of support sum to 1.83",
        ),
        (
            {
                "task_support": lambda self, z, context: [
                    (self.task(z, context, None), math.log(0.5))
                ]
            },
            "task support is the law",
            "the probabilities of task_support sum to 0.5",
        ),
        (
            {"task_support": lambda self, z, context: [(self.task(1 + z % 5, context, None), 0.0)]},
            "task support is the law",
            "task_support does not list the task that was drawn",
        ),
        (
            {"log_prob": lambda self, task, z, context: -1.0},
            "task support is the law",
            "task_support says 0",
        ),
        (
            {
                "support": lambda self, games, visible: [
                    (z, -math.log(4)) for z in doors_of(visible) if z != 3
                ]
            },
            "the next task is foreseen",
            "the law of the next task",
        ),
    ],
)
def test_what_is_wrong_for_inference(
    doors: ModuleType, overrides: Any, name: str, sentence: str
) -> None:
    assert sentence in failures(check(doors, latent=variant(doors.SameDoor, **overrides)))[name]


def test_an_opening_that_depends_on_z_is_found_by_twins(doors: ModuleType) -> None:
    """No two drawn tasks look alike, because a badge is drawn with each; their twins do."""

    @frozen(kw_only=True)
    class Task:
        num_doors: int
        prize: int
        badge: int

    def rules(self: Any, task: Any) -> str:
        return f"{doors.Doors.rules(self, task)} Badge {task.badge}. It is door {task.prize}."

    def visible(self: Any, task: Any) -> Any:
        return {**doors.Doors.visible(self, task), "badge": task.badge}

    def task(self: Any, z: int, context: Any, rng: Any) -> Any:
        return Task(num_doors=5, prize=z, badge=rng.randint(0, 10**9))

    def twin(self: Any, visible: Any, z: int, context: Any) -> Any:
        return [(Task(num_doors=5, prize=z, badge=visible["badge"]), 0.0)]

    game = variant(doors.Doors, rules=rules, visible=visible, task_type=Task)
    latent = variant(doors.SameDoor, task=task, twin=twin)
    failed = failures(check(doors, game=game, latent=latent))
    assert "openings differ" in failed["opening does not depend on z"]


def test_z_that_json_changes(doors: ModuleType) -> None:
    def draw(self: Any, core_envs: Any, rng: Any) -> Any:
        return (rng.randint(1, 5),)

    def task(self: Any, z: Any, context: Any, rng: Any) -> Any:
        return doors.DoorsTask(num_doors=5, prize=z[0])

    latent = variant(doors.SameDoor, draw=draw, task=task, z_type=Any)
    assert "reads back different" in failures(check(doors, latent=latent))["z round trip"]


# ---- players


def acting(base: type, act: Any) -> type:
    return variant(base, act=act)


def lost(self: Any, view: Any, truth: Any, rng: Any) -> str:
    return "[]"


def test_players_the_wrong_way_round(doors: ModuleType) -> None:
    def stalls(self: Any, view: Any, truth: Any, rng: Any) -> str:
        return "[]" if len(view.turns) < 8 else f"[{truth.z}]"

    failed = failures(check(doors, oracle=acting(doors.Oracle, stalls)))
    assert set(failed) == {"knowing more earns no less"}
    assert failed["knowing more earns no less"].startswith("oracle 1.11, blind ")

    assert failures(check(doors, bayes=doors.Blind)) == {}
    failed = failures(check(doors, bayes=acting(doors.Blind, lost)))
    assert failed["knowing more earns no less"].startswith("bayes 0.00, blind ")


def test_players_that_differ_by_noise_alone_are_in_order(doors: ModuleType) -> None:
    def guesses(self: Any, view: Any, truth: Any, rng: Any) -> str:
        return f"[{rng.randint(1, 5)}]"

    def guesses_otherwise(self: Any, view: Any, truth: Any, rng: Any) -> str:
        return f"[{6 - rng.randint(1, 5)}]"

    for one, other in ((guesses, guesses_otherwise), (guesses_otherwise, guesses)):
        blind, oracle = acting(doors.Blind, one), acting(doors.Oracle, other)
        assert failures(check(doors, blind=blind, oracle=oracle)) == {}


def only_when(condition: Any) -> Any:
    def act(self: Any, view: Any, truth: Any, rng: Any) -> str:
        if condition(view):
            raise IndexError("no such door")
        return f"[{len(view.turns) + 1}]"

    return act


@pytest.mark.parametrize(
    ("condition", "feedback"),
    [
        (lambda view: view.index == 7, "standard"),
        (lambda view: view.history and view.history[0].revealed is not None, "information"),
    ],
)
def test_a_player_that_raises(doors: ModuleType, condition: Any, feedback: str) -> None:
    """Whoever it is: this one stands in no order with the others."""
    player = acting(doors.Blind, only_when(condition))
    failed = failures(check(doors, more={"scripted/patient": player}))
    assert set(failed) == {"players play"}
    said = failed["players play"]
    assert said.startswith(
        "scripted/patient raised IndexError: no such door, raised in Variant.act"
    )
    assert "test_contract_kit.py:" in said
    assert said.endswith(f"under feedback {feedback}")


def test_players_that_answer_nothing_end_the_process_or_cannot_judge(doors: ModuleType) -> None:
    def leaves(self: Any, view: Any, truth: Any, rng: Any) -> str:
        raise SystemExit(3)

    def judges(self: Any, view: Any, truth: Any, replies: Any) -> Any:
        return [None]

    offenders = {
        "SystemExit: 3": acting(doors.Blind, leaves),
        "act returned 7, which is no text": acting(doors.Blind, lambda *_: 7),
        "appraise gave 1 judgements of 2 replies": variant(doors.Blind, appraise=judges),
    }
    for said, player in offenders.items():
        failed = failures(check(doors, more={"scripted/odd": player}))
        assert said in failed["players play"]


def test_a_player_may_refuse(doors: ModuleType) -> None:
    def refuses(self: Any, view: Any, truth: Any, rng: Any) -> str:
        raise AgentError("It knows no doors.")

    player = acting(doors.Blind, refuses)
    results = check(doors, more={"scripted/shy": player}, bayes=player)
    assert failures(results) == {}
    (played,) = [each for each in results if each.name == "players play"]
    assert played.sentence.startswith("2 scripted players played; scripted/")
    assert "scripted/shy refuses: It knows no doors." in played.sentence


# ---- conditions


def test_a_bound_feedback_that_raises(doors: ModuleType) -> None:
    def on_losses(self: Any, report: Any) -> str:
        return "Found." if report.solved else report.facts["door"]

    failed = failures(check(doors, feedback=variant(Standard, report=on_losses)))
    assert set(failed) == {"feedbacks report"}
    assert failed["feedbacks report"].startswith(
        "the feedback 'told' raised KeyError: door, raised in Variant.on_losses of "
    )
    silent = variant(Standard, report=lambda self, report: None)
    failed = failures(check(doors, feedback=silent))
    assert "the feedback 'told' said None, which is no text" in failed["feedbacks report"]


@pytest.mark.parametrize("method", ["briefing", "reminder"])
def test_a_bound_prompt_that_raises(doors: ModuleType, method: str) -> None:
    def speaks(self: Any, scene: Any) -> str:
        return f"z is above {scene.z[0]}"

    failed = failures(check(doors, prompt=variant(NoInfo, **{method: speaks})))
    assert set(failed) == {"prompts speak"}
    assert "the prompt 'riddle' raised TypeError: 'int' object is not" in failed["prompts speak"]


def test_a_latent_without_words_for_a_prompt(doors: ModuleType) -> None:
    def disclosure(self: Any) -> str:
        return {}["same_door"]

    failed = failures(check(doors, latent=variant(doors.SameDoor, disclosure=disclosure)))
    assert "the prompt 'full_info' raised KeyError: same_door" in failed["prompts speak"]


# ---- answers in `visible`


def seeing(doors: ModuleType, fact: Any, *, tell: bool) -> type:
    """Doors with one more visible fact, which the rules tell as well, or do not."""

    def visible(self: Any, task: Any) -> Mapping[str, Any]:
        return {**doors.Doors.visible(self, task), "hint": fact(task)}

    def rules(self: Any, task: Any) -> str:
        return f"{doors.Doors.rules(self, task)} {fact(task) if tell else ''}"

    return variant(doors.Doors, visible=visible, rules=rules)


@pytest.mark.parametrize(
    "fact",
    [
        lambda task: task.prize,
        lambda task: f"door {task.prize}",
        lambda task: task.prize % 2,
        lambda task: [task.prize == door for door in range(1, 6)],
    ],
)
def test_an_answer_in_visible_that_nobody_is_told(doors: ModuleType, fact: Any) -> None:
    """However it is written, and however often its text stands in the opening by chance."""
    failed = failures(check(doors, game=seeing(doors, fact, tell=False)))
    assert "scripted players know more than anybody" in failed["visible tells no more than opening"]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("fact", [lambda task: task.prize, lambda task: f"It is {task.prize}!"])
def test_an_answer_in_visible_that_everybody_is_told(
    doors: ModuleType, fact: Any, named: bool
) -> None:
    game = seeing(doors, fact, tell=True)
    if named:
        game = variant(game, answer_text=lambda self, task: str(task.prize))
    failed = failures(check(doors, game=game))
    assert set(failed) == {"visible names no answer"}
    told = failed["visible names no answer"]
    assert told.startswith("the visible fact hint = ")
    assert ("holds the answer" if named else "is all that varies in what reveal tells") in told


@pytest.mark.parametrize(
    "fact",
    [
        lambda task: task.prize % 2,  # worth something, but not the answer
        lambda task: sorted({task.prize, task.prize % 5 + 1}),  # a choice that holds it
        lambda task: f"not {task.prize % 5 + 1}",
        lambda task: "1 2 3 4 5",
        lambda task: " or ".join(map(str, sorted({task.prize, task.prize % 5 + 1}))),
    ],
)
def test_visible_facts_that_are_no_answer(doors: ModuleType, fact: Any) -> None:
    game = seeing(doors, fact, tell=True)
    answered = variant(game, answer_text=lambda self, task: str(task.prize))
    for each in (game, answered):
        assert "visible names no answer" not in failures(check(doors, game=each))


# ---- combinators


def test_combinators_are_checked_with_the_games_own_latents(doors: ModuleType) -> None:
    results = check(doors, combined=True)
    assert failures(results) == {}
    assert {each.subject.partition("/")[2] for each in results} >= {
        "alternating?latent.of=same_door+same_door",
        "cyclic?latent.of=same_door+same_door+same_door",
        "progressive?latent.of=same_door+same_door+same_door",
    }


def test_parts_of_combinators_are_presets_that_can_be_drawn(doors: ModuleType) -> None:
    def unusable(**_: Any) -> Any:
        raise SpecError("It needs a pool.")

    named = {
        "family": {"preset": False},
        "broken": {"factory": unusable},
        "refused": {"refusal": "use one"},
        **{name: {} for name in ("one", "two", "three", "four")},
    }
    latents = [
        latent_spec(more.pop("factory", doors.SameDoor), name=name, **more)
        for name, more in ((name, dict(more)) for name, more in named.items())
    ]
    registry = Registry.from_plugins([latentgym_core.plugin, Plugin(doors, latents=latents)])
    names = ("alternating", "cyclic", "same_door")
    choices = [Choice(spec=registry.latent((NAME,), name).spec) for name in names[:2]]
    filled = with_parts(registry, NAME, choices)
    assert list(map(str, filled)) == [
        "alternating?latent.of=one+two",
        "cyclic?latent.of=one+two+three",
    ]
    assert with_parts(registry, NAME, filled) == filled


def test_a_player_that_raises_in_a_combinator_alone(doors: ModuleType) -> None:
    def adds(self: Any, view: Any, truth: Any, rng: Any) -> str:
        return f"[{truth.z + 0}]"

    results = check(doors, oracle=acting(doors.Oracle, adds), combined=True)
    failed = [each for each in results if each.failed]
    assert {each.subject.partition("/")[2].partition("?")[0] for each in failed} == {
        "alternating",
        "cyclic",
        "progressive",
    }
    assert {each.name for each in failed} == {"players play", "knowing more earns no less"}
    assert all("`current_strand(view).own(z)`" in each.sentence for each in failed)


def test_a_combinator_of_a_latent_that_divides_up_the_sequence(doors: ModuleType) -> None:
    def task(self: Any, z: int, context: Any, rng: Any) -> Any:
        return doors.DoorsTask(num_doors=5, prize=context.num_tasks // 5)

    def log_prob(self: Any, task: Any, z: int, context: Any) -> float:
        return 0.0

    latent = variant(doors.SameDoor, task=task, log_prob=log_prob, uses_horizon=True)
    results = check(doors, latent=latent, combined=True)
    assert {each.status for each in results if each.name == "prefix property"} == {"skipped"}


def test_a_latent_with_parameters(doors: ModuleType) -> None:
    registry = Registry.from_plugins([latentgym_core.plugin, doors])
    latent = "cyclic?latent.of=same_door+same_door"
    ran = run(registry, "check", f"{NAME}/{latent}", "--seeds", "5", "--json")
    assert ran.exit_code == 0
    assert {each["subject"] for each in json.loads(ran.stdout)} == {f"{NAME}/{latent}"}
    refused = run(registry, "check", f"{NAME}/same_door?env.num_doors=1", "--seeds", "5")
    assert refused.exit_code == 1
    assert "num_doors is 1; it may be 2 to 100" in refused.stdout


def test_latents_that_cannot_be_built(doors: ModuleType) -> None:
    def unusable(**_: Any) -> Any:
        raise SpecError("It needs a pool.")

    latents = (
        latent_spec(doors.SameDoor),
        latent_spec(unusable, name="broken"),
        latent_spec(unusable, name="family", preset=False),
        latent_spec(unusable, name="refused", refusal="use same_door"),
    )
    built = {
        result.subject.partition("/")[2]: (result.status, result.sentence)
        for result in check(doors, latents=latents)
        if result.name == "construction"
    }
    assert built["same_door"][0] == "ok"
    assert built["broken"] == ("failed", "it cannot be built: It needs a pool.")
    assert built["family"][0] == "skipped"
    assert built["refused"] == ("ok", "refused as registered: use same_door")


HASHED = """
from latentgym_{name} import *

class HashedDoor(SameDoor):
    def draw(self, core_envs, rng):
        # So many that two hash seeds cannot put them in one order by chance.
        return rng.choice([int(text) % 5 + 1 for text in set(map(str, range(100)))])
"""


def test_order_that_depends_on_the_hash_seed(
    doors: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hashed_doors.py").write_text(HASHED.format(name=NAME), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    hashed = importlib.import_module("hashed_doors")
    failed = failures(check(doors, latent=hashed.HashedDoor))
    assert set(failed) == {"same bytes in another process"}
    assert "of seed " in failed["same bytes in another process"]


# ---- hostile replies, and the command


def test_hostile_replies() -> None:
    replies = hostile_replies(["[north]", "[7]"])
    assert len(replies) == 1000
    assert replies == hostile_replies(["[north]", "[7]"])
    assert {"", "[²]", "[no", "\ud800"} < set(replies)
    assert max(map(len, replies)) >= MEGABYTE
    assert len(set(FIXED)) == len(FIXED)
    assert len(hostile_replies([])) == 1000


def run(registry: Registry, *arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, obj=registry)


def test_check_command(doors: ModuleType) -> None:
    registry = Registry.from_plugins([latentgym_core.plugin, doors])
    good = run(registry, "check", f"{NAME}/same_door", "--seeds", "5", "--json")
    assert good.exit_code == 0
    assert {each["status"] for each in json.loads(good.stdout)} == {"ok"}
    assert good.stderr == "16 ok, 0 failed, 0 skipped\n"

    broken = Registry.from_plugins([latentgym_core.plugin, Plugin(doors, summary="")])
    bad = run(broken, "check", NAME, "--seeds", "5")
    assert bad.exit_code == 1
    heading, *rows = bad.stdout.splitlines()
    assert heading == "status\tsubject\tcheck\twhat was found"
    (failed,) = [row for row in rows if row.startswith("failed")]
    assert failed.split("\t")[1:3] == [NAME, "registered texts"]


@pytest.mark.parametrize("name", ["a+b", f"{NAME}/same_door/no_info", f"{NAME}?env.x=1"])
def test_check_command_takes_one_core_env(doors: ModuleType, name: str) -> None:
    ran = run(Registry.from_plugins([latentgym_core.plugin, doors]), "check", name)
    assert ran.exit_code == 1
    assert "check one at a time" in ran.stderr


def test_new_command_prints(doors: ModuleType) -> None:
    ran = run(Registry.from_plugins([latentgym_core.plugin]), "new", "card_game")
    assert ran.exit_code == 0
    headers = [line for line in ran.stdout.splitlines() if line.startswith("# ==>")]
    files = ("pyproject.toml", "README.md", "latentgym_card_game.py", "tests/test_card_game.py")
    assert headers == [f"# ==> {path} <==" for path in files]
    assert 'name = "latentgym-card-game"' in ran.stdout
    assert 'card_game = "latentgym_card_game"' in ran.stdout
    assert "$" not in ran.stdout


def test_new_command_writes_once(doors: ModuleType, tmp_path: Path) -> None:
    registry = Registry.from_plugins([latentgym_core.plugin])
    assert run(registry, "new", "cards", "--out", str(tmp_path / "c")).exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "c").rglob("*.*")}
    assert len(before) == 4
    (tmp_path / "c" / "pyproject.toml").unlink()
    again = run(registry, "new", "cards", "--out", str(tmp_path / "c"))
    assert again.exit_code == 1
    assert "README.md exists; choose another folder" in again.stderr
    assert not (tmp_path / "c" / "pyproject.toml").exists()


def test_new_command_says_how_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `./`, because pip looks a bare name up in the package index."""
    monkeypatch.chdir(tmp_path)
    registry = Registry.from_plugins([latentgym_core.plugin])
    folders = {
        "cards": "./cards",
        "deep/cards": "./deep/cards",
        "../cards": "../cards",
        "my cards": "'./my cards'",
        str(tmp_path / "c"): str(tmp_path / "c"),
    }
    for out, shown in folders.items():
        said = run(registry, "new", "cards", "--out", out).stderr
        assert said == f"Next: `pip install {shown}`, then `latentgym check cards`.\n"
    assert "then `pip install ./cards`" in run(registry, "new", "cards").stderr
    assert "`pip install ./NAME`" in " ".join(run(registry, "new", "--help").stdout.split())


@pytest.mark.parametrize("name", ["Cards", "1st", "a-b", "a__b", "_a", "", "käse", NAME])
def test_new_command_refuses_names(doors: ModuleType, name: str) -> None:
    ran = run(Registry.from_plugins([latentgym_core.plugin, doors]), "new", name)
    assert ran.exit_code == 1
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stdout == ""
