"""Everything offered is stored, refused with a reason, or counted as dropped; nothing waits, nothing grows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from serinus.errors import StoreError
from serinus.tracestore.ingest import SEARCHED, Ingest, Limits, Receiver
from serinus.tracestore.store import Store, open_store
from serinus_xray.datagram import pack
from serinus_xray.segment import decode
from tests.contracts.servers import until
from tests.tracestore.documents import text, trace_id


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(None)
    yield opened
    opened.close()


def framed(number: int) -> bytes:
    return pack(text(number).encode())


def test_what_was_offered_is_there_after_settling(store: Store) -> None:
    ingest = Ingest(store, lambda: 5.0, Limits())
    ingest.offer_datagram(framed(1))
    ingest.offer(decode(text(2)), text(2).encode())
    ingest.settle()
    assert store.documents([trace_id(1), trace_id(2)]).keys() == {trace_id(1), trace_id(2)}
    health = ingest.health(0)
    assert (health.received, health.stored, health.queued) == (2, 2, 0)


def test_to_read_some_traces_only_what_mentions_them_is_waited_for(store: Store) -> None:
    ingest = Ingest(store, lambda: 5.0, Limits())
    ingest.offer_datagram(framed(1))
    ingest.settle_those([trace_id(2), trace_id(3)])
    assert store.count() == (0, 0)
    ingest.offer(decode(text(3)), text(3).encode())
    ingest.settle_those([trace_id(2), trace_id(3)])
    assert store.documents([trace_id(1), trace_id(3)]).keys() == {trace_id(1), trace_id(3)}


def test_of_many_that_wait_none_is_looked_at(store: Store) -> None:
    ingest = Ingest(store, lambda: 5.0, Limits())
    for number in range(SEARCHED + 1):
        ingest.offer_datagram(framed(number))
    ingest.settle_those([trace_id(SEARCHED + 9)])
    assert store.count() == (SEARCHED + 1, SEARCHED + 1)


def test_more_than_a_batch_settles_at_once(store: Store) -> None:
    ingest = Ingest(store, lambda: 5.0, Limits())
    for number in range(12_000):
        ingest.offer_datagram(framed(number))
    ingest.settle()
    assert store.count() == (12_000, 12_000)


def test_a_reader_who_waited_while_another_wrote_writes_nothing_more(store: Store) -> None:
    """Four reads at once are one batch and not four."""
    ingest = Ingest(store, lambda: 5.0, Limits())

    class Waited:
        def __enter__(self) -> None:
            ingest._write_batch()
            ingest.offer_datagram(framed(2))

        def __exit__(self, *_: object) -> None:
            pass

    ingest.offer_datagram(framed(1))
    ingest._writing = Waited()  # type: ignore[assignment]
    ingest.settle()
    assert (ingest.health(0).stored, ingest.health(0).queued) == (1, 1)


@pytest.mark.parametrize("limits", [Limits(queued_documents=3), Limits(queued_bytes=3 * len(framed(1)) + 10)])
def test_a_full_queue_drops_and_counts(store: Store, limits: Limits) -> None:
    ingest = Ingest(store, lambda: 5.0, limits)
    for number in range(10):
        ingest.offer_datagram(framed(number % 10))
    assert (ingest.health(0).dropped, ingest.health(0).queued) == (7, 3)
    ingest.settle()
    ingest.offer_datagram(framed(1))
    ingest.settle()
    assert (ingest.health(0).dropped, ingest.health(0).stored) == (7, 4)


def test_a_bad_datagram_does_not_take_the_good_with_it(store: Store) -> None:
    ingest = Ingest(store, lambda: 5.0, Limits())
    for one in (b"hello", framed(1), pack(b"{}")):
        ingest.offer_datagram(one)
    ingest.settle()
    assert ingest.health(0).rejected == {"datagram": 1, "name": 1}
    assert store.count() == (1, 1)


def test_what_the_store_cannot_write_is_counted_as_lost(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Full(Store):
        def append(self, *_: object) -> None:
            raise StoreError("no space left on device")

    ingest = Ingest(Full(store._connection), lambda: 5.0, Limits())
    ingest.offer_datagram(framed(1))
    ingest.settle()
    assert (ingest.health(0).stored, ingest.health(0).lost) == (0, 1)
    assert "lost 1 documents" in caplog.text


def test_the_writer_writes_by_itself_and_closing_writes_the_rest(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.duckdb")
    ingest = Ingest(store, lambda: 5.0, Limits())
    ingest.start()
    ingest.offer_datagram(framed(1))
    until(lambda: store.count()[0] == 1)
    ingest.offer_datagram(framed(2))
    ingest.close()
    assert store.count()[0] == 2
    store.close()


def test_the_old_is_forgotten_now_and_then(store: Store) -> None:
    times = iter([0.0, 1.0, *[100.0] * 9])
    ingest = Ingest(store, lambda: next(times), Limits(retention=50.0))
    ingest.offer_datagram(framed(1))
    ingest.settle()
    assert store.count() == (1, 1)
    ingest._keep_house()
    assert store.count() == (0, 0)


def test_the_receiver_takes_every_datagram_also_the_last_ones() -> None:
    taken: list[bytes] = []
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    receiver = Receiver(udp, taken.append)
    receiver.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for number in range(200):
            out.sendto(str(number).encode(), udp.getsockname())
    receiver.close()
    assert taken == [str(number).encode() for number in range(200)]
    assert receiver.buffer > 0


def test_a_small_receive_buffer_is_said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serinus.tracestore.ingest.SMALL_BUFFER", 2**40)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        Receiver(udp, lambda _: None)
    assert "net.core.rmem_max" in caplog.text
