"""EDGE. The store: DuckDB, in memory or in one file. In: documents and facts. Out: documents by trace, traces by time.
One process owns a file; one thread at a time writes, any thread reads. What was appended survives kill -9.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
import numpy as np
from msgspec import Struct

from serinus.errors import NotAStore, StoreError
from serinus.tracestore import blocks, statements
from serinus.tracestore.facts import Facts
from serinus.tracestore.search import (
    EVERYTHING_VISIBLE,
    MAX_DOCUMENTS,
    NEWEST,
    Cursor,
    Found,
    Revision,
    Span,
    TimeRangeType,
)

VERSION: Final = 1
BYTES_OF_FACTS: Final = 120  # measured: what a row of the wide table takes in a file
_QUERY_OF: Final = {
    TimeRangeType.TRACE_ID: "traces_by_start",
    TimeRangeType.EVENT: "traces_by_update",
    TimeRangeType.SERVICE: "traces_by_end",
}
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "checkpoint_threshold": "256MB",  # at the default of 16 MB an append stalls for a second every few seconds
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "2",
}
_DTYPES: Final = {float: np.float64, bool: np.bool_, int: np.int64}


class Arrival(Struct, frozen=True, gc=False):
    """One document and what the wide table keeps of it."""

    facts: Facts
    document: bytes


class Size(Struct, frozen=True):
    """`weight`: bytes, estimated from the compressed documents and the rows beside them."""

    blocks: int
    weight: int


class Store:
    """All methods may be called from any thread; `append` and `forget` by one at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._queries = statements.queries()
        self._cursors = threading.Lock()
        self._seq, self._block = self._rows("last_numbers", {})[0]

    def append(self, arrivals: Sequence[Arrival], received: float) -> None:
        """Keep these documents, all or none. `received`: epoch seconds, never less than before. Raises StoreError."""
        if not arrivals:
            return
        runs = list(blocks.split([arrival.document for arrival in arrivals]))
        cursor = self._cursor()
        try:
            cursor.begin()
            cursor.register("arriving", _columns(arrivals, self._seq, self._block, received))
            cursor.execute(self._queries["insert_segments"])
            cursor.unregister("arriving")
            cursor.executemany(self._queries["insert_block"], _bodies(runs, self._block, received))
            cursor.commit()
        except duckdb.Error as error:
            raise StoreError(f"the trace store cannot write {len(arrivals)} documents: {error}") from error
        finally:
            cursor.close()
        self._seq += len(arrivals)
        self._block += len(runs)

    def find(
        self, span: Span, before: Cursor = NEWEST, most: int = 1000, visible: float = EVERYTHING_VISIBLE
    ) -> list[Found]:
        """Traces in the span, newest first, strictly older than `before`, from documents received by `visible`."""
        values = {
            "start": span.start,
            "finish": span.finish,
            "before": before.started,
            "before_id": before.trace_id,
            "most": most,
            "visible": visible,
        }
        return [Found(*row) for row in self._rows(_QUERY_OF[span.kind], values)]

    def revisions(self, span: Span, seconds: int, visible: float = EVERYTHING_VISIBLE) -> dict[int, Revision]:
        """By slots of so many seconds, numbered from the epoch, in which traces of the span began; in order."""
        values = {"start": span.start, "finish": span.finish, "seconds": seconds, "visible": visible}
        return {slot: Revision(documents, newest) for slot, documents, newest in self._rows("revisions", values)}

    def documents(self, trace_ids: Iterable[str], visible: float = EVERYTHING_VISIBLE) -> dict[str, list[bytes]]:
        """Documents per trace in the order of arrival; an unknown id has no entry."""
        places = self._rows("places", {"ids": list(trace_ids), "visible": visible, "most": MAX_DOCUMENTS})
        bodies = self._rows("bodies", {"blocks": sorted({block for _, block, _ in places})})
        unpacked = {block: blocks.unpack(body) for block, body in bodies}
        found: dict[str, list[bytes]] = {}
        for trace_id, block, place in places:
            if block in unpacked:
                found.setdefault(trace_id, []).append(unpacked[block][place])
        return found

    def count(self) -> tuple[int, int]:
        """Documents and traces."""
        documents, traces = self._rows("count", {})[0]
        return documents, traces

    def size(self) -> Size:
        """What is kept."""
        return Size(*self._rows("size", {})[0])

    def forget(self, received_before: float, max_weight: int) -> int:
        """Let go of what is too old (epoch seconds) or, oldest first, too much (bytes). Returns blocks forgotten."""
        old = self._rows("last_block_before", {"time": received_before})[0][0]
        beyond = self._rows("last_block_beyond", {"weight": max_weight})[0][0]
        last = max(old or 0, beyond or 0)
        if not last:
            return 0
        self._rows("forget_segments", {"block": last})
        return int(self._rows("forget_blocks", {"block": last})[0][0])

    def rules(self) -> list[str]:
        """Sampling rules, as they were kept, by name."""
        return [document for (document,) in self._rows("sampling_rules", {})]

    def keep_rule(self, name: str, document: str) -> None:
        """In place of the one of this name. Rules are changed by one thread at a time. Raises StoreError."""
        cursor = self._cursor()
        try:
            cursor.begin()
            cursor.execute(self._queries["forget_rule"], {"name": name})
            cursor.execute(self._queries["insert_rule"], {"name": name, "document": document})
            cursor.commit()
        except duckdb.Error as error:
            raise StoreError(f"the trace store cannot keep sampling rule {name!r}: {error}") from error
        finally:
            cursor.close()

    def drop_rule(self, name: str) -> None:
        """Raises StoreError."""
        self._rows("forget_rule", {"name": name})

    def close(self) -> None:
        """Write what stands in the log into the file and let it go."""
        self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._cursors:
            return self._connection.cursor()

    def _rows(self, name: str, values: dict[str, Any]) -> list[Any]:
        cursor = self._cursor()
        try:
            return cursor.execute(self._queries[name], values).fetchall()
        except duckdb.Error as error:
            raise StoreError(f"the trace store cannot answer {name}: {error}") from error
        finally:
            cursor.close()


