import asyncio
import gc
import json

import pytest

from latentgym_core.agents.servers import chat_client
from latentgym_core.agents.servers.openai_compatible import (
    openai_agent,
    openrouter_agent,
    vllm_agent,
)
from latentgym_core.contract.agent import AgentContext
from latentgym_core.errors import ContextOverflowError, ProviderError, SpecError

MESSAGES = [
    {"role": "system", "content": "Rules."},
    {"role": "user", "content": "The hidden number is between 1 and 1000. Überlege."},
]
VARIABLES = [
    f"{vendor}_{what}"
    for vendor in ("OPENAI", "OPENROUTER", "VLLM")
    for what in ("API_KEY", "BASE_URL", "ORG_ID", "PROJECT_ID")
]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def ask(agent, times=1, messages=MESSAGES):
    """Ask so often at the same time, in an event loop of its own."""

    async def main():
        asked = (
            agent.reply(messages, AgentContext(session=f"s{number}", seed=number, view=None))
            for number in range(times)
        )
        try:
            return await asyncio.gather(*asked)
        finally:
            await agent.close()

    return asyncio.run(main())


def ask_once(scene, **parameters):
    """The reply of a fresh agent and what the server saw."""
    agent = vllm_agent(f"m@{scene.url}", **{"backoff": 0.001, **parameters})
    return ask(agent)[0], scene.stats()


def fail_once(scene, **parameters):
    agent = vllm_agent(f"m@{scene.url}", **{"backoff": 0.001, **parameters})
    with pytest.raises(ProviderError) as caught:
        ask(agent)
    return caught.value, scene.stats()


# ---- one good call


def test_a_reply_its_reasoning_and_what_it_cost(loopback_server):
    scene = loopback_server.scene(
        message={"reasoning_content": "halve"},
        usage={
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 2},
        },
        latency=0.02,
    )
    reply, stats = ask_once(scene)
    assert (reply.text, reply.reasoning) == ("[500]", "halve")
    usage = reply.usage
    assert (usage.input_tokens, usage.cached_tokens) == (14, 4)
    assert (usage.output_tokens, usage.reasoning_tokens, usage.attempts) == (3, 2, 1)
    assert usage.latency_seconds >= 0.02
    assert stats["bodies"] == [{"model": "m", "messages": MESSAGES}]


def test_the_standard_transport_of_the_client_does_the_same(loopback_server, environment):
    environment.setattr(chat_client, "_is_plain", lambda _: False)
    scene = loopback_server.scene(faults=["429", "reset"])
    reply, stats = ask_once(scene)
    assert (reply.text, reply.usage.attempts, stats["requests"]) == ("[500]", 3, 3)
    error, stats = fail_once(loopback_server.scene(latency=5.0), timeout=0.5, attempts=2)
    assert (error.status_code, error.attempts, stats["requests"]) == (None, 2, 2)


def test_parameters_are_sent(loopback_server):
    scene = loopback_server.scene()
    _, stats = ask_once(
        scene,
        temperature=0,
        top_p=0.9,
        max_tokens=64,
        seed=3,
        reasoning_effort="low",
        stop="\n",
        extra_body='{"top_k": 20, "temperature": 0.5}',
    )
    sent = stats["bodies"][0]
    assert {key: sent[key] for key in sent if key not in ("model", "messages")} == {
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 64,
        "seed": 3,
        "reasoning_effort": "low",
        "stop": "\n",
        "top_k": 20,
    }


# ---- providers


@pytest.mark.parametrize(
    ("factory", "vendor", "limit"),
    [
        (openai_agent, "OPENAI", "max_completion_tokens"),
        (openrouter_agent, "OPENROUTER", "max_tokens"),
    ],
)
def test_key_and_server_come_from_the_environment(
    loopback_server, environment, factory, vendor, limit
):
    scene = loopback_server.scene()
    environment.setenv(f"{vendor}_BASE_URL", scene.url)
    environment.setenv(f"{vendor}_API_KEY", "secret")
    environment.setenv("OPENAI_ORG_ID", "my-organization")
    ask(factory("vendor/model", max_tokens=9))
    (body,), (head,) = scene.stats()["bodies"], scene.stats()["headers"]
    assert (body["model"], body[limit]) == ("vendor/model", 9)
    assert "authorization: bearer secret\r\n" in head.lower()
    assert ("my-organization" in head) == (vendor == "OPENAI")


