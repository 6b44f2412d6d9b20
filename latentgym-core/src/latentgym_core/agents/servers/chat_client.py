"""The official `openai` client, set up so that a call is cheap and failures come back as values.

`client.chat.completions.create` validates every answer and costs 5 to 7 ms of CPU per call; the
client's own `post` with a raw answer costs a tenth of that, so the JSON is read here.
"""

import asyncio
import sys
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

import openai
from attrs import field, frozen

from latentgym_core.agents.servers.http_reply import Completion, Failure, read_reply
from latentgym_core.agents.servers.lean_transport import LeanTransport
from latentgym_core.errors import SpecError

# openai talks through httpx up to its second major version and through httpx2 in its third.
HTTPX: Any = sys.modules[openai.DefaultAsyncHttpxClient.__bases__[0].__module__]
RESPONSE: Any = HTTPX.Response


@frozen(kw_only=True)
class Endpoint:
    """A model server.

    Attributes:
        base_url: Up to and including `/v1`.
        key: API key; never printed.
        is_openai: Whether the account's organization and project, which `openai` reads from the
            environment, are meant for this server.
    """

    base_url: str = field()
    key: str = field(repr=False)
    is_openai: bool = False

    @base_url.validator
    def _is_url(self, _: Any, value: str) -> None:
        scheme, separator, rest = value.partition("://")
        if scheme not in ("http", "https") or not separator or not rest:
            raise SpecError(f"{value!r} is no URL of a model server; it begins with http[s]://.")
        if "@" in rest.partition("/")[0]:
            raise SpecError(
                "The URL of a model server must hold no user name or password, because agent "
                "strings are recorded; put the key into the environment."
            )


def open_client(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """A client for the running event loop.

    Its pool has as many connections as there are open requests, it never retries, and it knows no
    time limits: all three are decided by its caller.
    """
    options: dict[str, Any] = {"limits": HTTPX.Limits(), "timeout": None, "follow_redirects": False}
    if _is_plain(endpoint.base_url):
        options["transport"] = LeanTransport(RESPONSE)
    client = openai.AsyncOpenAI(
        api_key=endpoint.key,
        base_url=endpoint.base_url,
        http_client=openai.DefaultAsyncHttpxClient(**options),
        max_retries=0,
    )
    if not endpoint.is_openai:
        client.organization = client.project = None
    return client


def _is_plain(base_url: str) -> bool:
    """Whether a server is reached without encryption and without a proxy."""
    return base_url.startswith("http://") and "http" not in urllib.request.getproxies()


async def complete(
    client: openai.AsyncOpenAI, body: Mapping[str, Any], timeout_seconds: float
) -> Completion | Failure:
    """Ask for one chat completion, once.

    Args:
        client: From `open_client`.
        body: Of the request, as the API has it.
        timeout_seconds: For the whole call.
    """
    try:
        async with asyncio.timeout(timeout_seconds):
            response = await client.post("/chat/completions", body=body, cast_to=RESPONSE)
    except openai.APIStatusError as error:
        response = error.response
    except TimeoutError:
        return Failure(message=f"no answer within {timeout_seconds:g} s")
    except (openai.APIConnectionError, OSError) as error:
        cause = error.__cause__ or error
        return Failure(message=f"no connection ({str(cause) or type(cause).__name__})")
    return read_reply(response.status_code, response.headers, response.content, time.time())
