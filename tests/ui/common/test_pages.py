"""Only PyTorch's documentation is ever opened."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from nnbuilder.doctor.rules import RULES
from nnbuilder.ui.common.pages import is_page, open_page, page_name


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that a browser was asked for."""
    pages: list[str] = []

    def take(url: QUrl) -> bool:
        pages.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return pages


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_of_every_rule_opens(rule: object, opened: list[str]) -> None:
    url = str(getattr(rule, "url", ""))
    assert open_page(url)
    assert opened == [url]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://docs.pytorch.org/docs",
        "https://docs.pytorch.org.example.com/docs",
        "https://user@docs.pytorch.org/docs",
        "https://docs.pytorch.org:8080/docs",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_nothing_else_does(url: str, opened: list[str]) -> None:
    assert not is_page(url)
    assert not open_page(url)
    assert opened == []


def test_pages_have_names() -> None:
    assert (
        page_name("https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html") == "torch.nn.Linear"
    )
    assert (
        page_name("https://docs.pytorch.org/tutorials/beginner/basics/data_tutorial.html") == "data tutorial"
    )
