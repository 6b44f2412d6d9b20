"""Agents behind OpenAI's chat completions API: OpenAI itself, OpenRouter, vLLM and their like.

    openai/MODEL            key and server from OPENAI_API_KEY and OPENAI_BASE_URL
    openrouter/VENDOR/MODEL key from OPENROUTER_API_KEY
    vllm/MODEL@URL          any compatible server; a key, if it asks for one, from VLLM_API_KEY

Parameters are those of `ChatParameters`. `max_tokens` is sent as `max_completion_tokens` to
`openai`, whose newer models refuse the old name, and as `max_tokens` to all others.
"""

import asyncio
import contextlib
import os
import random
import time
from contextlib import AbstractAsyncContextManager

import attrs
import openai
from attrs import frozen

from latentgym_core.agents.servers.chat_client import Endpoint, complete, open_client
from latentgym_core.agents.servers.chat_parameters import ChatParameters
from latentgym_core.agents.servers.http_reply import Completion, Failure
from latentgym_core.agents.servers.retry import RetryPolicy
from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.errors import AgentError, ContextOverflowError, ProviderError, SpecError
from latentgym_core.registry.parameters import Scalar
from latentgym_core.wording import counted

OPENAI_URL = "https://api.openai.com/v1"
OPENROUTER_URL = "https://openrouter.ai/api/v1"
VLLM_URL = "http://localhost:8000/v1"
NO_KEY = "no-key-needed"
"""Sent where a server asks for no key, because the client insists on one."""


def openai_agent(model: str, **parameters: Scalar) -> "OpenAICompatibleAgent":
    """`openai/MODEL`.

    Raises:
        SpecError: No key in the environment, no model, or a parameter that does not fit.
    """
    endpoint = Endpoint(
        base_url=os.environ.get("OPENAI_BASE_URL") or OPENAI_URL,
        key=_key("OPENAI_API_KEY", "openai"),
        is_openai=True,
    )
    return _agent("openai", model, endpoint, parameters, limit_name="max_completion_tokens")


def openrouter_agent(model: str, **parameters: Scalar) -> "OpenAICompatibleAgent":
    """`openrouter/VENDOR/MODEL`; OPENROUTER_BASE_URL may name another server.

    Raises:
        SpecError: No key in the environment, no model, or a parameter that does not fit.
    """
    endpoint = Endpoint(
        base_url=os.environ.get("OPENROUTER_BASE_URL") or OPENROUTER_URL,
        key=_key("OPENROUTER_API_KEY", "openrouter"),
    )
    return _agent("openrouter", model, endpoint, parameters)


def vllm_agent(model: str, **parameters: Scalar) -> "OpenAICompatibleAgent":
    """`vllm/MODEL@URL`; without a URL, vLLM's own default on this machine.

    Raises:
        SpecError: No model, no URL, or a parameter that does not fit.
    """
    name, at, url = model.partition("@")
    endpoint = Endpoint(
        base_url=url if at else VLLM_URL,
        key=os.environ.get("VLLM_API_KEY") or NO_KEY,
    )
    return _agent("vllm", name, endpoint, parameters)


def _key(variable: str, provider: str) -> str:
    key = os.environ.get(variable)
    if not key:
        raise SpecError(f"{provider} needs an API key: set the environment variable {variable}.")
    return key


def _agent(
    provider: str,
    model: str,
    endpoint: Endpoint,
    parameters: dict[str, Scalar],
    *,
    limit_name: str = "max_tokens",
) -> "OpenAICompatibleAgent":
    if not model:
        raise SpecError(f"{provider} needs the name of a model: write {provider}/MODEL.")
    read = ChatParameters.read(provider, parameters)
    return OpenAICompatibleAgent(f"{provider}/{model}", model, endpoint, read, limit_name)


@frozen
class _PerLoop:
    """What belongs to one event loop."""

    loop: asyncio.AbstractEventLoop
    client: openai.AsyncOpenAI
    slot: AbstractAsyncContextManager[object]
    """Entered for the time of a call; holds the limit of calls at once."""


class OpenAICompatibleAgent(Agent):
    """A model behind a chat completions API.

    Args:
        name: The agent string.
        model: As the server calls it.
        endpoint: The server.
        parameters: Sampling, time limits, retries.
        limit_name: What the server calls the limit of output tokens.
    """

    def __init__(
        self,
        name: str,
        model: str,
        endpoint: Endpoint,
        parameters: ChatParameters,
        limit_name: str = "max_tokens",
    ) -> None:
        self.name = name
        self._endpoint = endpoint
        self._parameters = parameters
        self._body = {"model": model, **parameters.body(limit_name)}
        self._policy = RetryPolicy(attempts=parameters.attempts, backoff=parameters.backoff)
        self._open: _PerLoop | None = None

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Ask the server, as often as the policy allows.

        An empty reply is asked for again, and in the end accepted: what a model does not say is
        data as well.

        Raises:
            ContextOverflowError: The conversation no longer fits the model's context.
            ProviderError: No reply could be had.
        """
        chance = random.Random(f"{context.session}/{len(messages)}")
        outcome, attempts, begun = await self._ask({**self._body, "messages": messages}, chance)
        if isinstance(outcome, Failure):
            raise self._error(outcome, attempts)
        latency = round(time.perf_counter() - begun, 6)
        usage = attrs.evolve(outcome.usage, latency_seconds=latency, attempts=attempts)
        return Reply(text=outcome.text, reasoning=outcome.reasoning, usage=usage)

    async def close(self) -> None:
        """Close the connections; a later reply opens new ones."""
        opened, self._open = self._open, None
        if opened and opened.loop is asyncio.get_running_loop():
            await opened.client.close()

    async def _ask(
        self, body: dict[str, object], chance: random.Random
    ) -> tuple[Completion | Failure, int, float]:
        """The last outcome, how many calls it took, and when the first began."""
        opened = self._opened()
        attempt, begun = 1, 0.0
        while True:
            async with opened.slot:
                begun = begun or time.perf_counter()
                outcome = await complete(opened.client, body, self._parameters.timeout)
            if attempt == self._policy.attempts or not _worth_retrying(outcome):
                return outcome, attempt, begun
            retry_after = outcome.retry_after if isinstance(outcome, Failure) else None
            await asyncio.sleep(self._policy.wait_seconds(attempt, retry_after, chance))
            attempt += 1

    def _opened(self) -> _PerLoop:
        """The connections of the running loop; an agent may outlive a loop."""
        loop = asyncio.get_running_loop()
        if self._open is None or self._open.loop is not loop:
            limit = self._parameters.concurrency
            slot = asyncio.Semaphore(limit) if limit else contextlib.nullcontext()
            self._open = _PerLoop(loop, open_client(self._endpoint), slot)
        return self._open

    def _error(self, failure: Failure, attempts: int) -> AgentError:
        reason = failure.message.replace(self._endpoint.key, "***")
        if failure.overflow:
            return ContextOverflowError(f"{self.name}: {reason}.")
        calls = counted(attempts, "call")
        message = f"{self.name} gave no reply after {calls}: {reason}."
        return ProviderError(message, status_code=failure.status_code, attempts=attempts)


def _worth_retrying(outcome: Completion | Failure) -> bool:
    return outcome.retryable if isinstance(outcome, Failure) else outcome.blank
