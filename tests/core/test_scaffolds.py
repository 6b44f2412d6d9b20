"""What each scaffold sends, what is recorded of it, and that the rules survive every cut."""

import asyncio
import itertools
import json
from typing import Any, ClassVar

import pytest
from attrs import frozen

from latentgym_core.agents.agent_string import make_agent, make_agents
from latentgym_core.contract.agent import Agent, Reply
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.feedback import Standard
from latentgym_core.contract.latent import Latent
from latentgym_core.contract.prompt import NoInfo, OracleInfo, Scene
from latentgym_core.errors import AgentError, ContextOverflowError, SpecError
from latentgym_core.records.jsonl import read_trajectories, write_trajectories
from latentgym_core.records.trajectory import Carried, Usage
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import AgentSpec
from latentgym_core.runs.rollout import play
from latentgym_core.scaffolds import notes as notes_module
from latentgym_core.scaffolds.agent import ScaffoldAgent
from latentgym_core.scaffolds.base import Scaffold
from latentgym_core.scaffolds.naming import SCAFFOLDS, make_scaffold, with_scaffold
from latentgym_core.scaffolds.sending import sent_messages
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import Budget, SequenceEnv

NUM_TASKS = 4
TURNS_PER_TASK = 2
REQUEST = "write notes for yourself"


@frozen(kw_only=True)
class Riddle:
    number: int


@frozen(kw_only=True)
class Riddles(CoreEnv[Riddle, Any]):
    """Two replies, whatever they are; every text names its game and its task."""

    task_type: ClassVar[type] = Riddle
    game: str = "riddles"

    def rules(self, task):
        return f"Rules of {self.game}."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return (task, 0), f"{self.game} {task.number} opens."

    def step(self, state, reply):
        task, said = state
        done = said + 1 == TURNS_PER_TASK
        text = f"{self.game} {task.number} heard {reply}."
        return (task, said + 1), StepResult(text, done, 0.5 * done, done, {"valid": True})

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return str(task.number)


@frozen(kw_only=True)
class Count(Latent[int]):
    family: ClassVar[str] = "count"
    z_type: ClassVar[Any] = int

    def draw(self, core_envs, rng):
        return rng.randrange(100, 1000)

    def task(self, z, context, rng):
        return Riddle(number=context.index)

    def describe(self, z):
        return f"the secret is {z}."


class Recorder(Agent):
    """Keeps what it is sent; numbers its replies; writes notes when asked."""

    def __init__(self, fails_on=None, error=None):
        self.name = "recorder"
        self.moves, self.requests = [], []
        self.fails_on, self.error = fails_on, error
        self.truths = []

    async def reply(self, messages, context):
        sent = [dict(each) for each in messages]
        self.truths.append(context.truth)
        usage = Usage(input_tokens=10, output_tokens=1, attempts=1)
        if REQUEST in sent[-1]["content"]:
            self.requests.append(sent)
            if self.error and len(self.requests) == self.fails_on:
                raise self.error
            return Reply(text=f" notes {len(self.requests)} ", reasoning="hm", usage=usage)
        self.moves.append(sent)
        return Reply(text=f"reply {len(self.moves)}", usage=usage)


def environment(*games, packing="chat", schedule="alternating"):
    games = games or ("riddles",)
    return Environment(
        id=EnvId.parse(f"{'+'.join(games)}/count/no_info/standard/ep{NUM_TASKS}"),
        core_envs={game: Riddles(game=game) for game in games},
        latent=Count(),
        prompt=NoInfo(),
        feedback=Standard(),
        packing=packing,
        schedule=schedule,
    )


def played(name=None, recorder=None, where=None, budget=None, **parameters):
    """The trajectory of a recorder, and the recorder."""
    recorder = recorder or Recorder()
    agent = ScaffoldAgent(recorder, make_scaffold(name, parameters)) if name else recorder
    env = SequenceEnv(where or environment(), budget=budget)
    env.reset(3)
    return asyncio.run(play(env, agent, session="s")), recorder


