"""The sequence engine, on a game small enough to compute by hand."""

import asyncio
import random
import re
from typing import Any, ClassVar

import numpy as np
import pytest
from attrs import evolve, frozen

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.contract.agent import Reply
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.feedback import Information, Standard
from latentgym_core.contract.latent import Latent
from latentgym_core.contract.prompt import FullInfo, NoInfo, OracleInfo, SomeInfo
from latentgym_core.errors import EnvError, SpecError, WrongTypeError
from latentgym_core.records.trajectory import ErrorRecord
from latentgym_core.registry.env_id import EnvId
from latentgym_core.runs.rollout import play
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.rewards import REWARD_TYPES
from latentgym_core.sequence.sequence_env import Budget, SequenceEnv, make


@frozen(kw_only=True)
class Door:
    answer: str


@frozen(kw_only=True)
class Doors(CoreEnv[Door, tuple[Door, int]]):
    """Name the door; three tries; reward 1 minus 0.25 for each wrong one."""

    task_type: ClassVar[type] = Door
    name: str = "doors"

    def rules(self, task):
        return f"Rules of {self.name}."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return (task, 0), "Which door?"

    def step(self, state, reply):
        task, wrong = state
        solved = reply == task.answer
        wrong += not solved
        done = solved or wrong == 3
        reward = 1 - 0.25 * wrong if solved else 0.0
        text = "Open." if solved else "Shut."
        return (task, wrong), StepResult(
            text, done, reward, solved, {"valid": True, "open": solved}
        )

    def outcome_facts(self, state):
        return {"wrong": state[1]}

    def reveal(self, task):
        return f"It was {task.answer}."


@frozen(kw_only=True)
class SameDoor(Latent[str]):
    family: ClassVar[str] = "same_door"
    z_type: ClassVar[Any] = str

    def draw(self, core_envs, rng):
        return rng.choice(["left", "right"])

    def task(self, z, context, rng):
        return Door(answer=z)

    def describe(self, z):
        return f"The open door is always {z}."

    def hint(self):
        return "Doors have habits."

    def disclosure(self):
        return "One door is always the open one."


def environment(prompt=None, feedback=None, num_tasks=3, games=("doors",), **more):
    env_id = EnvId(
        core_envs=games, latent="same_door", prompt="p", feedback="f", num_tasks=num_tasks
    )
    return Environment(
        id=env_id,
        core_envs={name: Doors(name=name) for name in games},
        latent=SameDoor(),
        prompt=prompt or NoInfo(),
        feedback=feedback or Standard(),
        **more,
    )


def begun(reward_type="cumulative", budget=None, seed=0, **settings):
    env = SequenceEnv(environment(**settings), reward_type=reward_type, budget=budget)
    env.reset(seed)
    return env


def z_of(env):
    return env.sequence.z


def wrong_of(env):
    return {"left": "right", "right": "left"}[z_of(env)]


# ---- what an agent is told, and when


@pytest.mark.parametrize("split", ["test", "published"])
def test_z_alone_is_that_of_the_sequence(split):
    doors = environment()
    drawn = [doors.z(seed, split) for seed in range(20)]
    assert drawn == [doors.sequence(seed, split).z for seed in range(20)]
    assert len(set(drawn)) > 1


def test_the_parts_of_a_boundary_stay_apart_and_make_one_message_in_order():
    env = begun(prompt=SomeInfo(), feedback=Information())
    answer = env.step(z_of(env))
    event = answer.event
    assert event.observation == "Open."
    assert event.task_feedback == f"Task 1 of 3: solved, score 1.000. It was {z_of(env)}."
    assert event.transition.startswith("Task 1 of 3 is over")
    assert event.opening == "Task 2 of 3\nWhich door?"
    parts = (event.observation, event.task_feedback, event.transition, event.opening)
    assert answer.message == {"role": "user", "content": "\n\n".join(parts)}


def test_the_last_message_holds_only_step_and_task_feedback():
    env = begun(num_tasks=1)
    answer = env.step(z_of(env))
    assert answer.done
    assert (answer.event.transition, answer.event.opening) == ("", "")
    assert answer.message["content"] == "Open.\n\nTask 1 of 1: solved, score 1.000."


