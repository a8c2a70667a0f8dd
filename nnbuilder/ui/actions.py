"""The table of everything that can be triggered: menus, toolbar and shortcuts are made from it."""

from nnbuilder.protocol.export_format import EXPORTS
from nnbuilder.templates.registry import TEMPLATES
from nnbuilder.ui.common.action_table import Action
from nnbuilder.ui.edit_rows import EDIT, NETWORK
from nnbuilder.ui.steering_rows import STEERING
from nnbuilder.ui.view_rows import ANNOTATE, PICTURE, VIEW

MENUS = ("File", "Edit", "View", "Network", "Train", "Help")
"""The menus from left to right."""

ACTIONS = (
    Action(name="file.new", text="New", tip="Start an empty drawing", menu="File", keys=("Ctrl+N",)),
    Action(
        name="file.template",
        text="New from template…",
        tip="Start with a network that fits itself to the data",
        menu="File",
        keys=("Ctrl+Shift+N",),
        words=("start", *(template.title for template in TEMPLATES)),
    ),
    Action(name="file.open", text="Open…", tip="Open a project", menu="File", keys=("Ctrl+O",)),
    Action(
        name="file.save",
        text="Save",
        tip="Save the project",
        menu="File",
        keys=("Ctrl+S",),
        separator=True,
    ),
    Action(
        name="file.save_as",
        text="Save as…",
        tip="Save the project under another name",
        menu="File",
        keys=("Ctrl+Shift+S",),
    ),
    Action(
        name="file.import",
        text="Import…",
        tip="Read a network from Python, a notebook or a printed model",
        menu="File",
        keys=("Ctrl+I",),
        words=("python", "code", "notebook", "ipynb", "source", "paste"),
        separator=True,
    ),
    Action(
        name="weights.import",
        text="Import weights…",
        tip="Hold a .safetensors or .pth file against the network and take its weights",
        menu="File",
        words=("state_dict", "checkpoint", "pth", "safetensors", "load"),
    ),
    Action(
        name="file.export",
        text="Export…",
        tip="Write the network, its source, picture or analysis, or a training, for other programs",
        menu="File",
        keys=("Ctrl+Shift+E",),
        words=(
            *(word for form in EXPORTS.values() for word in (form.name, form.title)),
            "save as",
            "script",
            "onnxruntime",
            "state_dict",
        ),
    ),
    PICTURE,
    Action(
        name="file.welcome",
        text="Welcome page",
        tip="Show examples, templates and recent files",
        menu="File",
        separator=True,
    ),
    Action(
        name="file.quit",
        text="Quit",
        tip="Close the window",
        menu="File",
        keys=("Ctrl+Q",),
        separator=True,
    ),
    *EDIT,
    *VIEW,
    *NETWORK,
    *ANNOTATE,
    Action(
        name="train.start",
        text="Train",
        tip="Train the network",
        menu="Train",
        keys=("F5",),
        icon="train",
    ),
    Action(
        name="train.pause",
        text="Pause",
        tip="Wait before the next step",
        menu="Train",
        keys=("F6",),
        icon="pause",
    ),
    Action(
        name="train.step",
        text="Step",
        tip="Do one training step and wait",
        menu="Train",
        keys=("F10",),
        icon="step",
    ),
    Action(
        name="train.epoch",
        text="Step an epoch",
        tip="Train to the end of the epoch and wait",
        menu="Train",
        keys=("Shift+F10",),
        icon="epoch",
    ),
    Action(
        name="train.stop",
        text="Stop",
        tip="End the training",
        menu="Train",
        keys=("Shift+F5",),
        icon="stop",
    ),
    Action(
        name="train.rewind",
        text="Rewind",
        tip="Go back to the same initial weights and wait",
        menu="Train",
        keys=("Ctrl+Shift+F5",),
        icon="rewind",
    ),
    Action(
        name="train.setup",
        text="Training setup",
        tip="Choose optimizer, batch size, epochs and seed",
        menu="Train",
        separator=True,
    ),
    Action(
        name="train.resume",
        text="Resume from checkpoint",
        tip="Go on from the last checkpoint of a training that was lost or stopped",
        menu="Train",
    ),
    Action(
        name="weights.reset",
        text="Weights from the seed",
        tip="Let the project stand at its seed's weights again, not at imported ones",
        menu="Train",
        words=("reset", "initialize"),
    ),
    *STEERING,
    Action(name="train.engine", text="Restart engine", tip="End the engine and start another", menu="Train"),
    Action(
        name="help.search",
        text="Find action…",
        tip="Search everything that can be done, and do it",
        menu="Help",
        keys=("Ctrl+Shift+P",),
        words=("command", "palette"),
    ),
    Action(
        name="help.keys",
        text="Keyboard shortcuts",
        tip="Show, print and change all shortcuts",
        menu="Help",
        keys=("F1",),
        words=("sheet", "print", "pdf", "change", "help"),
    ),
    Action(name="help.about", text="About NNBuilder", tip="Version and licence", menu="Help", separator=True),
)
"""Every action of the window, in the order of the menus."""