def open_store(path: Path | None) -> Store:
    """A file, made if there is none; None: memory. Raises NotAStore for any other file, StoreError for a locked one."""
    connection = _connect(path)
    try:
        _check_version(connection, path)
        return _with_tables(connection, path)
    except StoreError:
        connection.close()
        raise


def _with_tables(connection: duckdb.DuckDBPyConnection, path: Path | None) -> Store:
    try:
        connection.execute(statements.schema())
        return Store(connection)
    except (duckdb.Error, StoreError) as error:
        raise NotAStore(f"{path} is a DuckDB file, but no trace store: {error}") from error


def _connect(path: Path | None) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(":memory:" if path is None else str(path), config=_SETTINGS)
    except duckdb.Error as error:
        raise _refusal(path, str(error)) from error


def _refusal(path: Path | None, message: str) -> StoreError:
    if "lock" in message.lower():
        holder = re.search(r"PID (\d+)", message)
        by = f"process {holder.group(1)}" if holder else "another process"
        return StoreError(f"{path} is in use by {by}; one X-Ray at a time can serve a store file")
    if path is not None and path.is_file():
        return NotAStore(f"{path} is not a trace store of ours: {message}")
    return StoreError(f"{path} cannot be opened as a trace store: {message}")


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path | None) -> None:
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables:
        connection.execute("CREATE TABLE serinus_store (version INTEGER NOT NULL)")
        connection.execute("INSERT INTO serinus_store VALUES (?)", [VERSION])
        return
    if "serinus_store" not in tables:
        raise NotAStore(f"{path} is a DuckDB file of another program: it holds {', '.join(sorted(tables)[:5])}")
    row = connection.execute("SELECT max(version) FROM serinus_store").fetchone()
    if row is None or row[0] != VERSION:
        raise StoreError(f"{path} was written by another release: version {row and row[0]}, this one reads {VERSION}")


def _columns(arrivals: Sequence[Arrival], seq: int, block: int, received: float) -> dict[str, np.ndarray[Any, Any]]:
    places = np.arange(len(arrivals), dtype=np.int64)
    columns: dict[str, np.ndarray[Any, Any]] = {
        "seq": places + seq + 1,
        "block": places // blocks.DOCUMENTS_A_BLOCK + block + 1,
        "place": places % blocks.DOCUMENTS_A_BLOCK,
        "received": np.full(len(arrivals), received, dtype=np.float64),
    }
    for field in msgspec.structs.fields(Facts):
        values = [getattr(arrival.facts, field.name) for arrival in arrivals]
        columns[field.name] = np.array(values, dtype=_DTYPES.get(field.type, np.object_))
    return columns


def _bodies(runs: Iterable[Sequence[bytes]], block: int, received: float) -> list[tuple[int, float, int, bytes]]:
    packed = [(number, blocks.pack(run), len(run)) for number, run in enumerate(runs, start=block + 1)]
    return [(number, received, len(body) + BYTES_OF_FACTS * count, body) for number, body, count in packed]
