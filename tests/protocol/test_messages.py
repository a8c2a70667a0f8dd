"""Messages are frozen values, one sample each, and the union holds them all."""

import importlib
import pkgutil
import typing

import msgspec
import pytest

from nnbuilder import protocol
from nnbuilder.protocol.messages import Event, Request
from tests.protocol.samples import EVENTS, REQUESTS


def test_there_is_a_sample_of_every_message() -> None:
    assert {type(message) for message in REQUESTS} == set(typing.get_args(Request))
    assert {type(message) for message in EVENTS} == set(typing.get_args(Event))


def test_every_message_has_a_direction() -> None:
    modules = [
        importlib.import_module(f"{protocol.__name__}.{found.name}")
        for found in pkgutil.iter_modules(protocol.__path__)
    ]
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__struct_config__.tag
    }
    messages = {value for value in found if value.__struct_config__.tag_field == "type"}
    own = {value for value in messages if value.__module__.startswith(protocol.__name__)}
    assert own == {*typing.get_args(Request), *typing.get_args(Event)}


@pytest.mark.parametrize("message", [*REQUESTS, *EVENTS], ids=lambda message: type(message).__name__)
def test_messages_are_frozen_and_compare_by_value(message: Request | Event) -> None:
    assert type(message).__struct_config__.frozen
    again = msgspec.json.decode(msgspec.json.encode(message), type=type(message))
    assert again == message
