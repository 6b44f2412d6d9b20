import asyncio
import gzip

import pytest

from latentgym_core.agents.servers.chat_client import Endpoint, complete, open_client
from latentgym_core.agents.servers.http_reply import Completion, Failure

BODY = b'{"choices": [{"message": {"content": "[5]"}}]}'
ZIPPED = gzip.compress(BODY, mtime=0)  # the same in every worker: it is part of a test id
CHUNKED = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (7, BODY[:7], len(BODY) - 7, BODY[7:])


def message(head, body):
    return b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body


SIZED = message(b"Content-Length: %d" % len(BODY), BODY)


class Canned:
    """A server that sends prepared bytes, one answer per request; None hangs up instead."""

    def __init__(self, answers, *, pieces=1):
        self.answers = list(answers)
        self.pieces = pieces
        self.num_connections = 0

    async def serve(self, reader, writer):
        self.num_connections += 1
        while self.answers:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split()[0]))
            except asyncio.IncompleteReadError:
                break
            answer = self.answers.pop(0)
            if answer is None:
                break
            size = -(-len(answer) // self.pieces)
            for start in range(0, len(answer), size):
                writer.write(answer[start : start + size])
                await writer.drain()
                await asyncio.sleep(0.001)
            if any(sign in answer for sign in (b"Connection: close", b"HTTP/1.0")):
                break
        writer.close()

    def outcomes(self, num_calls, *, timeout=5.0, pause=0.0):
        """Ask one after the other."""

        async def main():
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            client = open_client(Endpoint(base_url=f"http://127.0.0.1:{port}/v1", key="k"))
            outcomes = []
            for _ in range(num_calls):
                outcomes.append(await complete(client, {"messages": []}, timeout))
                await asyncio.sleep(pause)
            await client.close()
            server.close()
            await asyncio.sleep(0.01)
            return outcomes

        return asyncio.run(main())


@pytest.mark.parametrize("pieces", [1, 9])
@pytest.mark.parametrize(
    "answer",
    [
        SIZED,
        message(b"Transfer-Encoding: chunked", CHUNKED),
        message(b"Connection: close", BODY),
        message(b"Content-Encoding: gzip\r\nContent-Length: %d" % len(ZIPPED), ZIPPED),
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + SIZED,
        b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    ],
)
def test_every_way_to_send_a_body_is_read(answer, pieces):
    (outcome,) = Canned([answer], pieces=pieces).outcomes(1)
    assert isinstance(outcome, Completion)
    assert outcome.text == "[5]"


def test_a_connection_is_used_again():
    canned = Canned([SIZED] * 3)
    assert [each.text for each in canned.outcomes(3)] == ["[5]"] * 3
    assert canned.num_connections == 1


def test_a_connection_that_the_server_closed_is_not_used_again():
    closing = message(b"Connection: close\r\nContent-Length: %d" % len(BODY), BODY)
    canned = Canned([closing, SIZED, SIZED])
    assert [each.text for each in canned.outcomes(3, pause=0.02)] == ["[5]"] * 3
    assert canned.num_connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        None,
        SIZED[:-5],
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        message(b"Content-Length: many", BODY),
    ],
)
def test_no_answer_is_a_failure_that_may_pass_and_costs_the_next_call_nothing(answer):
    failed, good = Canned([answer, SIZED]).outcomes(2, timeout=2.0)
    assert isinstance(failed, Failure)
    assert (failed.retryable, failed.status_code) == (True, None)
    assert isinstance(good, Completion)


@pytest.mark.parametrize("pieces", [1, 9])
def test_a_connection_on_which_the_server_speaks_unasked_is_not_used_again(pieces):
    late = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
    canned = Canned([SIZED + late, SIZED], pieces=pieces)
    assert [each.text for each in canned.outcomes(2, pause=0.02)] == ["[5]"] * 2
    assert canned.num_connections == 2


def test_a_redirect_is_not_followed():
    moved = (
        b"HTTP/1.1 307 Moved\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n"
    )
    (outcome,) = Canned([moved]).outcomes(1)
    assert (outcome.status_code, outcome.retryable) == (307, False)
