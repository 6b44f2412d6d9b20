"""The contract kit passes a good plugin and names what is wrong with a bad one.

The good plugin is the one `latentgym new` writes; each bad one differs from it in a single place.
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
from latentgym_core.errors import SpecError, UnknownNameError
from latentgym_core.skeleton import skeleton
from latentgym_core.specs import AgentSpec
from latentgym_core.testing import CheckResult, check_core_env
from latentgym_core.testing.hostile import FIXED, MEGABYTE, hostile_replies

NAME = "kit_doors"
MODULE = f"latentgym_{NAME}"


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The skeleton's module, importable under its own name."""
    folder = tmp_path_factory.mktemp("doors")
    (folder / f"{MODULE}.py").write_text(skeleton(NAME)[f"{MODULE}.py"], encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield importlib.import_module(MODULE)
    sys.path.remove(str(folder))


class Plugin:
    """The skeleton with parts exchanged."""

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
        self.oracle = changes.get("oracle", doors.Oracle)
        self.blind = doors.Blind

    @hookimpl
    def latentgym_register_core_envs(self) -> tuple[CoreEnvSpec, ...]:
        return (self.game,)

    @hookimpl
    def latentgym_register_latents(self) -> tuple[LatentSpec, ...]:
        return tuple(self.latents)

    @hookimpl
    def latentgym_register_agents(self) -> Iterator[AgentSpec]:
        yield AgentSpec(name="scripted/blind", core_envs=(NAME,), factory=self.blind)
        yield AgentSpec(
            name="scripted/oracle", core_envs=(NAME,), factory=self.oracle, privileged=True
        )


def latent_spec(factory: Any, **more: Any) -> LatentSpec:
    given = {"name": "same_door", "summary": "One door.", "source": "A test.", **more}
    return LatentSpec(core_envs=(NAME,), factory=factory, **given)


def check(doors: ModuleType, **changes: Any) -> list[CheckResult]:
    registry = Registry.from_plugins([latentgym_core.plugin, Plugin(doors, **changes)])
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
    skipped = {result.subject for result in results if result.status == "skipped"}
    combinators = {"alternating", "cyclic", "progressive", "fixed_list"}
    assert skipped == {f"{NAME}/{each}" for each in combinators}
    names = [result.name for result in results if result.subject == f"{NAME}/same_door"]
    assert names[0] == "construction"
    assert "same bytes in another process" in names
    (gain,) = [result for result in results if result.name == "oracle beats blind"]
    assert gain.sentence.startswith("oracle 10.00, blind ")


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
    assert failed == {
        "likelihood of drawn tasks": "log_prob of a drawn task is -inf (seed 0, task 1)"
    }


def test_z_that_json_changes(doors: ModuleType) -> None:
    def draw(self: Any, core_envs: Any, rng: Any) -> Any:
        return (rng.randint(1, 5),)

    def task(self: Any, z: Any, context: Any, rng: Any) -> Any:
        return doors.DoorsTask(num_doors=5, prize=z[0])

    latent = variant(doors.SameDoor, draw=draw, task=task, z_type=Any)
    assert "reads back different" in failures(check(doors, latent=latent))["z round trip"]


def test_oracle_worse_than_blind(doors: ModuleType) -> None:
    def act(self: Any, view: Any, truth: Any, rng: Any) -> str:
        return "[]" if len(view.turns) < 8 else f"[{truth.z}]"

    failed = failures(check(doors, oracle=variant(doors.Oracle, act=act)))
    assert set(failed) == {"oracle beats blind"}
    assert failed["oracle beats blind"].startswith("oracle 1.11, blind ")


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
    assert good.stderr == "10 ok, 0 failed, 0 skipped\n"

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
