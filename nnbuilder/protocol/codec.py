"""Framing: one message and its raw arrays as one length-prefixed block of bytes; never pickle.

A frame is `u32 body length | u32 header length | header | arrays`, integers in network order. The header is
JSON: the message and, for each array, dtype and shape; the arrays follow as raw little-endian bytes in C
order, in the order of the header.
"""

import math
import struct
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.protocol.messages import Event, Request

MAX_FRAME = 64 * 2**20
"""Largest frame that a reader accepts, in bytes."""

DTYPES: dict[str, np.dtype[np.generic]] = {
    "u1": np.dtype("u1"),
    "f4": np.dtype("<f4"),
    "f8": np.dtype("<f8"),
    "i4": np.dtype("<i4"),
    "i8": np.dtype("<i8"),
}

Arrays = tuple[NDArray[np.generic], ...]
M = TypeVar("M")
_PREFIX = struct.Struct("!II")


class FrameError(NNBuilderError):
    """The bytes of the other side are not a frame of this protocol."""


class ArrayHeader(msgspec.Struct, frozen=True):
    """Type and shape of one raw array in a frame."""

    dtype: str
    shape: tuple[int, ...]


class _Header(msgspec.Struct, frozen=True):
    message: msgspec.Raw
    arrays: tuple[ArrayHeader, ...] = ()


_encoder = msgspec.json.Encoder()
_header_decoder = msgspec.json.Decoder(_Header)


def encode_frame(message: Request | Event, arrays: Sequence[NDArray[np.generic]] = ()) -> bytes:
    """The frame of a message; arrays of other dtypes than those of `DTYPES` are refused by a KeyError."""
    plain = [np.asarray(array, DTYPES[array.dtype.str[1:]]) for array in arrays]
    headers = tuple(ArrayHeader(array.dtype.str[1:], array.shape) for array in plain)
    header = _encoder.encode(_Header(msgspec.Raw(_encoder.encode(message)), headers))
    blobs = [array.tobytes() for array in plain]
    size = len(header) + sum(map(len, blobs))
    return b"".join([_PREFIX.pack(size, len(header)), header, *blobs])


class FrameReader(Generic[M]):
    """Collects bytes as they come and gives whole messages with their arrays."""

    def __init__(self, decoder: msgspec.json.Decoder[M]) -> None:
        self._decoder = decoder
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[M, Arrays]]:
        """All messages that are complete with these bytes; raises `FrameError` on anything else."""
        self._buffer += data
        while len(self._buffer) >= _PREFIX.size:
            size, header = _PREFIX.unpack_from(self._buffer)
            if size > MAX_FRAME or header > size:
                raise FrameError(
                    f"A frame of {size} bytes with a header of {header} is not of this protocol."
                )
            end = _PREFIX.size + size
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_PREFIX.size : end])
            del self._buffer[:end]
            yield self._decode(body, header)

    def _decode(self, body: bytes, header_size: int) -> tuple[M, Arrays]:
        try:
            header = _header_decoder.decode(body[:header_size])
            return self._decoder.decode(header.message), tuple(_arrays(header.arrays, body[header_size:]))
        except (msgspec.MsgspecError, KeyError, ValueError, RecursionError) as error:
            raise FrameError(f"A message cannot be read: {error}.") from error


def request_reader() -> FrameReader[Request]:
    """Reads what the window says."""
    return FrameReader(msgspec.json.Decoder(Request))


def event_reader() -> FrameReader[Event]:
    """Reads what an engine says."""
    return FrameReader(msgspec.json.Decoder(Event))


def _arrays(headers: tuple[ArrayHeader, ...], blob: bytes) -> Iterator[NDArray[np.generic]]:
    start = 0
    for header in headers:
        dtype = DTYPES[header.dtype]
        if any(size < 0 for size in header.shape):
            raise ValueError("negative size")
        end = start + dtype.itemsize * math.prod(header.shape)
        if end > len(blob):
            raise ValueError("array beyond the frame")
        yield np.frombuffer(blob[start:end], dtype).reshape(header.shape)
        start = end
    if start != len(blob):
        raise ValueError("bytes left over")
