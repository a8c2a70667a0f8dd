"""Pictures of a drawing without a window: the SVG as it is written, PNG and PDF by a process out of sight."""

import subprocess
import sys
from typing import Literal

import msgspec

from nnbuilder.cli.failure import Exit, stop
from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.analysis import Analysis
from nnbuilder.project.project import Project

RENDERER = "nnbuilder.ui.export.render"
"""The module that renders an SVG from its standard input; it alone imports Qt."""

LIMIT_S = 120.0
"""How long it may take."""


class Look(msgspec.Struct, frozen=True):
    """How a drawing is pictured; `scale` counts for PNG."""

    theme: Literal["light", "dark"] = "light"
    transparent: bool = False
    scale: int = 2


def picture(
    form: str, project: Project, analysis: Analysis, profile: DataProfile | None, look: Look
) -> tuple[bytes, str]:
    """The bytes of a picture, and a sentence on it; raises `CommandError` where it cannot be rendered."""
    from nnbuilder.graph.placing import placed
    from nnbuilder.graph.report.heavy import heavy_layers
    from nnbuilder.graph.report.rows import report_of
    from nnbuilder.interop.looks import source_name
    from nnbuilder.interop.svg import Picture, drawing_svg

    training = project.training
    chosen = Picture(
        scheme=look.theme,
        transparent=look.transparent,
        data=source_name(project.data.source),
        heavy=heavy_layers(report_of(analysis, training.batch_size, None, training.optimizer)),
    )
    graph = placed(project.graph, "wrapped")
    data = drawing_svg(graph, analysis, profile, chosen).encode()
    told = f"{len(graph.nodes):,} cards, with shapes as torch computes them."
    return (data if form == "svg" else _rendered(data, form, look.scale)), told


def _rendered(svg: bytes, form: str, scale: int) -> bytes:
    line = [sys.executable, "-P", "-m", RENDERER, form, str(scale)]
    try:
        done = subprocess.run(  # noqa: S603  (our own program)
            line, input=svg, capture_output=True, check=False, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired as error:
        raise stop(
            Exit.ENVIRONMENT, "picture", f"The picture was not ready within {LIMIT_S:.0f} s."
        ) from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines() or ["Qt could not be started."]
        text = f"The picture cannot be rendered: {words[-1]} SVG needs no window: --to svg."
        raise stop(Exit.ENVIRONMENT, "picture", text)
    return done.stdout