def texts(messages, role=None):
    return "\n".join(each["content"] for each in messages if role in (None, each["role"]))


# ---- what all have in common


@pytest.mark.parametrize("packing", ["chat", "upstream"])
@pytest.mark.parametrize("name", SCAFFOLDS)
def test_what_was_sent_can_be_told_from_the_record(name, packing, tmp_path):
    """First message kept, current task whole, roles alternate; the file gives it all back."""
    trajectory, recorder = played(name, where=environment(packing=packing))
    plain, _ = played(where=environment(packing=packing))
    write_trajectories(tmp_path / "t.jsonl", [trajectory])
    (read,) = read_trajectories(tmp_path / "t.jsonl")
    assert read == trajectory
    assert trajectory.messages == plain.messages  # the whole conversation is recorded
    assert len(recorder.moves) == NUM_TASKS * TURNS_PER_TASK
    for number, sent in enumerate(recorder.moves):
        assert sent == sent_messages(read, number)
        assert sent[0] == trajectory.opening[0]
        roles = [each["role"] for each in sent[1:]]
        assert all(one != other for one, other in itertools.pairwise(roles))
        task, turn = divmod(number, TURNS_PER_TASK)
        assert f"riddles {task} opens." in texts(sent)
        assert sent[-1]["role"] == ("user" if number or packing == "chat" else "system") or (
            name == "oracle"
        )
        if turn:
            assert sent[-2]["content"] == f"reply {number}"


def test_full_sends_exactly_what_is_sent_without_a_scaffold():
    for packing in ("chat", "upstream"):
        _, bare = played(where=environment(packing=packing))
        _, full = played("full", where=environment(packing=packing))
        assert full.moves == bare.moves


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("none", {}), ("last_k", {"k": 1}), ("last_k", {"k": 2}), ("last_k", {"k": 9}), ("full", {})],
)
def test_whole_tasks_are_kept_or_forgotten(name, parameters):
    _, recorder = played(name, **parameters)
    k = parameters.get("k", 0 if name == "none" else NUM_TASKS)
    for number, sent in enumerate(recorder.moves):
        task = number // TURNS_PER_TASK
        for earlier in range(task):
            kept = earlier >= task - k
            assert (f"riddles {earlier} heard" in texts(sent)) == kept
            assert (f"Task {earlier + 1} of {NUM_TASKS}: solved" in texts(sent)) == kept


def test_outcomes_are_the_feedback_alone():
    _, recorder = played("outcomes")
    last = recorder.moves[-1]
    for earlier in range(NUM_TASKS - 1):
        assert f"Task {earlier + 1} of {NUM_TASKS}: solved, score 0.500." in texts(last)
        assert f"riddles {earlier} heard" not in texts(last)
    assert texts(last, "assistant") == f"reply {len(recorder.moves) - 1}"


# ---- notes


def test_notes_are_written_at_each_boundary_from_the_last_notes_and_the_task_since():
    trajectory, recorder = played("notes", max_words=50)
    assert len(recorder.requests) == NUM_TASKS - 1
    for index, sent in enumerate(recorder.requests):
        said = texts(sent)
        assert sent[0] == trajectory.opening[0]
        assert f"Before task {index + 2} of {NUM_TASKS} begins" in said
        assert "at most 50 words" in said
        assert f"riddles {index} heard" in said
        assert f"riddles {index + 1} opens" not in said
        assert (f"notes {index}" in said) == (index > 0)
        assert f"riddles {index - 1} heard" not in said
    for number, sent in enumerate(recorder.moves):
        task = number // TURNS_PER_TASK
        shown = [i for i in range(NUM_TASKS) if f"notes {i}" in texts(sent)]
        assert shown == ([task] if task else [])
        assert f"riddles {task - 1} heard" not in texts(sent)


