"""Frames: what was sent arrives, in whatever pieces, and damaged bytes end in one sort of error."""

import random
import struct
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnbuilder.protocol import codec
from nnbuilder.protocol.codec import (
    DTYPES,
    MAX_FRAME,
    FrameError,
    FrameReader,
    encode_frame,
    event_reader,
    request_reader,
)
from nnbuilder.protocol.messages import DataLoaded, Event, Heartbeat, Progress, Request, Shutdown
from tests.protocol.samples import EVENTS, REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRESS = Progress("r", 10, 1, 99.5)

arrays = st.lists(
    st.tuples(
        st.sampled_from(sorted(DTYPES)), st.lists(st.integers(0, 4), max_size=3), st.integers(0, 2**32 - 1)
    ).map(lambda drawn: random_array(*drawn)),
    max_size=4,
)


def random_array(dtype: str, shape: list[int], seed: int) -> NDArray[np.generic]:
    """An array of one of the types that frames may hold."""
    values = np.random.default_rng(seed).integers(-1000, 1000, shape)
    return np.asarray(values, DTYPES[dtype])


def same(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    """Whether two arrays agree in type, shape and bytes."""
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


@pytest.mark.parametrize("message", REQUESTS, ids=lambda message: type(message).__name__)
def test_every_request_arrives(message: Request) -> None:
    assert list(request_reader().feed(encode_frame(message))) == [(message, ())]


@pytest.mark.parametrize("message", EVENTS, ids=lambda message: type(message).__name__)
def test_every_event_arrives(message: Event) -> None:
    assert list(event_reader().feed(encode_frame(message))) == [(message, ())]


@given(st.lists(arrays, min_size=1, max_size=4), st.lists(st.integers(0, 400), max_size=12))
def test_frames_arrive_in_whatever_pieces(sent: list[list[NDArray[np.generic]]], cuts: list[int]) -> None:
    data = b"".join(encode_frame(PROGRESS, each) for each in sent)
    reader = event_reader()
    ends = [*sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces = [data[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    received = [frame for piece in pieces for frame in reader.feed(piece)]
    assert [message for message, _ in received] == [PROGRESS] * len(sent)
    for (_, got), wanted in zip(received, sent, strict=True):
        assert all(same(one, other) for one, other in zip(got, wanted, strict=True))


def test_arrays_need_not_lie_in_order() -> None:
    turned = np.arange(12, dtype=np.float32).reshape(3, 4).T[::2]
    ((_, (got,)),) = event_reader().feed(encode_frame(PROGRESS, [turned]))
    assert np.array_equal(got, turned)
    big = np.arange(3, dtype=">f4")
    ((_, (got,)),) = event_reader().feed(encode_frame(PROGRESS, [big]))
    assert np.array_equal(got, big)


@pytest.mark.parametrize("dtype", ["f2", "u2", "c8", "U4", "O"])
def test_other_types_are_not_sent(dtype: str) -> None:
    with pytest.raises(KeyError):
        encode_frame(PROGRESS, [np.zeros(2, dtype)])


def frame(header: bytes, blob: bytes = b"", size: int | None = None, header_size: int | None = None) -> bytes:
    """A frame made by hand, whose prefix may lie."""
    body = len(header) + len(blob) if size is None else size
    return struct.pack("!II", body, len(header) if header_size is None else header_size) + header + blob


def header(arrays_: Any = (), message: Any = None) -> bytes:
    """A header made by hand."""
    plain = {"message": {"type": "Heartbeat"} if message is None else message, "arrays": arrays_}
    return msgspec.json.encode(plain)


def deep_analyzed(depth: int) -> bytes:
    """An event that holds an edit that holds a node that holds lists in lists."""
    node = b'{"id": "a", "type": "b", "extra": {"c": ' + b"[" * depth + b"]" * depth + b"}}"
    fix = b'{"title": "", "edits": [{"edit": "AddNode", "node": ' + node + b"}]}"
    problem = b'{"severity": "note", "code": "", "message": "", "fixes": [' + fix + b"]}"
    message = b'{"type": "DataLoaded", "request_id": 1, "profile": null, "problems": [' + problem + b"]}"
    return b'{"message": ' + message + b', "arrays": []}'


@pytest.mark.parametrize(
    "data",
    [
        frame(b"", size=MAX_FRAME + 1),
        frame(b"", size=2**32 - 1),
        frame(b"x", header_size=2),
        frame(b""),
        frame(b"{}"),
        frame(b"\xff\xfe"),
        frame(b"[" * 100_000),
        frame(header(message={"type": "Nothing"})),
        frame(header(message={"type": "Shutdown"})),
        frame(header(message=[])),
        frame(header(message={"type": "Progress", "run_id": 5})),
        frame(header([{"dtype": "O", "shape": [1]}]), b"12345678"),
        frame(header([{"dtype": "f4", "shape": [-1]}]), b"1234"),
        frame(header([{"dtype": "f4", "shape": [2**62, 4]}]), b"1234"),
        frame(header([{"dtype": "f4", "shape": [0, -5]}])),
        frame(header([{"dtype": "f4", "shape": [1] * 100}]), b"1234"),
        frame(header([{"dtype": "f4", "shape": [0, 2**63 - 1, 2**63 - 1]}])),
        frame(header([{"dtype": "f4", "shape": [2]}]), b"1234"),
        frame(header([{"dtype": "f4", "shape": [1]}]), b"12345"),
        frame(header(), b"1"),
        frame(header([1])),
        frame(b'{"message": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
        frame(deep_analyzed(5000)),
        frame(b'{"message": {"type": "Heartbeat"}, "arrays": [], "message": {}}'),
    ],
    ids=range(24),
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        list(event_reader().feed(data))


def test_what_is_a_little_deep_arrives() -> None:
    ((message, _),) = event_reader().feed(frame(deep_analyzed(20)))
    assert isinstance(message, DataLoaded)


def test_a_frame_may_be_as_large_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode_frame(Heartbeat())
    for limit, accepted in ((len(data) - 8 + 1, True), (len(data) - 8, True), (len(data) - 8 - 1, False)):
        monkeypatch.setattr(codec, "MAX_FRAME", limit)
        if accepted:
            assert list(event_reader().feed(data)) == [(Heartbeat(), ())]
        else:
            with pytest.raises(FrameError):
                list(event_reader().feed(data))


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them flipped, lost or doubled."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(found))
        ways: tuple[Callable[[], bytes], ...] = (
            lambda: bytes([chance.randrange(256)]),
            lambda: b"",
            lambda: chance.randbytes(5),
            lambda: bytes(found[:20]),
        )
        found[start : start + chance.randint(0, 6)] = chance.choice(ways)()
    return bytes(found)


def test_damaged_frames_raise_nothing_else(soaking: bool) -> None:
    chance = random.Random(11)  # noqa: S311  (a repeatable choice, no secret)
    whole = [encode_frame(message, [np.arange(6, dtype="<f4")]) for message in (*EVENTS, *REQUESTS)]
    refused = 0
    for number in range(100_000 if soaking else 3_000):
        data = damaged(whole[number % len(whole)], chance)
        readers: tuple[FrameReader[Any], ...] = (event_reader(), request_reader())
        for reader in readers:
            try:
                list(reader.feed(data))
            except FrameError as error:
                assert str(error).endswith(".")  # noqa: PT017  (most damage is refused, some is waited for)
                refused += 1
    assert refused > 2_000


def test_a_message_of_the_other_direction_is_refused() -> None:
    with pytest.raises(FrameError):
        list(event_reader().feed(encode_frame(Shutdown())))
    with pytest.raises(FrameError):
        list(request_reader().feed(encode_frame(Heartbeat())))
