"""The ways out of the program, as a table that both ends and the command line read."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Literal

import msgspec

Source = Literal["weights", "code", "drawing", "report", "run"]
"""What is exported: the network with weights or as code, its picture, its analysis, a training's course."""


class Extra(msgspec.Struct, frozen=True):
    """Packages that only some ways out need, by the names to install and to import."""

    packages: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of them that are not installed; nothing is imported to know it."""
        return tuple(name for name in self.packages if find_spec(name) is None)


ONNX = Extra(("onnx", "onnxscript", "onnxruntime"))
TENSORBOARD = Extra(("tensorboardX",))


class ExportFormat(msgspec.Struct, frozen=True, kw_only=True):
    """One way out: `name` is how the command line calls it, `summary` what it is for.

    `suffix` ends the names of its files; a format that fills a folder has none. `usage` is what somebody
    types to use such a file, with the file's name for `FILE`.
    """

    name: str
    title: str
    source: Source
    suffix: str
    summary: str
    extra: Extra | None = None
    usage: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether it fills a folder instead of one file."""
        return not self.suffix

    @property
    def lacking(self) -> str:
        """What is not installed, with the line that installs it; empty where nothing lacks."""
        missing = self.extra.missing if self.extra else ()
        if not missing:
            return ""
        names = ", ".join(missing)
        are = "is" if len(missing) == 1 else "are"
        return f"{self.title} needs {names}, which {are} not installed: pip install {' '.join(missing)}"


_TABLE = (
    ExportFormat(
        name="onnx",
        title="ONNX",
        source="weights",
        suffix=".onnx",
        summary="Runs without PyTorch: onnxruntime, browsers, phones, C++. One file, any batch size.",
        extra=ONNX,
        usage='session = onnxruntime.InferenceSession("FILE")\n(output,) = session.run(None, {"input": x})',
    ),
    ExportFormat(
        name="pt2",
        title="PyTorch program (.pt2)",
        source="weights",
        suffix=".pt2",
        summary="The network and its weights for torch.export.load: runs without its Python source.",
        usage='program = torch.export.load("FILE").module()\noutput = program(x)',
    ),
    ExportFormat(
        name="safetensors",
        title="Weights (.safetensors)",
        source="weights",
        suffix=".safetensors",
        summary="The state_dict as plain numbers, safe to share; NNBuilder imports them again.",
        usage='state = safetensors.torch.load_file("FILE")\nmodel.load_state_dict(state)',
    ),
    ExportFormat(
        name="state-dict",
        title="Weights (.pth)",
        source="weights",
        suffix=".pth",
        summary="The state_dict as torch.save writes it, for model.load_state_dict(torch.load(...)).",
        usage='state = torch.load("FILE", weights_only=True)\nmodel.load_state_dict(state)',
    ),
    ExportFormat(
        name="python",
        title="Training script",
        source="code",
        suffix=".py",
        summary="Data, network, loop and metrics in plain PyTorch: the same losses, digit for digit.",
        usage="python FILE --epochs 20 --lr 0.01",
    ),
    ExportFormat(
        name="notebook",
        title="Jupyter notebook",
        source="code",
        suffix=".ipynb",
        summary="The training script in explained steps, to run one after the other.",
        usage="jupyter lab FILE",
    ),
    ExportFormat(
        name="model",
        title="Network as a class",
        source="code",
        suffix=".py",
        summary="The nn.Module alone, to import into a program of your own; loads the exported weights.",
    ),
    ExportFormat(
        name="svg",
        title="SVG",
        source="drawing",
        suffix=".svg",
        summary="The drawing for papers and slides, sharp at any size and editable.",
    ),
    ExportFormat(
        name="png",
        title="PNG",
        source="drawing",
        suffix=".png",
        summary="The drawing in pixels, for the web.",
    ),
    ExportFormat(
        name="pdf",
        title="PDF",
        source="drawing",
        suffix=".pdf",
        summary="The drawing as one page, for LaTeX.",
    ),
    ExportFormat(
        name="markdown",
        title="Analysis as Markdown",
        source="report",
        suffix=".md",
        summary="The table of all layers with its totals, for a README or a report.",
    ),
    ExportFormat(
        name="csv",
        title="Analysis as CSV",
        source="report",
        suffix=".csv",
        summary="The table of all layers as plain numbers, for a spreadsheet.",
    ),
    ExportFormat(
        name="metrics",
        title="Metrics of a run (CSV)",
        source="run",
        suffix=".csv",
        summary="Loss and metric of every step and epoch of a training, one row for each step.",
        usage='table = pandas.read_csv("FILE")',
    ),
    ExportFormat(
        name="tensorboard",
        title="TensorBoard",
        source="run",
        suffix="",
        summary="A training's curves, weights and settings as a folder for tensorboard --logdir.",
        extra=TENSORBOARD,
        usage="tensorboard --logdir FILE",
    ),
)

EXPORTS: Mapping[str, ExportFormat] = {form.name: form for form in _TABLE}
"""Every way out by its name, in the order in which they are offered."""
