"""The form for what a text leaves open."""

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.interop.reading import Asked
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.importing.questions import Questions

WIDTH, SHARE, OTHER = (
    Asked("hidden", 3, 9, "Linear", "out_features"),
    Asked("p", 4, 5, "Dropout", "p"),
    Asked("n", 5, 1),
)


def form(qtbot: QtBot, *asked: Asked) -> Questions:
    """The form that asks for these."""
    questions = Questions()
    qtbot.addWidget(questions)
    questions.ask(asked)
    questions.show()
    return questions


def fault(questions: Questions, name: str) -> str:
    """What is said below a field."""
    label = questions.findChild(TintedLabel, f"import.ask.{name}.fault")
    assert isinstance(label, TintedLabel)
    return label.text() if label.isVisible() else ""


def test_answers_are_checked_by_what_they_are_for(qtbot: QtBot) -> None:
    questions = form(qtbot, WIDTH, SHARE, OTHER)
    for field, text in zip(questions.fields.values(), ("2**4", "7", "3*3"), strict=True):
        QTest.keyClicks(field, text)
    assert questions.answers == {"hidden": 16, "n": 9}
    assert fault(questions, "hidden") == ""
    assert "p takes" in fault(questions, "p")


def test_only_what_the_text_gives_is_filled_in(qtbot: QtBot) -> None:
    given = Asked("width", 1, 1, "Linear", "out_features", 32)
    questions = form(qtbot, WIDTH, given)
    assert {name: field.text() for name, field in questions.fields.items()} == {"hidden": "", "width": "32"}
    assert questions.answers == {"width": 32}


def test_answers_stay_and_what_is_open_no_more_goes(qtbot: QtBot) -> None:
    questions = form(qtbot, WIDTH, SHARE)
    QTest.keyClicks(questions.fields["hidden"], "8")
    questions.ask((OTHER,))
    assert list(questions.fields) == ["hidden", "n"]
    assert questions.fields["hidden"].text() == "8"
    questions.fields["hidden"].clear()
    questions.ask(())
    assert not questions.fields
    assert not questions.isVisible()


def test_a_place_follows_its_name(qtbot: QtBot) -> None:
    questions = form(qtbot, WIDTH)
    questions.ask((Asked("hidden", 12, 2, "Linear", "out_features"),))
    link = questions.findChild(LinkButton, "import.ask.hidden.place")
    assert isinstance(link, LinkButton)
    assert link.text() == "line 12"
    with qtbot.waitSignal(questions.place_wanted) as caught:
        link.click()
    assert caught.args == [12, 2]