@pytest.mark.parametrize(
    ("prompt", "said", "unsaid"),
    [
        (NoInfo(), [], ["habits", "always", "common"]),
        (SomeInfo(), ["in common", "Doors have habits."], ["always"]),
        (FullInfo(), ["One door is always the open one."], []),
        (OracleInfo(), ["The open door is always"], []),
    ],
)
def test_prompts_tell_what_they_promise_and_no_more(prompt, said, unsaid):
    env = begun(prompt=prompt)
    told = " ".join(message["content"] for message in env.opening)
    assert all(text in told for text in said)
    assert not any(text in told for text in unsaid)
    if not isinstance(prompt, OracleInfo):
        assert "left" not in told
        assert "right" not in told


def test_reminders_come_between_tasks_only():
    env = begun(prompt=FullInfo())
    assert "Remember" not in env.step(wrong_of(env)).event.text
    assert "Remember: One door is always" in env.step(z_of(env)).event.transition


def test_standard_feedback_never_tells_the_truth_of_a_lost_task():
    env = begun()
    answers = [env.step(wrong_of(env)) for _ in range(3)]
    assert answers[-1].task_reward == 0.0
    assert z_of(env) not in " ".join(answer.event.text for answer in answers)


def test_packings_hold_the_same_words():
    chat, upstream = begun(), begun(packing="upstream")
    assert [message["role"] for message in chat.opening] == ["system", "user"]
    assert [message["role"] for message in upstream.opening] == ["system"]
    assert upstream.opening[0]["content"] == "\n\n".join(m["content"] for m in chat.opening)


def test_a_mixed_sequence_repeats_the_rules_when_the_game_changes():
    env = begun(games=("doors", "gates"), num_tasks=4)
    assert env.sequence.core_env_names == ("doors", "gates", "doors", "gates")
    assert "Rules of doors." in env.opening[0]["content"]
    assert "Rules of gates." not in env.opening[0]["content"]
    assert "Rules of gates." in env.step(z_of(env)).event.opening
    blocks = begun(games=("doors", "gates"), num_tasks=4, schedule="blocks")
    assert "Rules" not in blocks.step(z_of(blocks)).event.opening
    assert "Rules of gates." in blocks.step(z_of(blocks)).event.opening


# ---- what it pays


@pytest.mark.parametrize(
    ("reward_type", "paid"),
    [
        ("cumulative", [0, 0, 0, 0, 2.5]),
        ("terminal", [0, 0, 0, 0, 1.0]),
        ("improvement", [0, 0, 0, 0, 0.5]),
        ("per_task", [0, 0, 0.5, 1.0, 1.0]),
    ],
)
def test_reward_types_pay_by_hand_computed_numbers(reward_type, paid):
    env = begun(reward_type)
    right, wrong = z_of(env), wrong_of(env)
    replies = [wrong, wrong, right, right, right]
    assert [env.step(reply).reward for reply in replies] == paid


def test_one_task_pays_its_reward_under_improvement():
    env = begun("improvement", num_tasks=1)
    assert env.step(z_of(env)).reward == 1.0


@pytest.mark.parametrize(
    ("reward_type", "paid"),
    [("cumulative", 1.0), ("terminal", 0.0), ("improvement", -1.0), ("per_task", 0.0)],
)
def test_truncation_counts_unfinished_tasks_as_zero(reward_type, paid):
    env = begun(reward_type, budget=Budget(max_turns=2))
    first = env.step(z_of(env))
    last = env.step(wrong_of(env))
    assert (first.done, last.done, last.truncated) == (False, True, "turns")
    assert last.reward == paid
    outcomes = env.trajectory.outcomes
    assert [(o.reward, o.truncated, o.turns) for o in outcomes] == [(1.0, False, 1), (0.0, True, 1)]
    assert env.trajectory.rewards == (1.0, 0.0, 0.0)


def test_a_budget_reached_by_the_last_reply_truncates_nothing():
    env = begun(num_tasks=1, budget=Budget(max_turns=1))
    assert env.step(z_of(env)).truncated is None


