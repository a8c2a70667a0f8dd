"""The actions of the picture as rows of the table: what is in view, how it lies, what is written on it."""

from nnbuilder.ui.common.action_table import Action

VIEW = (
    Action(
        name="view.fit",
        text="Fit drawing",
        tip="Show the whole drawing",
        menu="View",
        keys=("F", "Ctrl+9"),
        scope="drawing",
        words=("zoom", "all"),
    ),
    Action(
        name="view.selection",
        text="Fit selection",
        tip="Bring what is selected close",
        menu="View",
        keys=("Ctrl+8",),
        words=("zoom",),
    ),
    Action(
        name="view.actual",
        text="100 %",
        tip="Show the drawing at 100 %",
        menu="View",
        keys=("Ctrl+0",),
        words=("zoom", "actual size"),
    ),
    Action(name="view.zoom_in", text="Zoom in", tip="Come closer", menu="View", keys=("Ctrl++", "Ctrl+=")),
    Action(name="view.zoom_out", text="Zoom out", tip="Go farther", menu="View", keys=("Ctrl+-",)),
    Action(
        name="view.minimap",
        text="Minimap",
        tip="Show the whole drawing in small at the lower right",
        menu="View",
        keys=("Ctrl+M",),
        separator=True,
        checkable=True,
        words=("map", "overview"),
    ),
    Action(
        name="view.tidy",
        text="Tidy drawing",
        tip="Lay out what is shown in the way that is chosen under Layout",
        menu="View",
        keys=("Ctrl+L",),
        words=("layout", "arrange", "align", "order"),
    ),
    Action(
        name="view.chain",
        text="Chain list",
        tip="Go to the network as a list, for keyboard and screen reader",
        menu="View",
        keys=("Ctrl+Shift+L",),
        separator=True,
        words=("layers", "outline", "accessible"),
    ),
    Action(
        name="view.history",
        text="History",
        tip="Go to the list of all edits",
        menu="View",
        keys=("Ctrl+Shift+H",),
        words=("undo", "steps"),
    ),
)

ANNOTATE = (
    Action(
        name="network.note",
        text="Add note",
        tip="Write on the drawing",
        menu="Network",
        keys=("N",),
        separator=True,
        scope="drawing",
        words=("comment", "text", "annotate"),
    ),
    Action(
        name="network.frame",
        text="Add frame",
        tip="Draw a titled frame around what is selected",
        menu="Network",
        keys=("Shift+N",),
        scope="drawing",
        words=("box", "annotate"),
    ),
    Action(
        name="network.leave",
        text="Leave group",
        tip="Show the drawing that the group lies in",
        menu="Network",
        keys=("Ctrl+Backspace",),
        scope="drawing",
        words=("up", "outside", "parent"),
    ),
)

PICTURE = Action(
    name="file.picture",
    text="Export picture…",
    tip="Write the drawing as SVG, PNG or PDF",
    menu="File",
    keys=("Ctrl+Shift+E",),
    words=("image", "svg", "png", "pdf", "save"),
)
