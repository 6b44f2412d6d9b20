"""Hand-offs among any number of agents, by history and by notes, and what they cost."""

import asyncio
import importlib.util
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from attrs import evolve

from latentgym_core.contract.agent import Reply
from latentgym_core.errors import AgentError, SpecError
from latentgym_core.handoff import (
    HAND_OFF_RENDERERS,
    HandOffConfig,
    build_hand_off_report,
    tail_rewards,
)
from latentgym_core.handoff.efficiency import efficiency
from latentgym_core.handoff.notes import HEADING, REQUEST
from latentgym_core.handoff.playing import play_hand_offs
from latentgym_core.records.hand_off_name import HandOff, parse_hand_off
from latentgym_core.registry.env_id import EnvId
from latentgym_core.runs.config import Job, RunEnvironment
from latentgym_core.runs.evaluation import Stage
from latentgym_core.scaffolds.agent import ScaffoldAgent
from latentgym_core.scaffolds.naming import make_scaffold
from latentgym_core.scaffolds.sending import sent_messages

SPEC = importlib.util.spec_from_file_location(
    "handoff_safes", Path(__file__).with_name("test_handoff.py")
)
safes = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(safes)

N = 10
ID = f"safe/one_code/no_info/standard/ep{N}"
ENVIRONMENT = evolve(safes.ENVIRONMENT, id=EnvId.parse(ID))


class Burglar(safes.Burglar):
    """Writes down the code if it knows it; keeps what it was sent."""

    def __init__(self, name, **character):
        super().__init__(name, **character)
        self.notes_calls = Counter()
        self.sent = []

    async def reply(self, messages, context):
        self.sent.append((context.session, [dict(each) for each in messages]))
        if REQUEST in messages[-1]["content"]:
            self.notes_calls[context.seed, context.view.index] += 1
            if self.fails(context.seed, "notes"):
                raise AgentError("out of ink")
            codes = [
                each["content"].partition("code is ")[2][:2]
                for each in messages
                if "code is " in each["content"]
            ]
            return Reply(text=f"The code is {codes[0]}." if codes else "")
        return await super().reply(messages, context)


def config_for(explorers, exploiters, **changes):
    given = {
        "environments": (RunEnvironment(id=ID),),
        "agents": tuple(dict.fromkeys((*explorers, *exploiters))),
        "explorers": tuple(explorers),
        "exploiters": tuple(exploiters),
        "boundaries": range(1, N),
        "num_sequences": 3,
    }
    return HandOffConfig(**{**given, **changes})


def play_all(config, agents, finished=None):
    stage = Stage(config=config, environments={ID: ENVIRONMENT}, agents=agents)
    played = dict(finished or {})

    def keep(trajectory):
        assert Job.of(trajectory) not in played
        played[Job.of(trajectory)] = trajectory

    asyncio.run(play_hand_offs(stage, config, finished or {}, on_finish=keep))
    return [played[job] for job in config.jobs]


def burglars():
    """`a` never looks, `b` looks, `d` looks and then sleeps through odd tasks."""
    return {
        "a": Burglar("a", curious=False),
        "b": Burglar("b", curious=True),
        "d": Burglar("d", curious=True, awake=lambda index: index % 2 == 0),
    }


# ---- costs


def test_all_boundaries_cost_one_explorer_run_plus_the_tails():
    """N = 10 and every K: the explorer replies 10 times, an exploiter 9 + 8 + … + 1 times."""
    config, agents = config_for("b", "ad"), burglars()
    play_all(config, agents)
    tails = sum(N - k for k in range(1, N))
    calls = {name: sum(agent.calls.values()) for name, agent in agents.items()}
    assert calls == {"b": 3 * N, "a": 3 * tails, "d": 3 * tails}
    assert tails == 45


def test_the_whole_matrix_asks_every_explorer_once():
    config, agents = config_for("abd", "abd"), burglars()
    played = play_all(config, agents)
    tails = sum(N - k for k in range(1, N))
    assert {sum(agent.calls.values()) for agent in agents.values()} == {3 * (N + 2 * tails)}
    assert {each.agent.partition("@")[0] for each in played} == {
        *"abd",
        *(f"{x}→{y}" for x, y in product("abd", "abd") if x != y),
    }


# ---- numbers