def test_output_tokens_count_against_their_budget():
    from latentgym_core.records.trajectory import Usage

    env = begun(budget=Budget(max_tokens=10))
    assert not env.step(wrong_of(env), usage=Usage(output_tokens=6)).done
    assert env.step(wrong_of(env), usage=Usage(output_tokens=6)).truncated == "tokens"


def test_failing_keeps_what_was_earned_and_says_why():
    env = begun()
    env.step(z_of(env))
    env.fail(ErrorRecord(kind="ProviderError", message="gone", status_code=503))
    assert env.done
    assert env.trajectory.error.status_code == 503
    assert env.trajectory.truncated is None
    assert env.trajectory.rewards == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("reward_type", REWARD_TYPES)
def test_a_forked_sequence_goes_its_own_way(reward_type):
    env = begun(reward_type)
    env.step(wrong_of(env))
    fork = env.fork()
    before = env.trajectory
    while not fork.done:
        fork.step(wrong_of(env))
    assert env.trajectory == before
    assert fork.trajectory.turns[:1] == before.turns
    env.step(z_of(env))
    twin = begun(reward_type)
    twin.step(wrong_of(env))
    twin.step(z_of(env))
    assert env.trajectory == twin.trajectory


# ---- misuse, and the view of scripted players


def test_playing_before_the_start_or_after_the_end_is_an_error():
    env = SequenceEnv(environment(num_tasks=1))
    with pytest.raises(EnvError, match="not begun"):
        env.step("left")
    env.reset(0)
    env.step(z_of(env))
    with pytest.raises(EnvError, match="over"):
        env.step("left")


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (500, 'A reply is text, and 500 is of type int; write step("500").'),
        (0.5, 'A reply is text, and 0.5 is of type float; write step("0.5").'),
        (True, "A reply is text, and True is of type bool."),
        (None, "A reply is text, and None is of type NoneType."),
        (b"left", "A reply is text, and b'left' is of type bytes."),
        ({"content": "left"}, 'is of type dict; pass its "content".'),
        (Reply(text="left"), "is of type Reply; pass its .text."),
        (["left"] * 100, "…"),
    ],
)
def test_a_reply_that_is_no_text_is_one_sentence_and_changes_nothing(reply, sentence):
    env = begun()
    before = repr(env)
    with pytest.raises(WrongTypeError, match=r"^A reply is text, and [^\n]{1,150}$") as caught:
        env.step(reply)
    assert sentence in str(caught.value)
    assert isinstance(caught.value, TypeError)
    assert (repr(env), env.turns) == (before, ())


def test_a_number_is_told_with_the_brackets_of_the_game():
    class Bracketed(Doors):
        bracketed: ClassVar[bool] = True

    env = SequenceEnv(evolve(environment(), core_envs={"doors": Bracketed()}))
    env.reset(0)
    with pytest.raises(WrongTypeError, match=r'write step\("\[500\]"\)\.$'):
        env.step(500)


@pytest.mark.parametrize("seed", ["0", 1.0, None, True])
def test_a_seed_that_is_no_whole_number_is_one_sentence(seed):
    with pytest.raises(WrongTypeError, match=r"^A seed is a whole number from 0, and .* reset\("):
        SequenceEnv(environment()).reset(seed)


def test_a_seed_of_numpy_is_the_seed():
    assert environment().sequence(np.int64(7)) == environment().sequence(7)
    assert type(environment().sequence(np.uint8(7)).seed) is int


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (lambda: SequenceEnv("doors"), "An environment comes from build_environment"),
        (lambda: SequenceEnv(environment(), budget=5), "A budget is a Budget, and 5 is of type"),
        (lambda: begun().load(5), "A sequence comes from Environment.sequence, and 5 is of type"),
        (lambda: asyncio.run(play(begun(), "me", session="s")), "Whoever plays is an Agent, and"),
        (lambda: make(5), "An id is text, and 5 is of type int"),
        (lambda: make_agent(5, ("doors",)), "An agent string is text, and 5 is of type int"),
    ],
)
def test_other_wrong_types_are_one_sentence_too(misuse, sentence):
    with pytest.raises(WrongTypeError, match=rf"^{re.escape(sentence)}[^\n]*$"):
        misuse()


