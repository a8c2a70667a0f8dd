"""What a notebook does with a trained network: a plot of its course and one prediction."""

from nnbuilder.interop.pretty import Bracket, assigned, quoted
from nnbuilder.interop.script.plan import Plan

_PLOT = """\
try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None
    print("The plot needs matplotlib: pip install matplotlib")

if plt is not None:
    columns = list(zip(*history, strict=True))
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(columns[0], label="training")
    right.plot(columns[1], label="training")
{validation}    left.set(xlabel="epoch", ylabel="loss")
    right.set(xlabel="epoch", ylabel="{metric}")
    left.legend()
    plt.show()
"""

_VALIDATION = """\
    left.plot(columns[2], label="validation")
    right.plot(columns[3], label="validation")
"""

_PREDICT = """\
x, y = parts["{part}"]
model.eval()
with torch.inference_mode():
    output = model(x[:1]{clone})
"""

_SCORES = {
    "NLLLoss": "probabilities = output.exp()[0]",
    "CrossEntropyLoss": "probabilities = output.softmax(dim=1)[0]",
    "BCEWithLogitsLoss": "probability = output.sigmoid().item()",
    "BCELoss": "probability = output.item()",
}
"""How an output becomes probabilities; other losses know none."""

_LEADER = """\
scores = output[0]
best = int(scores.argmax())
print(f"The network says {{CLASSES[best]}}, with score {{scores[best]:.3f}}.")
print(f"Right is {{CLASSES[int(y[0])]}}.")
"""

_CHOICE = """\
{scores}
best = int(probabilities.argmax())
print(f"The network says {{CLASSES[best]}}, with probability {{probabilities[best]:.3f}}.")
print(f"Right is {{CLASSES[int(y[0])]}}.")
"""

_EITHER = """\
{scores}  # that it is the second class
print(f"The network says {{CLASSES[int(probability > 0.5)]}}, at {{probability:.3f}}.")
print(f"Right is {{CLASSES[int(y[0, 0])]}}.")
"""

_UNITS = """\
print("The network says", target_scaler.inverse_transform(output.cpu().numpy())[0, 0])
print("Right is", target_scaler.inverse_transform(y[:1].cpu().numpy())[0, 0])
"""

_PLAIN = """\
print("The network says", output[0].tolist())
print("Right is", y[0].tolist())
"""


def plot_code(plan: Plan) -> str:
    """A plot of losses and metric, where matplotlib is there."""
    return _PLOT.format(metric=plan.metric, validation=_VALIDATION if plan.validated else "")


def prediction_code(plan: Plan) -> str:
    """The network's answer to the first sample of the validation part, and the right one."""
    part = "validation" if plan.validated else "train"
    code = _PREDICT.format(part=part, clone=".clone()" if plan.changes_input else "")
    if plan.values or plan.profile is None:
        return code + (_UNITS if plan.scaled else _PLAIN)
    classes = Bracket("", "[]", tuple(quoted(name) for name in plan.profile.classes))
    shown = _CHOICE if plan.form == "class index" else _EITHER
    scores = _SCORES.get(plan.loss)
    answer = _LEADER.format() if scores is None else shown.format(scores=scores)
    return f"{assigned('CLASSES', classes)}\n\n{code}{answer}"