def test_a_server_of_one_s_own_may_ask_for_a_key(loopback_server, environment):
    scene = loopback_server.scene()
    environment.setenv("VLLM_API_KEY", "secret")
    environment.setenv("OPENAI_API_KEY", "meant for another")
    ask(vllm_agent(f"Qwen/Qwen3-8B@{scene.url}"))
    (body,), (head,) = scene.stats()["bodies"], scene.stats()["headers"]
    assert body["model"] == "Qwen/Qwen3-8B"
    assert "Bearer secret" in head


@pytest.mark.parametrize(
    ("factory", "variable"),
    [(openai_agent, "OPENAI_API_KEY"), (openrouter_agent, "OPENROUTER_API_KEY")],
)
def test_a_missing_key_is_one_sentence_before_anything_runs(factory, variable):
    with pytest.raises(SpecError, match=rf"^[^\n]*set the environment variable {variable}\.$"):
        factory("model")


@pytest.mark.parametrize(
    ("model", "parameters", "told"),
    [
        ("", {}, "name of a model"),
        ("m", {"temperature": -1}, "temperature is -1;"),
        ("m@http://me:secret@host/v1", {}, "no user name or password"),
        ("m@http://", {}, "no URL"),
        ("m@localhost:8000/v1", {}, "begins with http[s]://"),
        ("m", {"seed": "x"}, "seed is 'x'; it is a whole number."),
        ("m", {"temprature": 1}, "no parameter 'temprature'; it has temperature"),
        ("m", {"top_p": 1.5}, "from 0 to 1"),
        ("m", {"temperature": True}, "temperature is True; it is a number from 0."),
        ("m", {"max_tokens": 0.5}, "whole number from 1"),
        ("m", {"stop": 3}, 'write stop="'),
        ("m", {"extra_body": "[1]"}, "JSON object"),
        ("m", {"timeout": 0}, "timeout is 0;"),
        ("m", {"attempts": 0}, "attempts is 0;"),
        ("m", {"concurrency": 0}, "concurrency is 0;"),
    ],
)
def test_a_bad_agent_string_is_one_sentence(model, parameters, told):
    with pytest.raises(SpecError, match=r"^[^\n]+$") as caught:
        vllm_agent(model, **parameters)
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


# ---- retries


@pytest.mark.parametrize(
    "fault",
    [
        *("408", "409", "425", "429", "500", "502", "503", "504", "529"),
        *("broken", "no-choices", "wrapped-429", "reset", "empty", "null"),
    ],
)
def test_what_passes_with_time_is_asked_again(loopback_server, fault):
    scene = loopback_server.scene(faults=[fault, fault])
    reply, stats = ask_once(scene)
    assert (reply.text, reply.usage.attempts) == ("[500]", 3)
    assert stats["requests"] == 3
    assert stats["bodies"][0] == stats["bodies"][2]


@pytest.mark.parametrize(
    ("fault", "status"),
    [("429", 429), ("500", 500), ("broken", None), ("reset", None), ("wrapped-429", 429)],
)
def test_after_the_limit_the_failure_is_an_error(loopback_server, fault, status):
    error, stats = fail_once(loopback_server.scene(faults=[fault] * 5), attempts=3)
    assert (error.status_code, error.attempts, stats["requests"]) == (status, 3, 3)
    assert "after 3 calls" in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("400", 400), ("401", 401), ("403", 403), ("404", 404), ("422", 422), ("quota", 429)],
)
def test_what_does_not_pass_is_asked_once(loopback_server, fault, status):
    error, stats = fail_once(loopback_server.scene(faults=[fault]))
    assert (error.status_code, error.attempts, stats["requests"]) == (status, 1, 1)
    assert "after 1 call:" in str(error)


def test_a_conversation_that_no_longer_fits_has_its_own_error(loopback_server):
    scene = loopback_server.scene(faults=["overflow"])
    with pytest.raises(ContextOverflowError, match="8192"):
        ask_once(scene)
    assert scene.stats()["requests"] == 1


def test_a_model_that_says_nothing_is_recorded_as_saying_nothing(loopback_server):
    reply, stats = ask_once(loopback_server.scene(faults=["empty"] * 9), attempts=3)
    assert (reply.text, reply.usage.attempts, stats["requests"]) == ("", 3, 3)