@pytest.mark.parametrize("limit", [{"max_turns": 0}, {"max_tokens": "9"}, {"max_turns": True}])
def test_a_budget_is_a_whole_number(limit):
    with pytest.raises(SpecError, match="it is a whole number from 1, or None for no limit"):
        Budget(**limit)


# ---- what a notebook prints


def test_an_env_says_in_one_line_where_it_stands():
    env = SequenceEnv(environment(num_tasks=2))
    name = "doors/same_door/p/f/ep2"
    assert repr(env) == f"SequenceEnv({name}, not begun)"
    env.reset(3)
    assert repr(env) == f"SequenceEnv({name}, seed 3 of test, task 1 of 2, turn 1)"
    env.step(wrong_of(env))
    assert repr(env) == f"SequenceEnv({name}, seed 3 of test, task 1 of 2, turn 2)"
    answer = env.step(z_of(env))
    assert repr(answer).startswith("StepReturn('Open. Task 1 of 2: solved, score 0.750. ")
    assert repr(answer).endswith(", reward 0.000, task reward 0.750)")
    last = env.step(z_of(env))
    assert repr(last).endswith(", reward 1.750, task reward 1.000, over)")
    assert repr(env) == f"SequenceEnv({name}, seed 3 of test, over, sum of rewards 1.750)"
    assert repr(env.environment) == f"Environment({name})"
    assert repr(env.environment.id) == f"EnvId('{name}')"
    assert repr(env.sequence) == "TaskSequence(seed 3 of test, 2 tasks of doors)"


def test_a_record_says_in_one_line_what_was_played():
    env = begun(num_tasks=2, budget=Budget(max_turns=2))
    env.step(f"{wrong_of(env)}\n" * 50, agent="me")
    cut = repr(env.step(wrong_of(env)))
    assert cut.endswith(", reward 0.000, cut off: turns)")
    name = "doors/same_door/p/f/ep2"
    assert repr(env.trajectory) == (
        f"Trajectory({name}, seed 0 of test: 2 turns, reward 0.000, cut off: turns)"
    )
    failed = begun(num_tasks=2)
    failed.fail(ErrorRecord(kind="AgentError", message="no\nluck"))
    played = evolve(failed.trajectory, agent="me")
    assert repr(played) == (
        f"Trajectory({name}, seed 0 of test by me: 0 turns, reward 0.000, failed: no luck)"
    )
    turn = repr(env.turns[0])
    assert turn.startswith("TurnRecord(task 1, turn 1: '")
    assert turn.endswith("…' → 'Shut.')")
    assert len(turn) < 120


def test_an_unknown_reward_type_is_refused():
    with pytest.raises(SpecError, match="cumulative"):
        SequenceEnv(environment(), reward_type="sum")


def test_the_view_reveals_the_task_only_under_information():
    for feedback, revealed in ((Standard(), False), (Information(), True)):
        env = begun(feedback=feedback)
        env.step(z_of(env))
        finished = env.view.history[0]
        assert (finished.revealed is not None) == revealed
        assert finished.turns == ({"valid": True, "open": True},)


def test_seeds_decide_everything_and_prompts_nothing():
    one, other = environment(), environment(prompt=FullInfo(), feedback=Information(), num_tasks=9)
    for seed in range(20):
        assert one.sequence(seed) == one.sequence(seed)
        assert one.sequence(seed).tasks == other.sequence(seed).tasks[:3]
    assert {one.sequence(seed).z for seed in range(20)} == {"left", "right"}
    keys = {split: one.sequence(0, split).task_keys for split in ("train", "validation", "test")}
    assert len(set(keys.values())) == 3


def test_random_play_always_ends_and_records_every_turn():
    rng = random.Random(5)
    for seed in range(30):
        env = begun(seed=seed)
        while not env.done:
            env.step(rng.choice(["left", "right", "", "\0"]))
        trajectory = env.trajectory
        assert sum(outcome.turns for outcome in trajectory.outcomes) == len(trajectory.turns)
        assert len(trajectory.messages) == 2 + 2 * len(trajectory.turns)
