"""The drawing as SVG, PNG and PDF."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from nnbuilder.graph.edits import SetDisabled
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.atomic import SaveError
from nnbuilder.ui.canvas.ink import Ink
from nnbuilder.ui.export.pictures import (
    MOST_PIXELS,
    PictureChoice,
    PictureError,
    image_of,
    picture_bytes,
    size_of,
    svg_of,
    write_picture,
)
from tests.ui.conftest import Stage


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("transparent", [False, True])
def test_a_png_has_the_size_and_ground_that_were_chosen(
    stage: Stage, tmp_path: Path, scheme: str, transparent: bool
) -> None:
    for scale in (1, 4):
        choice = PictureChoice("png", "dark" if scheme == "dark" else "light", transparent, scale)
        svg = svg_of(stage.session, choice)
        write_picture(tmp_path / "net.png", svg, choice)
        image = QImage(str(tmp_path / "net.png"))
        assert image.width() == round(size_of(svg).width() * scale)
        assert image.height() == round(size_of(svg).height() * scale)
        corner = image.pixelColor(1, 1)
        assert (corner.alpha() == 0) == transparent
        if not transparent:
            assert (corner.lightness() < 100) == (scheme == "dark")


def test_a_png_shows_headers_in_their_colors(stage: Stage) -> None:
    image = image_of(svg_of(stage.session, PictureChoice()), 1)
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 3)}
    assert {"#2f6fed", "#c0392b", "#64748b"} <= seen
    assert QColor("#ffffff").name() in seen


def test_a_disabled_layer_looks_as_on_the_canvas(stage: Stage) -> None:
    before = svg_of(stage.session, PictureChoice())
    stage.session.document.apply(SetDisabled((NodeId("n2"),), disabled=True))
    pen = Ink().disabled
    dashes = " ".join(f"{part * pen.widthF():g}" for part in pen.dashPattern())
    border = f'stroke="{pen.color().name()}" stroke-width="{pen.widthF():g}" stroke-dasharray="{dashes}"'
    assert border not in before
    svg = svg_of(stage.session, PictureChoice())
    assert svg.count(border) == 1
    card = stage.window.panels.canvas.canvas.cards[NodeId("n2")]
    assert f'fill="{Ink().faded(card.look.color).color().name()}"' in svg


def test_a_pdf_is_one_page(stage: Stage) -> None:
    choice = PictureChoice("pdf")
    data = picture_bytes(svg_of(stage.session, choice), choice)
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 1


def test_an_svg_is_what_was_drawn(stage: Stage, tmp_path: Path) -> None:
    choice = PictureChoice()
    svg = svg_of(stage.session, choice)
    write_picture(tmp_path / "net.svg", svg, choice)
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == svg
    assert "CrossEntropy" in svg


def test_too_many_pixels_are_refused_in_a_sentence() -> None:
    side = round((MOST_PIXELS**0.5) / 2)
    box = f'width="{side}" height="{side}" viewBox="0 0 {side} {side}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}></svg>'
    with pytest.raises(PictureError, match=r"pixels: choose a smaller size"):
        picture_bytes(svg, PictureChoice("png", scale=3))


def test_a_file_that_cannot_be_written_leaves_nothing(stage: Stage, tmp_path: Path) -> None:
    choice = PictureChoice()
    with pytest.raises(SaveError):
        write_picture(tmp_path / "missing" / "net.svg", svg_of(stage.session, choice), choice)
