"""Random networks as ONNX: onnxruntime computes the same, or torch's reason is told; none is left out.

The full count runs under NNB_SOAK=1; `make test` does a seeded slice of it.
"""

import re

from hypothesis import HealthCheck, Phase, assume, event, given, settings

from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.programs import make_onnx
from tests.conftest import SOAK
from tests.engine.export.requests import subject_for
from tests.interop.test_clean_networks import Network, networks

COUNT = 150 if SOAK else 6
"""Drawn networks; some of them are refused, so that more than 100 of the full count are exported."""

REASONS = {
    "no ONNX operator": r"No ONNX function found for",
    "a batch of any size": r"specialized it to be a constant|the generated guard|specified range",
    "onnxruntime lacks it": r"onnxruntime says: (Could not find an implementation|This is an invalid model)",
    "onnxruntime refuses it": r"onnxruntime says: ",
    "another computation": r"computes something else|what it writes gives",
}
"""Every reason why a network cannot be exported so far, by torch's or onnxruntime's words."""


def outcome(network: Network) -> str:
    """Nothing where onnxruntime computes the same; else why there is no file."""
    subject = subject_for(network.graph, network.kind, network.seed)
    try:
        made = make_onnx(subject, lambda _doing: None)
    except ExportError as error:
        return str(error)
    assert made.found is not None
    assert made.found.ratio <= 1e-5
    return ""


@settings(
    max_examples=COUNT,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each network takes most of a second
    suppress_health_check=list(HealthCheck),
)
@given(networks())
def test_they_compute_the_same_or_the_reason_is_told(network: Network | None) -> None:
    assume(network is not None)
    assert network is not None
    refusal = outcome(network)
    known = [name for name, words in REASONS.items() if re.search(words, refusal)]
    event(refusal or "the same")
    assert bool(refusal) == bool(known), refusal
