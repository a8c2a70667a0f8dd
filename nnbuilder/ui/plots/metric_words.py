"""What the metrics of a run are called, and one sentence on what each of them tells."""

_WORDS = {
    "accuracy": ("Accuracy", "The share of right answers: higher is better."),
    "r2": ("R²", "Spread of the target that is explained: 1 is all."),
    "balanced_accuracy": (
        "Balanced accuracy",
        "Right answers as the mean over the classes.",
    ),
    "macro_f1": ("Macro F1", "Precision and recall in one, mean of the classes."),
    "mae": ("MAE", "How far predictions are off on average."),
    "rmse": ("RMSE", "How far predictions are off; large errors weigh more."),
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
        return f"How often the class is among the {most} most likely."
    return _WORDS[name][1] if name in _WORDS else "A score of the validation part after each epoch."
