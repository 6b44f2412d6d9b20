"""An OpenAI-compatible server on the loopback interface, for tests and benchmarks.

It runs in a process of its own, so that it does not share the interpreter lock with the client it
is there to measure. One server holds many *scenes*: a scene has its own base URL, its own
behaviour (`Behaviour`) and its own counters, so tests in one process never meet.

    with LoopbackServer() as server:
        scene = server.scene(latency=0.05, faults=["429", "broken"])
        ...  # talk to scene.url
        assert scene.stats()["requests"] == 3

`python loopback_server.py '{"latency": 0.05}'` starts one by hand and prints its base URL.
"""

import asyncio
import contextlib
import email.utils
import hashlib
import json
import math
import re
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from attrs import define, field, frozen

ERROR = '{"error": {"message": "made to fail", "type": "test", "code": null}}'
OVERFLOW = (
    '{"error": {"message": "This model\'s maximum context length is 8192 tokens.", '
    '"code": "context_length_exceeded"}}'
)
NO_QUOTA = '{"error": {"message": "You have no credit left.", "code": "insufficient_quota"}}'


@frozen(kw_only=True)
class Fault:
    """How one answer departs from a good one."""

    status: int = 200
    headers: Mapping[str, str] = field(factory=dict)
    """A value `in N seconds` is sent as that moment in the format of HTTP dates."""
    body: str | None = None
    """Sent instead of a completion."""
    message: Mapping[str, Any] = field(factory=dict)
    """Fields of the assistant's message, in place of the played reply."""
    delay: float = 0.0
    """Seconds on top of the latency."""
    reset: bool = False
    """Cut the connection instead of answering."""


FAULTS = {
    **{str(code): Fault(status=code, body=ERROR) for code in (*range(400, 430), *range(500, 530))},
    "429-seconds": Fault(status=429, body=ERROR, headers={"Retry-After": "0.2"}),
    "429-milliseconds": Fault(status=429, body=ERROR, headers={"retry-after-ms": "200"}),
    "429-date": Fault(status=429, body=ERROR, headers={"Retry-After": "in 2 seconds"}),
    "overflow": Fault(status=400, body=OVERFLOW),
    "quota": Fault(status=429, body=NO_QUOTA),
    "slow": Fault(delay=1.0),
    "empty": Fault(message={"content": ""}),
    "null": Fault(message={"content": None}),
    "broken": Fault(body='{"choices": [{"mess'),
    "no-choices": Fault(body='{"choices": []}'),
    "wrapped-429": Fault(body='{"error": {"message": "upstream is busy", "code": 429}}'),
    "reset": Fault(reset=True),
}


@frozen(kw_only=True)
class Behaviour:
    """What a scene does with requests."""

    latency: float = 0.0
    """Seconds before every answer."""
    gather: int = 0
    """Answers wait until so many requests were open at once."""
    reply: str | None = None
    """A constant reply; None plays number guessing by bisection."""
    message: Mapping[str, Any] = field(factory=dict)
    """Fields of every message, over the reply (`reasoning_content`, …)."""
    usage: Mapping[str, Any] = field(factory=dict)
    """Fields of every usage record, over the counted ones."""
    faults: tuple[str, ...] = field(default=(), converter=tuple)
    """Names in `FAULTS` for the first requests in order; `ok` for a good answer."""
    fault_rate: float = 0.0
    """Chance that a request fails; depends on its bytes and how often they were seen before."""
    fault_kinds: tuple[str, ...] = field(default=("429", "500", "broken"), converter=tuple)
    """What `fault_rate` draws from."""
    most_faults: int = 3
    """The same bytes fail at most so often."""
    seed: int = 0
    """Of the draws of `fault_rate`."""


# ---- playing

RANGE = re.compile(r"(\d+)\s*(?:to|and|\.\.\.?|-|–)\s*(\d+)")
MORE = re.compile(r"\b(greater|higher|larger|bigger|above)\b", re.IGNORECASE)
LESS = re.compile(r"\b(less|lower|smaller|below)\b", re.IGNORECASE)
NUMBER = re.compile(r"\d+")


def bisect(messages: list[dict[str, str]]) -> str:
    """Guess the middle of what the answers of the current task leave.

    Walks back from the last message to the one that named the range.
    """
    low, high = -math.inf, math.inf
    for index in range(len(messages) - 1, -1, -1):
        text = messages[index]["content"]
        if messages[index]["role"] == "assistant":
            continue
        if named := RANGE.findall(text):
            low, high = max(low, int(named[-1][0])), min(high, int(named[-1][1]))
            break
        guess = int(NUMBER.findall(messages[index - 1]["content"])[-1]) if index else 0
        if MORE.search(text):
            low = max(low, guess + 1)
        elif LESS.search(text):
            high = min(high, guess - 1)
    return f"[{int((low + high) // 2)}]" if math.isfinite(low + high) else "[1]"


# ---- the server process


