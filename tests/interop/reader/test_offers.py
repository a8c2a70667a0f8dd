"""What stands beside a network for its training, wherever and however it stands there."""

import pytest

from nnbuilder.interop.python_reader import read_source

MODEL = "model = nn.Sequential(nn.Linear(4, 3))\n"


@pytest.mark.parametrize(
    ("text", "loss", "args"),
    [
        ("loss = nn.CrossEntropyLoss(label_smoothing=0.1)", "CrossEntropyLoss", {"label_smoothing": 0.1}),
        ("from torch.nn import MSELoss as M\nf = M()", "MSELoss", {}),
        ("def step():\n    return F.mse_loss(a, b)", "MSELoss", {}),
        (
            "for e in range(3):\n    l = nn.HuberLoss(delta=2)(a, b)\n    l.backward()",
            "HuberLoss",
            {"delta": 2.0},
        ),
        ("l = F.cross_entropy(a, b)\nc = nn.NLLLoss()", "NLLLoss", {}),
        ("loss = None", "", {}),
    ],
)
def test_losses(text: str, loss: str, args: dict[str, object]) -> None:
    reading = read_source(MODEL + text)
    assert reading.ok
    assert (reading.offer.loss, dict(reading.offer.loss_args)) == (loss, args)


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("o = torch.optim.Adam(model.parameters(), lr=1e-2)", "Adam", {"lr": 0.01}),
        (
            "o = optim.SGD(model.parameters(), 0.1, 0.9, nesterov=True)",
            "SGD",
            {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        ),
        (
            "from torch.optim import AdamW\nlr = 3e-4\no = AdamW(model.parameters(), lr)",
            "AdamW",
            {"lr": 3e-4},
        ),
        (
            "def fit(lr=0.05):\n    return optim.Adam(model.parameters(), lr=lr, betas=(0.8, 0.9))",
            "Adam",
            {"lr": 0.05, "betas": (0.8, 0.9)},
        ),
        (
            "p.add_argument('--lr', default=0.5)\nargs = p.parse_args()\no = optim.SGD(m, lr=args.lr)",
            "SGD",
            {"lr": 0.5},
        ),
    ],
)
def test_optimizers(text: str, name: str, args: dict[str, object]) -> None:
    reading = read_source(MODEL + text)
    assert reading.ok
    assert reading.asked == ()
    assert (reading.offer.optimizer, dict(reading.offer.optimizer_args)) == (name, args)


@pytest.mark.parametrize(
    ("text", "batch", "epochs"),
    [
        ("BATCH_SIZE = 32\nN_EPOCHS = 7", 32, 7),
        ("l = DataLoader(d, 16)\nfor epoch in range(5):\n    pass", 16, 5),
        ("batch_size = 8\nl = torch.utils.data.DataLoader(d, batch_size=batch_size * 2)", 16, None),
        ("num_epochs = 4\nfor ep in tqdm(range(1, num_epochs + 1)):\n    loss.backward()", None, 4),
        ("def train(epochs=3, batch_size=4):\n    for i in range(epochs):\n        loss.backward()", 4, 3),
        ("for _ in range(9):\n    print(1)\nfor i in range(2):\n    x.append(i)", None, None),
        ("epochs = 0\nbatch_size = True", None, None),
        ("for epoch in range(10**12):\n    pass", None, None),
    ],
)
def test_batches_and_epochs(text: str, batch: int | None, epochs: int | None) -> None:
    offer = read_source(MODEL + text).offer
    assert (offer.batch_size, offer.epochs) == (batch, epochs)


def test_lines_are_those_of_the_text() -> None:
    text = (
        MODEL + "c = nn.MSELoss()\no = optim.SGD(model.parameters(), lr=rate)\nepochs = 3\nbatch_size = 2\n"
    )
    reading = read_source(text)
    assert reading.offer.lines == {"loss": 2, "optimizer": 3, "epochs": 4, "batch_size": 5}
    assert dict(reading.offer.optimizer_args) == {}
    assert [(problem.line, problem.severity) for problem in reading.problems] == [(3, "warning")]
    assert reading.skipped == ()


def test_what_is_not_taken_over_is_said_and_no_fault() -> None:
    text = MODEL + (
        "o = optim.SparseAdam(model.parameters())\ns = optim.lr_scheduler.StepLR(o, 3)\n"
        "c = nn.CrossEntropyLoss(weight=w)\n"
    )
    reading = read_source(text)
    assert reading.ok
    assert [problem.line for problem in reading.problems] == [2, 3, 4]
