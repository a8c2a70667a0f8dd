"""What is in the network, in the words of a line: parameters, activations, inputs, gradients."""

import json
import keyword

FIRST = "data:0:8"
"""The rows of a pass that are taken where none are named."""


def parameter(name: str) -> str:
    """A parameter by its name in the state_dict, as PyTorch reaches it: `model[0].weight`."""
    *path, own = name.split(".")
    text = "model"
    for part in path:
        plain = part.isidentifier() and not keyword.iskeyword(part)
        if not plain and not part.isdecimal():
            return f"model.get_parameter({quoted(name)})"
        text += f".{part}" if plain else f"[{int(part)}]"
    return f"{text}.{own}"


def recorded(kind: str, name: str, rows: str = FIRST, targets: str = "", *, train: bool = False) -> str:
    """A tensor of a pass: `kind` is activations, inputs or gradients, `name` a layer's or parameter's."""
    if rows.strip() == FIRST and not targets.strip() and not train:
        return f"{kind}[{quoted(name)}]"
    return f"{passed(rows, targets, train=train)}.{kind}[{quoted(name)}]"


def passed(rows: str = FIRST, targets: str = "", *, train: bool = False) -> str:
    """A recorded pass over some rows."""
    words = [_rows(rows)]
    words += [quoted(targets.strip())] if targets.strip() else []
    words += ["train=True"] if train else []
    return f"trace({', '.join(words)})"


def quoted(text: str) -> str:
    """A text as Python writes it."""
    return json.dumps(text, ensure_ascii=False)


def _rows(rows: str) -> str:
    """Rows as `trace` takes them; a file of numbers is opened by NumPy's own word."""
    text = rows.strip()
    if text.lower().endswith(".npy"):
        return f"torch.from_numpy(np.load({quoted(text)})).float()"
    return quoted(text)
