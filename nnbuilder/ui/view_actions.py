"""The actions of the picture, connected to one canvas; what the user prefers is kept for the next time."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from nnbuilder.graph.layout import STYLES
from nnbuilder.session.session import LAYOUT, Session
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.canvas.previews import PreviewStrips
from nnbuilder.ui.canvas.responses import Responses
from nnbuilder.ui.common.action_table import set_usable

_MINIMAP = "canvas/minimap"
_RESPONSES = "canvas/responses"
_PREVIEW = "canvas/preview"
_WORDS = {"wrapped": "Wrapped rows", "horizontal": "One row", "vertical": "One column"}


class ViewActions(QObject):
    """Connects rows of the table to the canvas."""

    def __init__(
        self,
        canvas: CanvasView,
        responses: Responses,
        previews: PreviewStrips,
        session: Session,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._canvas = canvas
        self._responses = responses
        self._previews = previews
        self._session = session
        self._leave: QAction | None = None
        self._minimap: QAction | None = None
        self._neurons: QAction | None = None
        self._preview: QAction | None = None
        canvas.arranger.prefer(session.style)
        canvas.minimap.set_wanted(str(session.settings.value(_MINIMAP, "true")) == "true")
        responses.set_wanted(str(session.settings.value(_RESPONSES, "true")) == "true")
        previews.set_wanted(str(session.settings.value(_PREVIEW, "false")) == "true")
        canvas.arranger.style_changed.connect(self._keep_style)

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        canvas = self._canvas
        return {
            "view.fit": canvas.operations.fit,
            "view.selection": canvas.operations.fit_selection,
            "view.actual": canvas.camera.actual_size,
            "view.zoom_in": canvas.camera.zoom_in,
            "view.zoom_out": canvas.camera.zoom_out,
            "view.minimap": self.toggle_minimap,
            "view.responses": self.toggle_responses,
            "view.preview": self.toggle_preview,
            "view.tidy": canvas.arranger.tidy,
            "network.note": canvas.annotations.add_note,
            "network.frame": canvas.annotations.add_frame,
            "network.leave": canvas.operations.leave,
        }

    def adopt(self, actions: Mapping[str, QAction]) -> None:
        """Takes charge of when these actions can be used and whether they are ticked."""
        self._leave, self._minimap = actions["network.leave"], actions["view.minimap"]
        self._minimap.setChecked(self._canvas.minimap.wanted)
        self._neurons = actions["view.responses"]
        self._neurons.setChecked(self._responses.wanted)
        self._preview = actions["view.preview"]
        self._preview.setChecked(self._previews.wanted)
        self._canvas.level.changed.connect(self._review)
        self._review()

    def add_layouts(self, menu: QMenu) -> None:
        """The choice of how drawings are laid out; choosing one tidies."""
        layouts = menu.addMenu("Layout")
        group = QActionGroup(layouts)
        for style in STYLES:
            action = layouts.addAction(_WORDS[style])
            action.setObjectName(f"layout.{style}")
            action.setCheckable(True)
            action.setChecked(self._canvas.arranger.style == style)
            action.triggered.connect(partial(self._arrange, style))
            group.addAction(action)

    def toggle_minimap(self) -> None:
        """Shows the map of the drawing, or hides it."""
        wanted = not self._canvas.minimap.wanted
        self._canvas.minimap.set_wanted(wanted)
        self._session.settings.setValue(_MINIMAP, "true" if wanted else "false")
        if self._minimap is not None:
            self._minimap.setChecked(wanted)

    def toggle_responses(self) -> None:
        """Shows the neurons' responses below their cards, or hides them."""
        wanted = not self._responses.wanted
        self._responses.set_wanted(wanted)
        self._session.settings.setValue(_RESPONSES, "true" if wanted else "false")
        if self._neurons is not None:
            self._neurons.setChecked(wanted)

    def toggle_preview(self) -> None:
        """Shows below each card what its layer does to the first rows of the data, or hides it."""
        wanted = not self._previews.wanted
        self._previews.set_wanted(wanted)
        self._session.settings.setValue(_PREVIEW, "true" if wanted else "false")
        if self._preview is not None:
            self._preview.setChecked(wanted)

    def _arrange(self, style: str, _checked: bool = False) -> None:
        self._canvas.arranger.arrange(style)

    def _keep_style(self) -> None:
        self._session.settings.setValue(LAYOUT, self._canvas.arranger.style)

    def _review(self) -> None:
        if self._leave is not None:
            set_usable(self._leave, "" if self._canvas.level.group else "The whole network is shown.")
