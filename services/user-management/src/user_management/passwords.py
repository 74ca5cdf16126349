"""A password flows in, its Argon2id hash flows out, or nothing if it breaks the original's rule.

Hashing is slow and large by intent: it runs in a few threads, so the loop goes on and memory stays bounded.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher

HASHING_THREADS = 2
LONGEST = 128
RULE = "at least 8 characters: a digit, a lower and an upper case letter, one of !@#$%^&*, and no white space"
_RULE = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])(?=.*[!@#$%^&*])\S{8,}\Z")


def acceptable(password: str) -> bool:
    return len(password) <= LONGEST and _RULE.match(password) is not None


class Hasher:
    def __init__(self, memory_kib: int, time_cost: int, parallelism: int) -> None:
        self._argon2 = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
        self._threads = ThreadPoolExecutor(HASHING_THREADS, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._argon2.hash, password)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
