"""Pages of PyTorch's documentation, opened in the user's browser."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

HOST = "docs.pytorch.org"


def is_page(url: str) -> bool:
    """Whether an address leads into PyTorch's documentation: no other one is ever opened."""
    page = QUrl(url, QUrl.ParsingMode.StrictMode)
    plain = not page.userInfo() and page.port() == -1
    return page.isValid() and page.scheme() == "https" and page.host() == HOST and plain


def open_page(url: str) -> bool:
    """Opens a page; whether a browser took it."""
    return is_page(url) and QDesktopServices.openUrl(QUrl(url))


def page_name(url: str) -> str:
    """What a page is about, as it is called in a link: `torch.nn.Linear`, or its last word."""
    name = url.rstrip("/").rpartition("/")[2].removesuffix(".html")
    return name.replace("_", " ")
