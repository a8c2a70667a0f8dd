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


def has_data(project: Project) -> bool:
    """Whether somebody chose the data of a project, or works with those that it started with."""
    return project.data != DataSpec() or bool(project.graph.nodes)


def start(
    template: Template,
    project: Project | None = None,
    profile: DataProfile | None = None,
    style: Style = "wrapped",
) -> Project:
    """A new project from a template, on the data of this one where it has any.

    `profile` is what is known of that project's data once they were loaded. Seed, device and threads are kept
    as well.
    """
    if project is None or not has_data(project):
        return _project(template, template.data, known_fit(template.data), template.training, style)
    data = _suited(template, project.data)
    fit = known_fit(data) if profile is None else fit_of(profile)
    kept = project.training
    training = msgspec.structs.replace(
        template.training, seed=kept.seed, device=kept.device, threads=kept.threads
    )
    return _project(template, data, fit, training, style)


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
        "One Linear layer and nothing hidden: how far straight lines part the classes. Start here.",
        tables.logistic_regression,
        _on("breast_cancer"),
        _adam(0.01, 60),
    ),
    Template(
        "mlp",
        "MLP for classes",
        "Two hidden layers that tell classes apart by the columns of a table.",
        tables.mlp,
        _on("iris"),
        _adam(0.01, 60, 16),
    ),
    Template(
        "mlp_regression",
        "MLP for regression",
        "Two hidden layers with smooth activations that predict a number.",
        tables.regression_mlp,
        _on("diabetes"),
        _adam(0.003, 60, weight_decay=0.01),
    ),
    Template(
        "deep_mlp",
        "Deep MLP",
        "Four equal blocks with normalization and dropout, which keep a deep network trainable.",
        tables.deep_mlp,
        _on("digits"),
        _adam(0.001, 30),
    ),
    Template(
        "autoencoder",
        "Autoencoder",
        "Squeezes each sample into a few numbers and makes it of them again: no classes needed.",
        tables.autoencoder,
        _on("digits", reconstruct=True),
        _adam(0.003, 40),
        reconstruct=True,
    ),
    Template(
        "small_cnn",
        "Small CNN",
        "Two convolutions with pooling: finds edges and shapes wherever they are in an image.",
        images.small_cnn,
        _on("digits"),
        _adam(0.002, 20),
    ),
    Template(
        "lenet_5",
        "LeNet-5",
        "The network that read handwritten cheques in 1998; other image sizes are scaled to its 32 by 32.",
        images.lenet_5,
        _on("digits"),
        _adam(0.001, 20),
    ),
    Template(
        "all_convolutional",
        "All-convolutional net",
        "Nothing but convolutions: strides in place of pooling, a mean in place of the last layer.",
        images.all_convolutional,
        _on("digits"),
        _adam(0.002, 20),
    ),
    Template(
        "cnn_1d",
        "1-D CNN",
        "Convolutions along a signal or time series; each sample is read as one sequence.",
        sequences.cnn_1d,
        _on("digits"),
        _adam(0.003, 30),
    ),
    Template(
        "text_classifier",
        "Text classifier",
        "Embedding and GRU read words one by one. Until texts can be loaded, numbers stand in for words.",
        sequences.text_classifier,
        _on("digits", standardize=False),
        _adam(0.01, 30),
        standardize=False,
    ),
)
"""All templates, the simplest first."""

BY_NAME = {template.name: template for template in TEMPLATES}