def test_every_cell_and_every_sign():
    config = config_for("abd", "abd")
    report = build_hand_off_report(config, play_all(config, burglars()))
    assert len(report.cells) == 9 * (N - 1)
    assert all((each.num_sequences, each.num_failed) == (3, 0) for each in report.cells)
    signs = {
        (each.kind, each.explorer, each.exploiter): each.estimate.value
        for each in report.efficiencies
        if each.boundary == 2
    }
    assert {(kind, x, y) for kind, x, y in signs} == {
        *(("exploration", x, y) for x in "bd" for y in "abd"),
        *(("exploitation", x, y) for x in "abd" for y in "bd"),
    }
    for exploiter in "bd":
        assert signs["exploration", "b", exploiter] > 0  # it looked, `a` did not
        assert signs["exploration", "b", exploiter] == signs["exploration", "d", exploiter]
    assert signs["exploitation", "b", "d"] < 0  # half asleep, against `a` who is awake
    assert signs["exploitation", "b", "b"] == pytest.approx(0)
    assert signs["exploitation", "a", "b"] is None  # `a` earns nothing after itself


def test_exploration_times_exploitation_is_the_quotient_of_the_solo_tails():
    """(1 + Explore_B)(1 + Exploit_A) = (1 + Explore_A)(1 + Exploit_B) = T(B) / T(A)."""
    config = config_for("db", "db", boundaries=range(1, N - 1))  # `d` sleeps through the last task
    tails = tail_rewards(play_all(config, burglars()), config.boundaries)
    for k in config.boundaries:

        def gain(kind, explorer, exploiter, k=k):
            return (
                1 + efficiency(tails, kind, HandOff(explorer, exploiter, k), "d", 3).estimate.value
            )

        solo = sum(tails[HandOff("b", "b", k)].values()) / sum(tails[HandOff("d", "d", k)].values())
        assert gain("exploration", "b", "b") * gain("exploitation", "d", "b") == pytest.approx(solo)
        assert gain("exploration", "b", "d") * gain("exploitation", "b", "b") == pytest.approx(solo)


PUBLISHED = {  # K: explore C=CT, exploit C=CT, explore C=ST, exploit C=ST, in percent
    2: (0.7, 25.3, 4.4, 30.1),
    4: (2.5, 16.4, 14.2, 29.5),
    6: (2.9, 13.0, 16.9, 28.5),
    8: (11.6, 16.3, 17.4, 22.7),
}
CROSS_TASK = (0.536, 0.563, 0.628, 0.689, 0.689, 0.718, 0.689, 0.727, 0.734, 0.771)
SINGLE_TASK = (0.483, 0.546, 0.544, 0.515, 0.519, 0.529, 0.554, 0.560, 0.550, 0.545)


@pytest.mark.parametrize("k", PUBLISHED)
def test_the_published_table_obeys_the_identity(k):
    """Within its rounding and the sampling of its solo curves, 1.5 percentage points."""
    explore_ct, exploit_ct, explore_st, exploit_st = (1 + each / 100 for each in PUBLISHED[k])
    solo = sum(CROSS_TASK[k:]) / sum(SINGLE_TASK[k:])
    assert explore_ct * exploit_st == pytest.approx(solo, abs=0.015)
    assert explore_st * exploit_ct == pytest.approx(solo, abs=0.015)


# ---- notes


def test_notes_are_written_once_for_all_exploiters_and_replace_the_history():
    config, agents = config_for("b", "ad", handed=("notes",), boundaries=(2, 5)), burglars()
    played = play_all(config, agents)
    assert agents["b"].notes_calls == {(seed, k): 1 for seed in range(3) for k in (2, 5)}
    by_name = {(each.agent, each.seed): each for each in played}
    for exploiter, k in product("ad", (2, 5)):
        handed = by_name[f"b→{exploiter}@ep{k}+notes", 1]
        own = [turn for turn in handed.turns if turn.task_index >= k]
        written = own[0].carried.written
        code = handed.tasks[0]["code"]
        assert (written.agent, written.text) == ("b", f"The code is {code}.")
        # The whole play is recorded, and the exploiter saw only the notes and its own tasks.
        assert [turn.reply for turn in handed.turns[:k]] == ["peek", *[str(code)] * (k - 1)]
        sent = [messages for session, messages in agents[exploiter].sent if f"@ep{k}+" in session]
        assert [messages[0] for messages in sent] == [handed.opening[0]] * len(sent)
        assert all(HEADING in messages[1]["content"] for messages in sent)
        assert not any("peek" in each["content"] for messages in sent for each in messages[1:])
        of_seed = [m for s, m in agents[exploiter].sent if f"@ep{k}+notes seed 1" in s]
        assert of_seed == [sent_messages(handed, n) for n in range(k, len(handed.turns))]