def test_a_server_that_sleeps_is_given_up(loopback_server):
    scene = loopback_server.scene(faults=["slow", "ok"])
    reply, stats = ask_once(scene, timeout=0.7)
    assert (reply.text, reply.usage.attempts, stats["requests"]) == ("[500]", 2, 2)
    error, stats = fail_once(loopback_server.scene(latency=5.0), timeout=0.5, attempts=2)
    assert (error.status_code, error.attempts, stats["requests"]) == (None, 2, 2)
    assert "no answer within 0.5 s" in str(error)


def test_a_server_that_is_not_there_is_an_error():
    agent = vllm_agent("m@http://127.0.0.1:9/v1", attempts=2, backoff=0.001)
    with pytest.raises(ProviderError, match="no connection") as caught:
        ask(agent)
    assert (caught.value.status_code, caught.value.attempts) == (None, 2)


@pytest.mark.parametrize(
    ("fault", "seconds"), [("429-seconds", 0.2), ("429-milliseconds", 0.2), ("429-date", 1.0)]
)
def test_a_server_s_wish_to_wait_is_met(loopback_server, fault, seconds):
    _, stats = ask_once(loopback_server.scene(faults=[fault]))
    first, second = stats["arrivals"]
    assert second - first >= seconds


def test_a_key_that_a_server_echoes_is_not_repeated(loopback_server, environment):
    environment.setenv("VLLM_API_KEY", "made to fail")  # what the server answers
    error, _ = fail_once(loopback_server.scene(faults=["401"]))
    assert "made to fail" not in str(error)
    assert "***" in str(error)


def test_many_faults_at_once_lose_no_reply(loopback_server):
    kinds = ["429", "500", "broken", "empty", "reset", "503"]
    scene = loopback_server.scene(fault_rate=0.4, fault_kinds=kinds, latency=0.01)
    agent = vllm_agent(f"m@{scene.url}", backoff=0.001)
    replies = ask(agent, times=40)
    stats = scene.stats()
    assert {reply.text for reply in replies} == {"[500]"}
    assert sum(reply.usage.attempts for reply in replies) == stats["requests"]


# ---- connections


def test_the_limit_of_calls_at_once_holds(loopback_server):
    scene = loopback_server.scene(gather=4, latency=0.01, faults=["500"] * 3)
    ask(vllm_agent(f"m@{scene.url}", concurrency=4, backoff=0.001), times=20)
    stats = scene.stats()
    assert (stats["most_open"], stats["requests"]) == (4, 23)


def test_without_a_limit_all_calls_are_open_at_once(loopback_server):
    scene = loopback_server.scene(gather=150)
    ask(vllm_agent(f"m@{scene.url}", timeout=20, attempts=1), times=150)
    assert scene.stats()["most_open"] == 150


@pytest.mark.parametrize("concurrency", [{}, {"concurrency": 1}])
def test_an_agent_outlives_an_event_loop(loopback_server, concurrency):
    scene = loopback_server.scene(latency=0.01)
    agent = vllm_agent(f"m@{scene.url}", **concurrency)
    assert [len(ask(agent, times=3)) for _ in range(2)] == [3, 3]
    assert scene.stats()["requests"] == 6


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_agent_outlives_an_event_loop_in_which_it_was_not_closed(loopback_server):
    scene = loopback_server.scene()
    agent = vllm_agent(f"m@{scene.url}")
    context = AgentContext(session="s", seed=0, view=None)
    replies = [asyncio.run(agent.reply(MESSAGES, context)) for _ in range(2)]
    asyncio.run(agent.close())
    del agent
    gc.collect()  # what was left open is found here and not in another test
    assert [reply.usage.attempts for reply in replies] == [1, 1]


def test_the_server_plays_by_bisection(loopback_server):
    target, scene = 777, loopback_server.scene()
    agent = vllm_agent(f"m@{scene.url}")

    async def play():
        messages = list(MESSAGES)
        while True:
            reply = await agent.reply(messages, AgentContext(session="s", seed=0, view=None))
            guess = json.loads(reply.text)[0]
            if guess == target:
                await agent.close()
                return sum(each["role"] == "assistant" for each in messages) + 1
            relation = "greater" if target > guess else "less"
            messages += [
                {"role": "assistant", "content": reply.text},
                {"role": "user", "content": f"The hidden number is {relation} than {guess}."},
            ]

    assert asyncio.run(play()) <= 10
