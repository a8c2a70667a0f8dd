"""`nnbuilder lr-find`: a suggestion to use, the curve in text, and a project that stays as it is."""

from pathlib import Path

from nnbuilder.cli.lr_find import picture
from tests.cli.conftest import Call


def test_json_has_the_curve_and_the_suggestion(call: Call, iris: Path) -> None:
    before = iris.read_bytes()
    done = call("lr-find", iris, "--json")
    answer = done.json
    assert (done.code, answer["ok"]) == (0, True)
    assert 1e-4 < answer["suggested"] < 1
    assert len(answer["rates"]) == len(answer["losses"]) == len(answer["smooth"])
    assert answer["rates"][0] == 1e-6
    assert iris.read_bytes() == before
    assert not iris.with_suffix(".runs").exists()


def test_people_get_a_curve_and_the_next_command(call: Call, iris: Path) -> None:
    done = call("lr-find", iris, "--steps", "60")
    assert done.code == 0
    assert "suggested" in done.out
    assert f"nnbuilder train {iris} --lr" in done.out


def test_bounds_that_make_no_sense_are_told(call: Call, iris: Path) -> None:
    done = call("lr-find", iris, "--low", "1", "--high", "0.1")
    assert done.code == 2
    assert "--low must be above 0" in done.err


def test_the_picture_shows_where_the_loss_is_least() -> None:
    lines = picture([10.0**power for power in range(-4, 1)], [1.0, 1.0, 0.6, 0.2, 9.0])
    rows = [line.partition("|")[2] for line in lines if "|" in line]
    assert rows[0] == "    *"
    assert [rows[3], rows[7], rows[-1]] == ["**", "  *", "   *"]
