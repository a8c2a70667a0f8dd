"""Several runs beside each other, and runs as text for other programs."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec

from nnbuilder.graph.edits import AddNode
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.runs.answers import full_answer, runs_csv, runs_json
from nnbuilder.runs.label import Label
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import RunOverview, spark_of
from nnbuilder.runs.side_by_side import as_csv, side_by_side
from tests.runs.samples import sample_record


def _run(name: str, lr: float, loss: float, weights: str = "w", **more: Any) -> RunOverview:
    training = TrainingConfig(optimizer="Adam", optimizer_args={"lr": lr}, **more)
    record = msgspec.structs.replace(
        sample_record(name),
        project=Project(training=training),
        status="finished",
        validation={"loss": loss},
        weights_sha256=weights,
    )
    row = EpochRow(2, 10, loss, 0.5, loss, 0.5)
    return RunOverview(Path(name), record, row, row, Label(name))


def test_only_what_differs_is_a_row_and_the_first_run_is_the_measure() -> None:
    runs = [_run("one", 0.1, 1.0), _run("b", 0.1, 0.5), _run("c", 0.01, 0.5, "v")]
    table = side_by_side(runs)

    rows = {row.field: row.values for part in table.parts for row in part.rows}
    assert table.titles == ("one", "b", "c")
    assert [part.title for part in table.parts] == ["training", "result"]
    assert rows["optimizer.lr"] == (0.1, 0.1, 0.01)
    lr = next(row for row in table.parts[0].rows if row.field == "optimizer.lr")
    assert lr.texts == ("0.1", "0.1", "0.01")
    assert rows["validation loss"] == (1.0, 0.5, 0.5)
    assert rows["weights_sha256"] == ("w", "w", "v")
    assert "epochs" not in rows
    assert not table.same_weights


def test_fields_keep_their_order_though_only_a_later_run_has_them() -> None:
    shorter = _run("b", 0.1, 0.5)
    longer = msgspec.structs.replace(shorter, last=EpochRow(9, 45), best=EpochRow(9, 45, 1.0, 0.5, 0.5, 0.5))
    (part,) = side_by_side([_run("a", 0.1, 1.0), shorter, longer]).parts
    names = [row.field for row in part.rows]
    assert names.index("epochs") < names.index("steps") < names.index("best epoch")
    assert names.index("best epoch") < names.index("best validation loss")


def test_equal_runs_have_no_row() -> None:
    table = side_by_side([_run("a", 0.1, 1.0), _run("b", 0.1, 1.0)])
    assert table.parts == ()
    assert table.same_weights
    assert not side_by_side([_run("a", 0.1, 1.0, ""), _run("b", 0.1, 1.0, "")]).same_weights


def test_layers_that_differ_are_lines_of_a_cell() -> None:
    one, other = _run("a", 0.1, 1.0), _run("b", 0.1, 1.0)
    graph = AddNode(Node(NodeId("n1"), "Input", {"shape": (4,)})).apply(Graph())
    other = msgspec.structs.replace(
        other,
        record=msgspec.structs.replace(
            other.record, project=msgspec.structs.replace(other.record.project, graph=graph)
        ),
    )
    (part,) = side_by_side([one, other, one]).parts
    assert part.title == "network"
    assert part.rows[0].texts[1:] == ("+ Input((4,)) at Input", "the same")


def test_the_table_as_csv() -> None:
    text = as_csv(side_by_side([_run("a", 0.1, 1.0), _run("b", 0.01, 1.0)]))
    assert list(csv.reader(io.StringIO(text))) == [
        ["part", "field", "a", "b"],
        ["training", "optimizer.lr", "0.1", "0.01"],
    ]


def test_runs_as_csv_have_a_row_each_and_a_column_for_all_that_one_of_them_has() -> None:
    said = Label("first, best", ("good", "wide"), "a\nb")
    runs = [msgspec.structs.replace(_run("a", 0.1, 1.0), label=said), _run("b", 0.01, 0.5)]

    rows = list(csv.DictReader(io.StringIO(runs_csv(runs))))

    assert [row["id"] for row in rows] == ["a", "b"]
    assert (rows[0]["name"], rows[0]["tags"], rows[0]["note"]) == ("first, best", "good wide", "a\nb")
    assert [float(row["optimizer.args.lr"]) for row in rows] == [0.1, 0.01]
    assert [float(row["best.validation_loss"]) for row in rows] == [1.0, 0.5]


def test_json_holds_no_number_that_is_none() -> None:
    history = (EpochRow(1, 5, 1.0, 0.5, float("nan"), float("inf")),)
    (answer,) = json.loads(runs_json([full_answer(_run("a", 0.1, 1.0), history)]))
    assert answer["history"][0]["validation_loss"] is None
    assert answer["training"]["optimizer_args"] == {"lr": 0.1}
    assert answer["data"]["sha256"] == "ff"


def test_a_small_curve_keeps_its_ends() -> None:
    history = tuple(EpochRow(epoch, epoch, train_loss=float(epoch)) for epoch in range(1, 1001))
    spark = spark_of(history)
    assert (spark[0], spark[-1], len(spark)) == (1.0, 1000.0, 48)
    assert spark_of(history[:3]) == (1.0, 2.0, 3.0)