def test_notes_are_recorded_where_they_were_written_and_paid_for():
    trajectory, _ = played("notes")
    first_turns = trajectory.turns[::TURNS_PER_TASK]
    assert all(turn.carried is None for turn in trajectory.turns[1::TURNS_PER_TASK])
    assert first_turns[0].carried == Carried()
    for index, turn in enumerate(first_turns[1:], start=1):
        written = turn.carried.written
        assert turn.carried.parts == (notes_module.HEADING, f"notes {index}")
        assert (written.agent, written.text, written.reasoning) == (
            "recorder",
            f" notes {index} ",
            "hm",
        )
        assert turn.usage == Usage(input_tokens=20, output_tokens=2, attempts=2)
        assert written.usage == Usage(input_tokens=10, output_tokens=1, attempts=1)
    assert trajectory.turns[-1].usage.output_tokens == 1


def test_a_budget_counts_the_tokens_of_notes():
    """Two replies a task and one note between: 2, then 1 + 2 more."""
    trajectory, recorder = played("notes", budget=Budget(max_tokens=5))
    assert (len(recorder.moves), len(recorder.requests)) == (4, 1)
    assert trajectory.truncated == "tokens"


def test_a_failed_notes_call_is_recorded_and_costs_nothing_else():
    recorder = Recorder(fails_on=2, error=AgentError("out of ink"))
    trajectory, _ = played("notes", recorder)
    assert trajectory.error.message == "out of ink"
    assert len(trajectory.turns) == 2 * TURNS_PER_TASK
    overflow = Recorder(fails_on=1, error=ContextOverflowError("too long"))
    trajectory, _ = played("notes", overflow)
    assert (trajectory.error, trajectory.truncated) == (None, "context")


def test_forks_and_resumed_sequences_keep_their_notes():
    """Nothing lies in the agent: a fresh one carries on from the record."""
    whole, _ = played("notes")
    env = SequenceEnv(environment())
    env.reset(3)
    for turn in whole.turns[: 3 * TURNS_PER_TASK + 1]:
        env.repeat(turn)
    recorder = Recorder()
    agent = ScaffoldAgent(recorder, make_scaffold("notes", {}))
    resumed = asyncio.run(play(env.fork(), agent, session="t"))
    assert recorder.requests == []
    assert "notes 3" in texts(recorder.moves[0])
    assert resumed.turns[:-1] == whole.turns[:-1]


# ---- oracle


def test_the_oracle_is_told_z_and_marked():
    trajectory, recorder = played("oracle")
    where = environment()
    told = OracleInfo().briefing(Scene(where.latent, where.sequence(3).z, NUM_TASKS))
    assert all(texts(sent).count(told) == 1 for sent in recorder.moves)
    assert all("riddles 0 opens" in texts(sent) for sent in recorder.moves)
    assert all(turn.privileged for turn in trajectory.turns)
    assert trajectory.privileged
    assert set(recorder.truths) == {None}  # in words, and nowhere else
    plain, _ = played()
    assert not plain.privileged
    assert told not in texts(plain.messages)


# ---- rules


