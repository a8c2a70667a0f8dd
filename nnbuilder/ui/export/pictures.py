"""The drawing as a picture in a file: SVG as it is written, PNG and PDF rendered from that same SVG."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from nnbuilder.catalog.colors import Scheme
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.heavy import heavy_layers
from nnbuilder.interop.looks import source_name
from nnbuilder.interop.svg import Picture, drawing_svg
from nnbuilder.project.atomic import write_atomic

if TYPE_CHECKING:
    from nnbuilder.session.session import Session

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = ("svg", "png", "pdf")
SCALES = (1, 2, 3, 4)

MOST_PIXELS = 120_000_000
"""Of a PNG; it takes four bytes for each while it is made."""

LONGEST_PAGE = 14_400.0
"""Points of a side of a PDF page: what readers can open."""

_POINTS = 0.75
"""Points for each scene unit: 96 of these are an inch, as on a screen."""


class PictureError(NNBuilderError):
    """A picture that cannot be made, with a sentence that says why."""


class PictureChoice(msgspec.Struct, frozen=True):
    """How a drawing is to be pictured; `scale` counts for PNG."""

    format: Format = "svg"
    scheme: Scheme = "light"
    transparent: bool = False
    scale: int = 2


def svg_of(
    session: "Session",
    choice: PictureChoice,
    group: NodeId | None = None,
    bars: dict[NodeId, list[float]] | None = None,
) -> str:
    """The SVG of a session's drawing, or of the inside of a group."""
    document, analysis = session.document, session.analysis
    picture = Picture(
        scheme=choice.scheme,
        transparent=choice.transparent,
        group=group,
        title=document.title,
        data=source_name(document.project.data.source),
        bars=bars or {},
        heavy=heavy_layers(analysis.report),
    )
    return drawing_svg(document.project.graph, analysis.analysis, analysis.profile, picture)


def size_of(svg: str) -> QSizeF:
    """Width and height of an SVG in scene units."""
    return QSvgRenderer(QByteArray(svg.encode())).viewBoxF().size()


def image_of(svg: str, scale: float) -> QImage:
    """An SVG in pixels; raises `PictureError` where there are too many."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = (renderer.viewBoxF().size() * scale).toSize()
    if size.width() * size.height() > MOST_PIXELS:
        pixels = f"{size.width():,} × {size.height():,} pixels"
        raise PictureError(f"That would be {pixels}: choose a smaller size, or SVG or PDF.")
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise PictureError("There is not enough memory for that size.")
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    image.setDotsPerMeterX(round(96 / 0.0254 * scale))
    image.setDotsPerMeterY(round(96 / 0.0254 * scale))
    return image


def picture_bytes(svg: str, choice: PictureChoice) -> bytes:
    """A picture as the bytes of its file; raises `PictureError`."""
    if choice.format == "svg":
        return svg.encode()
    return _pdf(svg) if choice.format == "pdf" else _png(svg, choice.scale)


def write_picture(path: Path, svg: str, choice: PictureChoice) -> None:
    """Writes a picture, whole or not at all; raises `PictureError`, or `SaveError` of the file."""
    write_atomic(path, picture_bytes(svg, choice))


def _png(svg: str, scale: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image_of(svg, scale)):
        raise PictureError("The picture could not be written as PNG.")
    return bytes(buffer.data().data())


def _pdf(svg: str) -> bytes:
    """One page of the size of the drawing, all of it as lines and text."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.viewBoxF().size() * _POINTS
    longest = max(size.width(), size.height())
    size *= min(1.0, LONGEST_PAGE / longest)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator("NNBuilder")
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    renderer.render(painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    return bytes(buffer.data().data())
