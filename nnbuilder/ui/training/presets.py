"""Presets of the training panel: one is chosen, the present settings become one, files are shared."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QInputDialog, QMenu, QVBoxLayout, QWidget

from nnbuilder.graph.errors import EditRefused
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.presets import (
    BUILT_IN,
    SUFFIX,
    Preset,
    PresetError,
    Presets,
    check_name,
    chosen,
    read_preset,
    write_preset,
)
from nnbuilder.project.project import TrainingConfig
from nnbuilder.session.document import Document
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.menu_button import MenuButton, add_entry
from nnbuilder.ui.common.notice import Notice

_FILTER = f"Presets (*{SUFFIX})"


class PresetBar(QWidget):
    """Says which preset the settings are, and has the menu; what could not be done is said below it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preset_bar")
        self._document = document
        self._presets = Presets()
        tip = "Choose a way to train, keep the present one under a name, or share it as a file"
        self.button = MenuButton("presets", "Presets", tip, self.fill)
        self._gone = QMenu("Remove", self)
        self._gone.setObjectName("preset_remove")
        self.notice = Notice("preset_notice", "error")
        self._which = ElidedLabel("", "muted")
        self._which.setObjectName("preset_name_line")
        self._known: tuple[Preset, ...] = (*BUILT_IN, *self._presets.all())
        row = QHBoxLayout()
        row.addWidget(self._which, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.notice)
        document.replaced.connect(self._forget)
        self.refresh()

    def refresh(self) -> None:
        """Says which preset the settings are."""
        training = self._training
        names = [preset.name for preset in self._known if chosen(training, preset) == training]
        text = f"Preset: {names[0] if names else 'none'}"
        self._which.setText(text)
        self._which.setToolTip(text)

    def fill(self, menu: QMenu) -> None:
        """Fills the menu with all presets and with what can be done with them."""
        own = self._presets.all()
        self._known = (*BUILT_IN, *own)
        for number, preset in enumerate(self._known):
            if number == len(BUILT_IN):
                menu.addSeparator()
            entry = add_entry(menu, f"preset_{number}", _plain(preset.name), partial(self.choose, preset))
            entry.setToolTip("Trains as this preset says; the seed and the machine stay as they are.")
            if chosen(self._training, preset) == self._training:
                entry.setCheckable(True)
                entry.setChecked(True)
        menu.addSeparator()
        add_entry(menu, "preset_save", "Save as preset…", self.ask_name)
        add_entry(menu, "preset_export", "Save to file…", self.ask_target)
        add_entry(menu, "preset_import", "Load from file…", self.ask_source)
        if own:
            self._gone.clear()
            menu.addMenu(self._gone)
            for preset in own:
                name = preset.name
                add_entry(self._gone, f"remove_{name}", _plain(name), partial(self.remove, name))

    def choose(self, preset: Preset) -> None:
        """Lets the project be trained so: one undoable edit."""
        self._forget()
        changed = chosen(self._training, preset)
        if changed == self._training:
            return
        try:
            self._document.apply(SetTraining(changed, "preset"))
        except EditRefused as refusal:
            self.notice.show_text(str(refusal))

    def ask_name(self) -> QInputDialog:
        """Asks what the present settings are to be called."""
        dialog = QInputDialog(self)
        dialog.setObjectName("preset_name")
        dialog.setWindowTitle("Save as preset")
        dialog.setLabelText("Name of the preset; one of the same name is replaced:")
        dialog.setOkButtonText("Save")
        dialog.textValueSelected.connect(self.save)
        dialog.open()
        return dialog

    def save(self, name: str) -> None:
        """Keeps the present settings under a name."""
        self._forget()
        try:
            self._presets.save(Preset(name.strip(), self._training))
        except PresetError as error:
            self.notice.show_text(str(error))
        self._look()

    def remove(self, name: str) -> None:
        """Forgets a preset of the user's."""
        self._forget()
        try:
            self._presets.remove(name)
        except PresetError as error:
            self.notice.show_text(str(error))
        self._look()

    def ask_target(self) -> QFileDialog:
        """Asks for the file that the present settings are saved to."""
        dialog = QFileDialog(self, "Save the preset", f"training{SUFFIX}", _FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()
        return dialog

    def ask_source(self) -> QFileDialog:
        """Asks for the file of a preset that is to be used and kept."""
        dialog = QFileDialog(self, "Load a preset", "", _FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.open()
        return dialog

    def write(self, path: Path) -> None:
        """Saves the present settings to a file, under the file's name."""
        self._forget()
        try:
            check_name(path.stem)
            write_preset(Preset(path.stem, self._training), path)
        except PresetError as error:
            self.notice.show_text(str(error))

    def read(self, path: Path) -> None:
        """Trains as a file says, and keeps it among the user's presets."""
        self._forget()
        try:
            preset = read_preset(path)
            if preset not in BUILT_IN:
                self._presets.save(preset)
        except PresetError as error:
            self.notice.show_text(str(error))
        else:
            self.choose(preset)
        self._look()

    @property
    def _training(self) -> TrainingConfig:
        return self._document.project.training

    def _look(self) -> None:
        self._known = (*BUILT_IN, *self._presets.all())
        self.refresh()

    def _forget(self) -> None:
        self.notice.show_text("")


def _plain(name: str) -> str:
    """A name as a menu shows it."""
    return name.replace("&", "&&")
