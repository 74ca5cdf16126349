"""A small real HTTP server that behaves as the services do: keep-alive, readiness, a graceful end on SIGTERM.
Run as a program: PORT and NAME by environment. GET / answers NAME (500 if FAULT is set); /pid its process;
/stubborn makes it ignore SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys


class Replica:
    """Connections and whether we are on our way out."""

    def __init__(self) -> None:
        self.leaving = asyncio.Event()
        self.idle: set[asyncio.StreamWriter] = set()
        self.stubborn = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests on one connection, one after the other."""
        try:
            while not self.leaving.is_set():
                self.idle.add(writer)
                head = await reader.readuntil(b"\r\n\r\n")
                self.idle.discard(writer)
                writer.write(self.answer(head.split(b" ", 2)[1].decode()))
                await writer.drain()
                if b"HTTP/1.0" in head.split(b"\r\n", 1)[0]:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.idle.discard(writer)
            writer.close()

    def answer(self, path: str) -> bytes:
        """Body by path."""
        if path == "/stubborn":
            self.stubborn = True
        body = str(os.getpid()) if path == "/pid" else os.environ.get("NAME", "")
        status = "503 Busy" if path == "/readyz" and os.environ.get("BUSY") else "200 OK"
        if path == "/" and os.environ.get("FAULT"):
            status = "500 Fault"
        ending = "close" if self.leaving.is_set() else "keep-alive"
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: {ending}\r\n\r\n"
        return (head + body).encode()

    def leave(self) -> None:
        """No new connections; those without a request end now."""
        if not self.stubborn:
            self.leaving.set()
            for writer in self.idle:
                writer.close()


async def main() -> None:
    """Serve until SIGTERM."""
    if os.environ.get("CRASH"):
        sys.exit("no database")
    replica = Replica()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, replica.leave)
    server = await asyncio.start_server(replica.serve, "127.0.0.1", int(os.environ["PORT"]))
    await replica.leaving.wait()
    server.close()
    await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main())
