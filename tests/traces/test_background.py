"""Jobs beside the passes: one a key, and errors that end nothing else."""

from __future__ import annotations

import asyncio

import pytest

from serinus.traces.background import Background


async def test_a_key_is_busy_until_its_job_is_done() -> None:
    background, answered = Background(), asyncio.Event()

    async def job() -> None:
        await answered.wait()

    background.begin("a", job())
    assert (background.busy("a"), background.busy("b")) == (True, False)
    answered.set()
    await background.finished("a")
    await background.idle()
    assert not background.busy("a")
    await background.finished("a")


async def test_a_job_that_fails_is_logged_and_may_begin_again(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()

    async def job() -> None:
        raise LookupError("unexpected")

    for _ in range(2):
        background.begin("a", job())
        await background.idle()
    assert caplog.text.count("LookupError: unexpected") == 2


async def test_a_call_runs_on_another_thread_and_answers() -> None:
    import threading

    assert await Background().call(threading.get_ident) != threading.get_ident()
