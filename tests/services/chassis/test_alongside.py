"""Work beside the requests is told to stop, waited for, and only then cut off."""

from __future__ import annotations

import asyncio

import pytest

from omnitech_chassis.alongside import alongside, first_of


async def test_work_may_finish_what_it_has_in_hand() -> None:
    done = []

    async def work(stopping: asyncio.Event) -> None:
        await stopping.wait()
        await asyncio.sleep(0)
        done.append("finished")

    async with alongside(work):
        assert done == []

    assert done == ["finished"]


async def test_work_that_does_not_end_is_cut_off() -> None:
    async def work(_stopping: asyncio.Event) -> None:
        await asyncio.Event().wait()

    async with alongside(work, finish_within_s=0.01):
        pass


async def test_work_that_crashed_is_not_silent() -> None:
    async def work(_stopping: asyncio.Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with alongside(work):
            pass


async def test_the_first_of_several_waits_ends_them_all() -> None:
    event = asyncio.Event()
    event.set()

    await first_of(60, asyncio.Event().wait, event.wait)
    await first_of(0.0, asyncio.Event().wait)
