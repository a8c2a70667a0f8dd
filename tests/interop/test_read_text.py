"""Any text goes through one door."""

from nnbuilder.interop.read_text import read_text


def test_python_is_read() -> None:
    reading = read_text("nn.Sequential(nn.Linear(4, 16), nn.ReLU())")
    assert reading.ok
    assert [layer.type for layer in reading.layers] == ["Linear", "ReLU"]
