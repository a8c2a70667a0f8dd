"""What the metrics of a run are called, and one sentence on what each of them tells."""

_WORDS = {
    "accuracy": ("Accuracy", "The share of samples that are taken for the right class: higher is better."),
    "r2": ("R²", "The share of the target's spread that is explained: 1 is perfect, 0 a constant guess."),
    "balanced_accuracy": (
        "Balanced accuracy",
        "The mean share of right answers of all classes, so that rare ones count as much.",
    ),
    "macro_f1": ("Macro F1", "Precision and recall in one, as the mean over the classes: higher is better."),
    "mae": ("MAE", "How far a prediction is off on average, in the target's unit: lower is better."),
    "rmse": ("RMSE", "Like MAE, but large errors weigh more, in the target's unit: lower is better."),
}


def metric_title(name: str) -> str:
    """A metric as people write it."""
    if name.startswith("top") and name.endswith("_accuracy"):
        return f"Top-{name.removeprefix('top').removesuffix('_accuracy')} accuracy"
    return _WORDS[name][0] if name in _WORDS else name.replace("_", " ").capitalize()


def metric_sentence(name: str) -> str:
    """What a metric tells."""
    if name.startswith("top") and name.endswith("_accuracy"):
        most = name.removeprefix("top").removesuffix("_accuracy")
        return f"The share of samples whose class is among the {most} most likely: higher is better."
    return _WORDS[name][1] if name in _WORDS else "A score of the validation part after each epoch."