def test_notes_are_compared_with_histories():
    config = config_for("ab", "ab", handed=("history", "notes"), boundaries=(3,))
    report = build_hand_off_report(config, play_all(config, burglars()))
    assert len(report.cells) == 2 * 4
    worth = {
        (each.explorer, each.exploiter): each.estimate.value
        for each in report.efficiencies
        if each.kind == "notes"
    }
    # b's notes hold the code: nothing is lost. a never looks: nobody loses anything either.
    assert worth[("b", "b")] == worth[("b", "a")] == worth[("a", "b")] == 0
    assert worth["a", "a"] is None


def test_who_forgets_writes_what_it_remembers():
    """An explorer with a scaffold is asked on what that left to it."""
    agents = burglars()
    forgetful = ScaffoldAgent(agents["b"], make_scaffold("none", {}))
    config = config_for("b", "a", handed=("notes",), boundaries=(4,))
    played = play_all(config, {**agents, "b": forgetful})
    handed = next(each for each in played if each.agent == "b→a@ep4+notes")
    assert handed.turns[4].carried.written.text == ""
    assert sum(handed.rewards[4:]) == 0


def test_a_failed_notes_call_costs_all_who_wait_for_it_and_nobody_else():
    agents = burglars()
    agents["b"].fails = lambda seed, index: seed == 1 and index == "notes"
    config = config_for("b", "ad", handed=("history", "notes"), boundaries=(2, 4))
    failed = [each for each in play_all(config, agents) if each.error]
    assert {(each.agent, each.seed) for each in failed} == {
        (f"b→{exploiter}@ep{k}+notes", 1) for exploiter in "ad" for k in (2, 4)
    }
    assert {each.error.message for each in failed} == {"out of ink"}


@pytest.mark.parametrize("kept", [0, 3, 8, 20, 29])
def test_resuming_gives_the_same_records_and_has_no_notes_written_twice(kept):
    config = config_for("b", "ad", handed=("history", "notes"), boundaries=(2, 5, 8))
    whole = play_all(config, burglars())
    finished = {Job.of(each): each for each in whole[:kept]}
    agents = burglars()
    assert play_all(config, agents, finished) == whole
    there = {
        (each.seed, named.boundary)
        for each in whole[:kept]
        if (named := parse_hand_off(each.agent)) and named.handed == "notes"
    }
    assert set(agents["b"].notes_calls) == set(product(range(3), (2, 5, 8))) - there


def test_who_cannot_write_or_read_notes_is_refused():
    agents = burglars()
    agents["a"].goes_by = "view"
    with pytest.raises(SpecError, match="no texts"):
        play_all(config_for("b", "a", handed=("notes",)), agents)
    scaffolded = ScaffoldAgent(burglars()["a"], make_scaffold("none", {}))
    with pytest.raises(SpecError, match="has a scaffold"):
        play_all(config_for("b", "a", handed=("notes",)), {**agents, "a": scaffolded})


# ---- names and layouts


@pytest.mark.parametrize("handed", ["history", "notes"])
def test_names_are_read_back(handed):
    one = HandOff("x/y?scaffold=notes", "z@ep3", 12, handed)
    assert parse_hand_off(str(one)) == one


def test_every_layout_names_every_cell():
    config = config_for("ab", "ab", boundaries=(1, 9))
    report = build_hand_off_report(config, play_all(config, burglars()))
    shown = {name: render(report) for name, render in HAND_OFF_RENDERERS.items()}
    assert "a→b@ep1" not in shown["csv"]
    assert shown["csv"].count("\ntail,") == 8
    assert shown["csv"].count("\nexploration,") == 4
    for name in ("text", "md"):
        assert shown[name].count("b → a") == 2  # tails and exploration
    assert r"b $\rightarrow$ a & " in shown["latex"]
    assert "earned nothing" in shown["text"]
