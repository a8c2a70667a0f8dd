"""Forms derived from declarations."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from nnbuilder.catalog import registry
from nnbuilder.catalog.spec import AUTO, ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common.form import ArgForm
from nnbuilder.ui.common.form_row import help_line
from tests.ui.workbench import field_of, find, help_of, retype, show_active

LINEAR = registry.LAYERS["Linear"].args


class Owner:
    """Shows a form and applies its edits to a mapping, as a panel does to the document."""

    def __init__(self, qtbot: QtBot, specs: tuple[ArgSpec, ...], *, terse: bool = False) -> None:
        self.form = ArgForm(terse=terse)
        self.values: dict[str, ArgValue] = {}
        self.resolved: dict[str, ArgValue] = {}
        self.edits: list[tuple[str, ArgValue]] = []
        self.form.edited.connect(self._edit)
        self.form.reset.connect(self._reset)
        self.form.show_specs(specs)
        self.refresh()
        show_active(qtbot, self.form)

    def refresh(self) -> None:
        """Shows the values as they are."""
        self.form.show_values(self.values, self.resolved)

    def _edit(self, name: str, value: ArgValue) -> None:
        self.edits.append((name, value))
        self.values[name] = value
        self.refresh()

    def _reset(self, name: str) -> None:
        self.edits.append((name, "reset"))
        self.values.pop(name, None)
        self.refresh()


def test_every_layer_gets_a_form_with_names_help_and_accessible_names(qtbot: QtBot) -> None:
    owner = Owner(qtbot, LINEAR)
    for spec in (*registry.LAYERS.values(), registry.INPUT_SPEC, *registry.OPTIMIZERS.values()):
        owner.form.show_specs(spec.args)
        assert list(owner.form.rows) == [arg.name for arg in spec.args]
        for arg in spec.args:
            row = owner.form.rows[arg.name]
            assert row.message == help_line(arg)
            assert arg.help in row.editor.toolTip()


def test_a_tick_counts_at_once(qtbot: QtBot) -> None:
    owner = Owner(qtbot, LINEAR)
    box = find(owner.form, QCheckBox, "bias_box")
    assert box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert owner.edits == [("bias", False)]
    assert not box.isChecked()


def test_a_choice_counts_at_once(qtbot: QtBot) -> None:
    owner = Owner(qtbot, registry.LAYERS["GELU"].args)
    box = find(owner.form, QComboBox, "arg_approximate")
    assert box.currentText() == "none"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert owner.edits == [("approximate", "tanh")]


def test_reset_is_offered_for_what_differs_from_the_default(qtbot: QtBot) -> None:
    owner = Owner(qtbot, LINEAR)
    button = find(owner.form, QToolButton, "reset_bias")
    assert not button.isVisible()
    owner.values["bias"] = False
    owner.refresh()
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert owner.edits == [("bias", "reset")]
    assert not button.isVisible()


def test_auto_is_pinned_and_followed_again(qtbot: QtBot) -> None:
    owner = Owner(qtbot, LINEAR)
    owner.resolved["in_features"] = 4
    owner.refresh()
    button, field = find(owner.form, QToolButton, "auto_in_features"), field_of(owner.form, "in_features")
    assert button.isChecked()
    assert field.text() == "4"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert owner.edits == [("in_features", 4)]
    assert not button.isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert owner.edits[1:] == [("in_features", "reset")]
    assert button.isChecked()


def test_typing_pins_and_the_word_auto_follows(qtbot: QtBot) -> None:
    owner = Owner(qtbot, LINEAR)
    field = field_of(owner.form, "in_features")
    retype(field, "12")
    retype(field, "auto")
    assert owner.edits == [("in_features", 12), ("in_features", "reset")]
    assert field.text() == AUTO


def test_pinning_what_is_not_known_asks_for_it(qtbot: QtBot) -> None:
    owner = Owner(qtbot, LINEAR)
    button = find(owner.form, QToolButton, "auto_in_features")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert owner.edits == []
    assert button.isChecked()
    assert field_of(owner.form, "in_features").hasFocus()


def test_the_fault_stands_where_the_help_was(qtbot: QtBot) -> None:
    for terse in (False, True):
        owner = Owner(qtbot, LINEAR, terse=terse)
        row = owner.form.rows["out_features"]
        field = field_of(owner.form, "out_features")
        retype(field, "-3", end=None)
        assert "not -3" in help_of(owner.form, "out_features")
        retype(field, "3")
        assert row.message == help_line(row.spec)
        assert owner.edits == [("out_features", 3)]


def test_a_refusal_is_shown_at_its_field(qtbot: QtBot) -> None:
    owner = Owner(qtbot, LINEAR)
    owner.form.refuse("bias", "Not today.")
    assert help_of(owner.form, "bias") == "Not today."
    owner.form.restore()
    assert help_of(owner.form, "bias") == help_line(owner.form.rows["bias"].spec)


def test_rows_that_stay_keep_their_focus(qtbot: QtBot) -> None:
    loss = registry.LOSS_SPEC.args[0]
    owner = Owner(qtbot, (loss, *registry.LOSSES["HuberLoss"].args))
    box = find(owner.form, QComboBox, "arg_loss")
    box.setFocus()
    owner.form.show_specs((loss, *registry.LOSSES["CrossEntropyLoss"].args))
    assert box.hasFocus()
    assert list(owner.form.rows) == ["loss", "label_smoothing"]
