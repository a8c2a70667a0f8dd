"""The table of all templates, and projects started from them."""

from collections.abc import Callable

import msgspec

from nnbuilder.data.spec import BuiltinData, BuiltinName, DataProfile, DataSpec
from nnbuilder.graph.layout import Style
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.templates import images, sequences, tables
from nnbuilder.templates.design import Design, drawing
from nnbuilder.templates.fit import Fit, fit_of, known_fit


class Template(msgspec.Struct, frozen=True):
    """A network that fits itself to data: its name on the command line, a title and what it is for.

    `draw` makes it for some data, `data` and `training` are what it starts with where nobody chose others.
    `reconstruct` and `standardize` say what it needs of any data, None where it does not matter.
    """

    name: str
    title: str
    summary: str
    draw: Callable[[Fit], Design]
    data: DataSpec
    training: TrainingConfig
    reconstruct: bool | None = None
    standardize: bool | None = None


def start(
    template: Template,
    project: Project | None = None,
    profile: DataProfile | None = None,
    style: Style = "wrapped",
) -> Project:
    """A new project from a template, on the data of this one where one is given.

    `profile` is what is known of that project's data once they were loaded. Seed, device and threads are kept
    as well.
    """
    if project is None:
        return _project(template, template.data, known_fit(template.data), template.training, style)
    data = _suited(template, project.data)
    fit = known_fit(data)
    if profile is not None:
        fit = msgspec.structs.replace(fit_of(profile), words=fit.words if fit else 0)
    kept = project.training
    training = msgspec.structs.replace(
        template.training, seed=kept.seed, device=kept.device, threads=kept.threads
    )
    return _project(template, data, fit, training, style)


def promise(project: Project | None, profile: DataProfile | None = None) -> str:
    """What `start` does with the data of this project, as a sentence for who is about to choose."""
    if project is None:
        return "Each comes with data to try it on. In a project with data it fits itself to those."
    fit = known_fit(project.data) if profile is None else fit_of(profile)
    if fit is None:
        return "Each keeps the data of this project."
    title = "the data of this project" if profile is None else profile.title
    comes = "×".join(map(str, fit.shape)) if len(fit.shape) > 1 else _counted(fit.features, "number")
    goes = _counted(fit.classes, "class") if fit.classes else _counted(fit.values, "number")
    return f"Each keeps {title} and fits itself: {comes} in, {goes} out."


def _counted(count: int, word: str) -> str:
    plural = f"{word}es" if word.endswith("s") else f"{word}s"
    return f"{count:,} {word if count == 1 else plural}"


def _suited(template: Template, data: DataSpec) -> DataSpec:
    """The data as this template needs them."""
    if template.reconstruct is not None:
        data = msgspec.structs.replace(data, reconstruct=template.reconstruct)
    if template.standardize is not None:
        data = msgspec.structs.replace(data, standardize=template.standardize)
    return data


def _project(
    template: Template, data: DataSpec, fit: Fit | None, training: TrainingConfig, style: Style
) -> Project:
    fit = fit or known_fit(template.data) or Fit((4,), 3)
    if fit.rows:
        training = msgspec.structs.replace(training, batch_size=min(training.batch_size, fit.rows))
    return Project(drawing(template.draw(fit), style), data, training)


def _on(name: BuiltinName, *, standardize: bool = True, reconstruct: bool = False) -> DataSpec:
    return DataSpec(BuiltinData(name), standardize=standardize, reconstruct=reconstruct)


def _adam(lr: float, epochs: int, batch_size: int = 32, weight_decay: float = 0.0) -> TrainingConfig:
    args = {"lr": lr, **({"weight_decay": weight_decay} if weight_decay else {})}
    return TrainingConfig("Adam", args, batch_size, epochs)


TEMPLATES = (
    Template(
        "logistic_regression",
        "Logistic regression",
        "One Linear layer: how far straight lines part the classes. A good first try.",
        tables.logistic_regression,
        _on("breast_cancer"),
        _adam(0.01, 60),
    ),
    Template(
        "mlp",
        "MLP for classes",
        "Two hidden layers tell classes apart by the columns of a table.",
        tables.mlp,
        _on("iris"),
        _adam(0.01, 60, 16),
    ),
    Template(
        "mlp_regression",
        "MLP for regression",
        "Two smooth hidden layers predict a number from the columns of a table.",
        tables.regression_mlp,
        _on("diabetes"),
        _adam(0.003, 60, weight_decay=0.01),
    ),
    Template(
        "deep_mlp",
        "Deep MLP",
        "Four blocks with normalization and dropout, which keep depth trainable.",
        tables.deep_mlp,
        _on("digits"),
        _adam(0.001, 30),
    ),
    Template(
        "autoencoder",
        "Autoencoder",
        "Squeezes samples into a few numbers and makes them again. Needs no classes.",
        tables.autoencoder,
        _on("digits", reconstruct=True),
        _adam(0.003, 40),
        reconstruct=True,
    ),
    Template(
        "small_cnn",
        "Small CNN",
        "Two convolutions with pooling find shapes wherever they are in an image.",
        images.small_cnn,
        _on("digits"),
        _adam(0.002, 20),
    ),
    Template(
        "lenet_5",
        "LeNet-5",
        "Read handwritten cheques in 1998. Scales other images to its 32 by 32.",
        images.lenet_5,
        _on("digits"),
        _adam(0.001, 20),
    ),
    Template(
        "all_convolutional",
        "All-convolutional net",
        "Only convolutions: strides instead of pooling, a mean instead of Linear.",
        images.all_convolutional,
        _on("digits"),
        _adam(0.002, 20),
    ),
    Template(
        "cnn_1d",
        "1-D CNN",
        "Convolutions along a signal or time series: one sample, one sequence.",
        sequences.cnn_1d,
        _on("digits"),
        _adam(0.003, 30),
    ),
    Template(
        "text_classifier",
        "Text classifier",
        "Embedding and GRU read word by word. Until texts load, numbers stand in.",
        sequences.text_classifier,
        _on("digits", standardize=False),
        _adam(0.01, 30),
        standardize=False,
    ),
)
"""All templates, the simplest first."""

BY_NAME = {template.name: template for template in TEMPLATES}
