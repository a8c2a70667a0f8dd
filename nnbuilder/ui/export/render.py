"""Renders the SVG on standard input, out of sight: `python -m nnbuilder.ui.export.render png 2`.

The command line starts it, because it does not import Qt itself.
"""

import os
import sys
from collections.abc import Sequence


def main(words: Sequence[str]) -> int:
    """Writes a picture to standard output; answers 1, and says why on standard error, where it cannot."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    from nnbuilder.graph.errors import NNBuilderError
    from nnbuilder.ui.export.pictures import PictureChoice, picture_bytes

    form, scale = words
    _application = QGuiApplication(["nnbuilder"])
    svg = sys.stdin.buffer.read().decode()
    try:
        data = picture_bytes(svg, PictureChoice("pdf" if form == "pdf" else "png", scale=int(scale)))
    except NNBuilderError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
