"""What a window watches of a run while it trains: asked for by name, sent only while it is looked at.

A report is one message with its arrays, as of one step; the latest wins, earlier ones are not kept.
"""

import msgspec


class Watch(msgspec.Struct, frozen=True, tag=True):
    """Say which reports of a run are being looked at, all of them anew; the others are not computed."""

    run_id: str
    reports: tuple[str, ...] = ()


class LiveReport(msgspec.Struct, frozen=True):
    """The base of all live reports; a report is asked for by the name of its class."""

    run_id: str
    step: int