@pytest.mark.parametrize("name", SCAFFOLDS)
@pytest.mark.parametrize("schedule", ["alternating", "blocks"])
def test_the_rules_of_every_game_survive_every_cut(name, schedule):
    where = environment("riddles", "puns", schedule=schedule)
    trajectory, recorder = played(name, where=where)
    for number, sent in enumerate(recorder.moves):
        game = trajectory.core_envs[number // TURNS_PER_TASK]
        told = texts(sent).count(f"Rules of {game}.")
        assert told == 1 if schedule == "blocks" else told >= 1
        assert sent == sent_messages(trajectory, number)


# ---- agent strings


class Plugin:
    @hookimpl
    def latentgym_register_agents(self):
        def chat(model, **parameters):
            assert not any("scaffold" in key for key in parameters)
            return Recorder()

        return (AgentSpec(name="chat", factory=chat),)


REGISTRY = Registry.from_plugins([Plugin()])


@frozen(kw_only=True)
class Every(Scaffold):
    """A stranger's: every n-th task."""

    whole_tasks: ClassVar[bool] = True
    n: int = 2

    async def carry(self, past, write):
        return Carried(parts=tuple(range(0, past.index, self.n)))


def test_a_scaffold_is_named_in_the_agent_string():
    agent = make_agent("chat/m?scaffold=last_k&scaffold.k=3&heat=1", ("riddles",), REGISTRY)
    assert isinstance(agent, ScaffoldAgent)
    assert agent.scaffold == make_scaffold("last_k", {"k": 3})
    assert agent.name == "chat/m?scaffold=last_k&scaffold.k=3&heat=1"
    bare = make_agent("chat/m", ("riddles",), REGISTRY)
    assert isinstance(bare, Recorder)
    assert with_scaffold("chat/m?heat=1", "last_k?k=3") == (
        "chat/m?heat=1&scaffold=last_k&scaffold.k=3"
    )


def test_a_strangers_scaffold_is_named_by_its_module(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "strange", __import__("types"))
    monkeypatch.setattr("types.Every", Every, raising=False)
    text = with_scaffold("chat/m", "strange:Every?n=3")
    agent = make_agent(text, ("riddles",), REGISTRY)
    assert (agent.name, agent.scaffold) == (
        "chat/m?scaffold=strange:Every&scaffold.n=3",
        Every(n=3),
    )
    env = SequenceEnv(environment())
    env.reset(3)
    trajectory = asyncio.run(play(env, agent, session="s"))
    assert [turn.carried.parts for turn in trajectory.turns[::2]] == [(), (0,), (0,), (0,)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("chat/m?scaffold=nons", "did you mean none"),
        ("chat/m?scaffold=xyz", "there are full, none"),
        ("chat/m?scaffold=3", "no name"),
        ("chat/m?scaffold.k=3", "belongs to no scaffold"),
        ("chat/m?scaffold=last_k&scaffold.k=0", "k"),
        ("chat/m?scaffold=last_k&scaffold.j=2", "has no parameter 'j'"),
        ("chat/m?scaffold=json:dumps", "dumps"),
        ("chat/m?scaffold=json:JSONDecoder", "no scaffold"),
        ("chat/m?scaffold=no_such_module:X", "cannot be loaded"),
        ("human?scaffold=none", "takes no scaffold"),
    ],
)
def test_what_is_no_scaffold_is_told(text, sentence):
    import latentgym_core.plugin

    registry = Registry.from_plugins([latentgym_core.plugin, Plugin()])
    with pytest.raises(SpecError, match=sentence):
        make_agent(text, ("riddles",), registry)


def test_one_scaffold_in_one_place():
    with pytest.raises(SpecError, match="already"):
        with_scaffold("chat/m?scaffold=none", "full")


def test_agents_of_one_model_share_what_they_load():
    shared = []

    class Sharing(Recorder):
        def share(self, other):
            shared.append((self, other))

    class Several:
        @hookimpl
        def latentgym_register_agents(self):
            return (AgentSpec(name="chat", factory=lambda model, heat=0: Sharing()),)

    names = ("chat/m", "chat/m?scaffold=none", "chat/other", "chat/m?heat=1")
    made = make_agents(names, ("riddles",), Registry.from_plugins([Several()]))
    first, second, _, last = (getattr(made[name], "inner", made[name]) for name in names)
    assert shared == [(second, first), (last, first), (last, second)]


def test_what_is_carried_costs_few_bytes():
    """References to tasks, not their texts: a scaffold must not make records quadratic."""
    from latentgym_core.records.jsonl import to_line

    bare, full = (len(to_line(played(name)[0])) for name in (None, "full"))
    assert full - bare < 40 * NUM_TASKS
    carried = json.loads(to_line(played("last_k", k=2)[0]))["turns"][-2]["carried"]
    assert carried == {"parts": [1, 2]}
