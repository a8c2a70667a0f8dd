"""`nnbuilder parameters`: the figures are torch's, in a table, as CSV and as JSON."""

import csv
from pathlib import Path

import pytest
import torch

from nnbuilder.engine.export.subject import fresh_network, profile_for
from nnbuilder.project.file import load_project
from tests.cli.conftest import Call


def test_figures_are_torchs(call: Call, iris: Path) -> None:
    done = call("parameters", iris, "--json")
    assert done.code == 0
    project = load_project(iris).project
    network, _, _ = fresh_network(project, profile_for(project, str(iris.parent)))
    own = dict(network.named_parameters())
    assert [row["name"] for row in done.json["parameters"]] == list(own)
    for row in done.json["parameters"]:
        one = own[row["name"]].detach().double()
        assert row["shape"] == list(one.shape)
        assert (row["numel"], row["requires_grad"], row["device"]) == (one.numel(), True, "cpu")
        assert (row["min"], row["mean"], row["max"]) == (one.min(), one.mean(), one.max())
        assert row["std"] == pytest.approx(float(one.std()))
        assert row["gradient_norm"] > 0
    assert done.json["total"] == sum(one.numel() for one in own.values()) == done.json["trainable"]
    assert torch.isfinite(torch.tensor(done.json["loss"]))


def test_a_table_for_people(call: Call, iris: Path) -> None:
    done = call("parameters", iris)
    assert [line.split()[:2] for line in done.out.splitlines()[:3]] == [
        ["name", "layer"],
        ["0.weight", "Linear"],
        ["0.bias", "Linear"],
    ]
    assert "80 + 136 + 27 = 243 parameters in 6 tensors" in done.err


def test_a_table_for_programs(call: Call, iris: Path) -> None:
    done = call("parameters", iris, "--format", "csv")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert [(row["name"], row["shape"]) for row in rows] == [
        ("0.weight", "(16, 4)"),
        ("0.bias", "(16,)"),
        ("2.weight", "(8, 16)"),
        ("2.bias", "(8,)"),
        ("4.weight", "(3, 8)"),
        ("4.bias", "(3,)"),
    ]
    assert all(float(row["std"]) > 0 for row in rows)


def test_a_network_that_cannot_be_built_names_its_layer(call: Call, iris: Path) -> None:
    text = iris.read_text().replace('"out_features":16', '"in_features":7,"out_features":16')
    text = text.replace('"out_features": 16', '"in_features": 7, "out_features": 16')
    iris.write_text(text)
    done = call("parameters", iris, "--json")
    assert done.code == 3
    assert done.json["ok"] is False
    assert "mat1 and mat2" in done.json["problems"][0]["message"]
