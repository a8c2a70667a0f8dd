"""The row of tools above curves: what the axis counts, how much is smoothed, which runs are laid over."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QWidget

from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.menu_button import MenuButton, add_entry
from nnbuilder.ui.plots.ruler import PLURALS, UNITS
from nnbuilder.ui.plots.settings import SMOOTHINGS, CurveSettings

_AXIS_TIP = "What the horizontal axis counts"
_RUNS_TIP = "Lay earlier runs of this project over the curves"
_SMOOTH_TIP = (
    "Smoothing: the strong line is the mean of the last steps, so many epochs of them; the faint line is "
    "every step"
)
_LISTED = 30


class CurveTools(QWidget):
    """Shows and changes the settings that curves share; `smooths` adds the slider for the mean."""

    def __init__(
        self, name: str, settings: CurveSettings, *, smooths: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._settings = settings
        self.axis = MenuButton(f"{name}_axis", "Axis", _AXIS_TIP, self._fill_axis)
        self.runs = MenuButton(f"{name}_overlay", "Runs", _RUNS_TIP, self._fill_runs)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.words = quiet()
        self._lay_out(name)
        self.slider.setVisible(smooths)
        self.words.setVisible(smooths)
        self.slider.valueChanged.connect(settings.set_smoothing)
        settings.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the settings as they are."""
        settings = self._settings
        self.slider.setValue(settings.smoothing)
        self.words.setText(smoothing_words(settings.epochs))
        self.axis.setText(f"over {PLURALS[settings.unit]} ▾")
        count = len(settings.overlays)
        self.runs.setText(f"Runs {count} ▾" if count else "Runs ▾")

    def _lay_out(self, name: str) -> None:
        self.slider.setObjectName(f"{name}_smoothing")
        self.slider.setAccessibleName("Smoothing")
        self.slider.setToolTip(_SMOOTH_TIP)
        self.slider.setRange(0, len(SMOOTHINGS) - 1)
        self.slider.setPageStep(1)
        self.slider.setFixedWidth(90)
        self.words.setToolTip(_SMOOTH_TIP)
        longest = max(map(smoothing_words, SMOOTHINGS), key=len)
        self.words.setMinimumWidth(self.words.fontMetrics().horizontalAdvance(longest))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addStretch()
        for part in (self.slider, self.words, self.axis, self.runs):
            row.addWidget(part)

    def _fill_axis(self, menu: QMenu) -> None:
        for unit, tip in UNITS.items():
            words = PLURALS[unit]
            entry = add_entry(
                menu, f"axis_{unit}", words.capitalize(), partial(self._settings.set_unit, unit)
            )
            entry.setCheckable(True)
            entry.setChecked(unit == self._settings.unit)
            entry.setToolTip(tip)

    def _fill_runs(self, menu: QMenu) -> None:
        settings = self._settings
        stored = settings.stored_runs()
        for folder, title in stored[:_LISTED]:
            over = settings.is_over(folder)
            act = partial(settings.take_away, folder) if over else partial(settings.lay_over, folder, title)
            entry = add_entry(menu, f"overlay_{folder.name}", title, act)
            entry.setCheckable(True)
            entry.setChecked(over)
        if not stored:
            add_entry(menu, "overlay_none", "No run is kept yet", lambda: None).setEnabled(False)
        if settings.overlays:
            menu.addSeparator()
            add_entry(menu, "overlay_clear", "Show none of them", settings.take_away)


def smoothing_words(epochs: float) -> str:
    """How much is smoothed, in a few words."""
    if not epochs:
        return "every step"
    if epochs >= 1:
        return "mean of 1 epoch" if epochs == 1 else f"mean of {epochs:g} epochs"
    return f"mean of 1/{round(1 / epochs)} epoch"
