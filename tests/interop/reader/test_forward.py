"""Forwards that are a chain, each with the layers that a person would draw, and those that are none."""

import pytest

from nnbuilder.interop.python_reader import read_source
from tests.interop.reader.shown import errors, forward, network, shown

ONE, TWO = "fc1=Linear(4, 8)", "fc2=Linear(8, 2)"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["return self.fc2(F.relu(self.fc1(x)))"], f"{ONE}, ReLU(), {TWO}"),
        (["x = self.fc1(x)", "x = torch.relu(x)", "return self.fc2(x)"], f"{ONE}, ReLU(), {TWO}"),
        (
            ["h = self.fc1(x).tanh()", "return self.fc2(h).softmax(dim=-1)"],
            f"{ONE}, Tanh(), {TWO}, Softmax(-1)",
        ),
        (["return F.leaky_relu(self.fc1(x), 0.2, inplace=True)"], f"{ONE}, LeakyReLU(0.2, True)"),
        (["return nn.functional.gelu(self.fc1(x), approximate='tanh')"], f"{ONE}, GELU('tanh')"),
        (["return F.log_softmax(self.fc1(x), dim=1)"], f"{ONE}, LogSoftmax(1)"),
        (["return F.dropout(self.fc1(x), 0.2, self.training)"], f"{ONE}, Dropout(0.2)"),
        (["return F.dropout(self.fc1(x), p=0.2, training=self.training)"], f"{ONE}, Dropout(0.2)"),
        (["return self.fc1(F.dropout(x, 0.9, False))"], ONE),
        (["return self.fc1(torch.flatten(x, 1))"], f"Flatten(), {ONE}"),
        (["return self.fc1(torch.flatten(x, start_dim=1))"], f"Flatten(), {ONE}"),
        (["return self.fc1(x.flatten(1))"], f"Flatten(), {ONE}"),
        (["return self.fc1(torch.flatten(x))"], f"Flatten(0), {ONE}"),
        (["x = x.view(x.size(0), -1)", "return self.fc1(x)"], f"Flatten(), {ONE}"),
        (["x = x.reshape(x.shape[0], -1)", "return self.fc1(x)"], f"Flatten(), {ONE}"),
        (["n = x.size(0)", "return self.fc1(x.view(n, -1))"], f"Flatten(), {ONE}"),
        (["n, c, h, w = x.shape", "return self.fc1(x.view(n, -1))"], f"Flatten(), {ONE}"),
        (["return self.fc1(x.view(len(x), -1))"], f"Flatten(), {ONE}"),
        (["return self.fc1(x.view(-1, 4))"], f"Flatten(), {ONE}"),
        (["return self.fc1(x).view(-1, 2, 2, 2)"], f"{ONE}, Unflatten(1, (2, 2, 2))"),
        (["return self.fc1(x).unsqueeze(1)"], f"{ONE}, Unflatten(1, (1, -1))"),
        (["return self.fc1(F.max_pool2d(x, 2))"], f"MaxPool2d(2), {ONE}"),
        (["return self.fc1(F.max_pool2d(x, (2, 2), stride=1))"], f"MaxPool2d((2, 2), 1), {ONE}"),
        (["return F.adaptive_avg_pool2d(x, 1).flatten(1)"], "AdaptiveAvgPool2d(1), Flatten()"),
        (["return x.mean([2, 3])"], "AdaptiveAvgPool2d(1), Flatten()"),
        (["return x.mean(dim=(-2, -1), keepdim=True)"], "AdaptiveAvgPool2d(1)"),
        (["return F.interpolate(x, scale_factor=2, mode='nearest')"], "Upsample(2.0)"),
        (["return F.pad(x, (1, 1, 2, 2))"], "ConstantPad2d((1, 1, 2, 2), 0.0)"),
        (["return F.pad(x, (1, 1), mode='reflect')"], "ReflectionPad1d((1, 1))"),
        (["return self.fc1(x.float().contiguous().to(self.device))"], ONE),
        (["print(x.shape)", "assert x.dim() == 2", "return self.fc1(x)"], ONE),
        (["'''Doc.'''", "logits: torch.Tensor = self.fc1(x)", "return logits"], ONE),
        (
            ["for layer in [self.fc1, self.fc2]:", "    x = F.relu(layer(x))", "return x"],
            "Linear(4, 8), ReLU(), Linear(8, 2), ReLU()",
        ),
        (["unused = self.fc2(x)", "return self.fc1(x)"], ONE),
        (["return self.fc1.forward(x)"], "Linear(4, 8)"),
        (["out, _ = self.rnn(x)", "return out"], "rnn=LSTM(4, 8, True)"),
        (
            ["out, (h, c) = self.rnn(x)", "return self.fc2(out[:, -1, :])"],
            f"rnn=LSTM(4, 8, True, 'last'), {TWO}",
        ),
        (["_, (h, _) = self.rnn(x)", "return self.fc2(h[-1])"], f"rnn=LSTM(4, 8, True, 'last'), {TWO}"),
        (
            [
                "h0 = torch.zeros(1, x.size(0), 8).to(x.device)",
                "out, _ = self.rnn(x, (h0, h0))",
                "return out",
            ],
            "rnn=LSTM(4, 8, True)",
        ),
        (
            ["_, h = self.both(x)", "return torch.cat((h[-2], h[-1, :, :]), dim=1)"],
            "both=GRU(4, 8, True, 'last')",
        ),
    ],
)
def test_a_chain_is_read(lines: list[str], expected: str) -> None:
    assert network(forward(*lines)) == expected


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["return x + self.fc1(x)"], 9, "skip connection"),
        (["y = self.fc1(x)", "y += x", "return y"], 10, "skip connection"),
        (["return torch.cat([self.fc1(x), x], dim=1)"], 9, "joined"),
        (["return self.fc1(x), x"], 8, "several values"),
        (["return self.fc1(x) * 2"], 9, "Arithmetic"),
        (["return -self.fc1(x)"], 9, "Arithmetic"),
        (["return x @ self.fc1.weight.T"], 9, "Arithmetic"),
        (["return self.fc1(x)[:, 0]"], 9, "part of a tensor"),
        (["return self.fc1(x.permute(0, 2, 1))"], 9, "permute"),
        (["return self.fc1(x.transpose(1, 2))"], 9, "transpose"),
        (["return self.fc3(x)"], 9, "self.fc3"),
        (["return F.rellu(self.fc1(x))"], 9, "Did you mean relu?"),
        (["return self.fc1(x, x)"], 9, "Several tensors"),
        (["if self.training:", "    x = self.fc1(x)", "return x"], 9, "one way or another"),
        (["if x.shape[1] > 3:", "    return self.fc1(x)", "return x"], 9, "one way or another"),
        (["x = x.squeeze()", "return self.fc1(x)"], 9, "squeeze"),
        (["return self.fc1(x.view(3, -1))"], 9, "mixes samples"),
        (["return 3"], 8, "not what went through"),
        (["self.fc1(x)"], 8, "not what went through"),
        (["_, h = self.both(x)", "return h[-1]"], 10, "one direction of two"),
        (["out, _ = self.both(x)", "return out[:, -1]"], 10, "last step"),
        (["return self.fc2(self.rnn(x))"], 9, "several tensors"),
        (["out, _ = self.rnn(x, x)", "return out"], 9, "Several tensors"),
        (["s = torch.randn(1, 2, 8)", "out, _ = self.rnn(x, s)", "return out"], 10, "starts with zeros"),
    ],
)
def test_what_is_no_chain_is_said_with_its_line(lines: list[str], line: int, words: str) -> None:
    (found,) = errors(forward(*lines))
    assert found[0] == line
    assert words in found[1]
    assert not read_source(forward(*lines)).ok


