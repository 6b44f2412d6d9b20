#!/usr/bin/env bash
# Packages: openai 3.57.0 with its extra `aiohttp`.
#
# A client on the aiohttp transport asks a port of this machine on which nobody listens.
#
# Expected: APIConnectionError ("Connection error."), as the client's own transport says, so that a program can tell
# a dead address (hopeless) from a slow answer (worth another try).
# Seen: APITimeoutError ("Request timed out.") within a fraction of a second, though the timeout is 60 seconds; the refusal
# is to be found in __cause__ alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'openai[aiohttp]==3.57.0'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import socket
import sys
import time

import openai
from openai import AsyncOpenAI, DefaultAioHttpClient

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"


async def ask(http_client):
    settings = dict(base_url=address, api_key="none", timeout=60, max_retries=0)
    async with AsyncOpenAI(**settings, http_client=http_client) as client:
        begun = time.monotonic()
        try:
            await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": "hello"}]
            )
        except openai.APIError as error:
            return error, time.monotonic() - begun


async def main():
    print("openai", openai.__version__)
    own, _ = await ask(None)
    other, seconds = await ask(DefaultAioHttpClient())
    print(f"own transport:     {type(own).__name__}: {own}")
    print(f"aiohttp transport: {type(other).__name__}: {other} (after {seconds:.1f} s of 60)")
    print(f"its cause:         {type(other.__cause__).__name__}: {other.__cause__}"[:120])
    return type(own) is openai.APIConnectionError and type(other) is openai.APITimeoutError


sys.exit(0 if asyncio.run(main()) else 1)
PYTHON
