"""The rows of the table of actions that steer a run beyond train, pause and stop."""

from nnbuilder.ui.common.action_table import Action

STEERING = (
    Action(
        name="train.back",
        text="Go back 10 steps",
        tip="Take the run to where it was ten steps ago, bit by bit, and wait there",
        menu="Train",
        keys=("Ctrl+Shift+F10",),
        words=("undo", "rewind", "steps", "earlier"),
        separator=True,
    ),
    Action(
        name="train.slower",
        text="Learning rate ÷ 10",
        tip="Divide the learning rate of the run by ten from the next step on",
        menu="Train",
        keys=("Ctrl+Alt+Down",),
        words=("lr", "smaller", "divide"),
    ),
    Action(
        name="train.faster",
        text="Learning rate × 10",
        tip="Multiply the learning rate of the run by ten from the next step on",
        menu="Train",
        keys=("Ctrl+Alt+Up",),
        words=("lr", "larger", "multiply"),
    ),
    Action(
        name="train.more",
        text="Train on",
        tip="Go on from the end of the run for as many epochs as the setup says",
        menu="Train",
        keys=("Ctrl+F5",),
        words=("epochs", "continue", "more"),
    ),
    Action(
        name="train.branch",
        text="Branch…",
        tip="Begin a new run from the moment that is looked at, with another learning rate or optimizer",
        menu="Train",
        keys=("Ctrl+Alt+B",),
        words=("fork", "checkpoint", "lr"),
    ),
    Action(
        name="moment.earlier",
        text="Earlier moment",
        tip="Look at the moment before: weights, histograms, predictions and metrics of then",
        menu="Train",
        keys=("Ctrl+Alt+Left",),
        words=("time machine", "past", "history"),
        separator=True,
    ),
    Action(
        name="moment.later",
        text="Later moment",
        tip="Look at the moment after, at last at the present",
        menu="Train",
        keys=("Ctrl+Alt+Right",),
        words=("time machine", "future"),
    ),
    Action(
        name="moment.now",
        text="Back to the present",
        tip="Leave the past moment that is looked at",
        menu="Train",
        keys=("Ctrl+Alt+End",),
        words=("time machine", "now"),
    ),
    Action(
        name="moment.use",
        text="Use these weights",
        tip="Let the project stand at the weights of the moment that is looked at",
        menu="Train",
        words=("time machine", "take", "keep"),
    ),
)
"""Rows of the Train menu."""