def test_two_inputs_are_no_chain() -> None:
    ((line, message),) = errors(forward("return x").replace("forward(self, x)", "forward(self, x, y)"))
    assert (line, message[:28]) == (8, "This forward takes 2 tensors")
    optional = forward("return self.fc1(x)").replace("forward(self, x)", "forward(self, x, mask=None)")
    assert network(optional) == ONE


def test_every_fault_of_a_class_is_said_at_once() -> None:
    text = forward("return F.rellu(self.fc1(x))").replace("nn.Linear(4, 8)", "nn.Linaer(4, 8)")
    text = text.replace("nn.Linear(8, 2)", "nn.Linear(8, out_feature=2)")
    assert [line for line, _ in errors(text)] == [4, 5, 9]


def test_a_class_without_forward_is_told_so() -> None:
    text = forward("return self.fc1(x)").replace("def forward", "def foward")
    ((line, message),) = errors(text)
    assert line == 1
    assert "Net has no forward" in message
    assert "foward" in message


def test_what_a_forward_does_without_is_skipped() -> None:
    reading = read_source(forward("return self.fc1(x)"))
    assert [(skipped.line, skipped.why) for skipped in reading.skipped] == [
        (line, "The forward does not use this.") for line in (5, 6, 7)
    ]


def test_the_same_module_used_twice_is_said() -> None:
    reading = read_source(forward("return self.fc1(self.fc1(x))"))
    assert shown(reading.layers) == f"{ONE}, Linear(4, 8)"
    (problem,) = reading.problems
    assert (problem.line, problem.severity) == (9, "warning")
    assert "shared" in problem.message


def test_squeeze_at_the_end_is_left_out_and_said() -> None:
    reading = read_source(forward("return self.fc1(x).squeeze(-1)"))
    assert shown(reading.layers) == ONE
    assert [problem.severity for problem in reading.problems] == ["warning"]