@define
class SceneState:
    """A scene inside the server."""

    behaviour: Behaviour
    num_requests: int = 0
    num_open: int = 0
    most_open: int = 0
    seen: Counter[bytes] = field(factory=Counter)
    faults: Counter[str] = field(factory=Counter)
    bodies: list[Any] = field(factory=list)
    """The first few requests as they came."""
    headers: list[str] = field(factory=list)
    arrivals: list[float] = field(factory=list)

    def next_fault(self, content: bytes) -> str:
        """Name of the fault for a request that has just arrived; `ok` for none."""
        plan, number = self.behaviour.faults, self.num_requests - 1
        if number < len(plan):
            return plan[number]
        key = hashlib.blake2b(content, digest_size=8).digest()
        seen = self.seen[key]
        self.seen[key] += 1
        if seen >= self.behaviour.most_faults:
            return "ok"
        salt = f"{self.behaviour.seed}/{seen}/".encode()
        draw = int.from_bytes(hashlib.blake2b(salt + key, digest_size=8).digest(), "big")
        chance, kinds = draw / 2**64, self.behaviour.fault_kinds
        return kinds[draw % len(kinds)] if chance < self.behaviour.fault_rate else "ok"

    def stats(self) -> dict[str, Any]:
        """Counters as JSON-able data."""
        return {
            "requests": self.num_requests,
            "most_open": self.most_open,
            "faults": self.faults,
            "bodies": self.bodies,
            "headers": self.headers,
            "arrivals": self.arrivals,
        }

    def note(self, head: str, body: Any) -> None:
        """Keep the first requests for tests that look at them."""
        self.arrivals.append(time.monotonic())
        if len(self.bodies) < 20:
            self.bodies.append(body)
            self.headers.append(head)

    def completion(self, body: Any, fault: Fault) -> str:
        """The body of a good answer."""
        behaviour, messages = self.behaviour, body["messages"]
        text = bisect(messages) if behaviour.reply is None else behaviour.reply
        message = {
            "role": "assistant",
            "content": text,
            **behaviour.message,
            **fault.message,
        }
        prompt_tokens = sum(len(each["content"]) for each in messages) // 4
        usage = {"prompt_tokens": prompt_tokens, "completion_tokens": 3, **behaviour.usage}
        return json.dumps(
            {
                "id": f"chatcmpl-{self.num_requests}",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": usage,
            }
        )


@define
class Server:
    """All scenes of a process."""

    scenes: dict[str, SceneState]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"(?i)content-length: *(\d+)", head)
                content = await reader.readexactly(int(length[1])) if length else b""
                answer = await self.answer(head, content)
                if answer is None:
                    writer.transport.abort()
                    return
                writer.write(answer)
        writer.close()

    async def answer(self, head: str, content: bytes) -> bytes | None:
        """The bytes to send; None to cut the connection."""
        verb, path, _ = head.split(" ", 2)
        _, _, *place = path.split("/")
        if len(place) > 1:
            return await self.complete(self.scenes[place[0]], head, content)
        if verb == "GET":
            return respond(200, json.dumps(self.scenes[place[0]].stats()))
        new = str(len(self.scenes))
        self.scenes[new] = SceneState(Behaviour(**json.loads(content)))
        return respond(200, json.dumps(new))

    async def complete(self, scene: SceneState, head: str, content: bytes) -> bytes | None:
        """Answer a chat completion."""
        scene.num_requests += 1
        scene.num_open += 1
        scene.most_open = max(scene.most_open, scene.num_open)
        try:
            body = json.loads(content)
            scene.note(head, body)
            name = scene.next_fault(content)
            scene.faults[name] += name != "ok"
            fault = FAULTS.get(name, Fault())
            await asyncio.sleep(scene.behaviour.latency + fault.delay)
            while scene.most_open < scene.behaviour.gather:
                await asyncio.sleep(0.001)
            if fault.reset:
                return None
            text = scene.completion(body, fault) if fault.body is None else fault.body
            return respond(fault.status, text, fault.headers)
        finally:
            scene.num_open -= 1


def respond(status: int, text: str, headers: Mapping[str, str] | None = None) -> bytes:
    """An HTTP answer in one piece."""
    body = text.encode()
    lines = [f"HTTP/1.1 {status} Status", "Content-Type: application/json"]
    lines += [f"{key}: {_moment(value)}" for key, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def _moment(value: str) -> str:
    seconds = re.fullmatch(r"in (\d+) seconds", value)
    return email.utils.formatdate(time.time() + int(seconds[1]), usegmt=True) if seconds else value


async def run(behaviour: Behaviour) -> None:
    """Serve until standard input closes; prints the base URL of scene 0."""
    server = Server({"0": SceneState(behaviour)})
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, backlog=1024)
    port = listener.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/scenes/0/v1", flush=True)
    await asyncio.to_thread(sys.stdin.read)


# ---- the client's handle


@frozen
class Scene:
    """A scene as a test sees it."""

    url: str
    """Base URL for a client."""

    def stats(self) -> dict[str, Any]:
        """What the server counted: requests, most_open, faults by name, bodies, headers, …"""
        counted: dict[str, Any] = _fetch(self.url.removesuffix("/v1"))
        return counted


class LoopbackServer:
    """A server process; a context manager that ends it."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self._process.stdout.readline().strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def scene(self, **behaviour: Any) -> Scene:
        """Open a scene; the keywords are the fields of `Behaviour`."""
        root = self.url.removesuffix("/0/v1")
        return Scene(f"{root}/{_fetch(root, behaviour)}/v1")


def _fetch(url: str, data: Any = None) -> Any:
    content = None if data is None else json.dumps(data).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, content)) as answer:
        return json.load(answer)


if __name__ == "__main__":
    asyncio.run(run(Behaviour(**json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}"))))
