"""Logistic regression two ways on the project's data: coefficients side by side, and one boundary."""

from collections.abc import Iterator

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.protocol.algebra import Regress, Regressed
from nnbuilder.session.session import Session
from nnbuilder.ui.algebra import words
from nnbuilder.ui.algebra.asking import AskingPage
from nnbuilder.ui.algebra.boundary import LINES, BoundaryView
from nnbuilder.ui.algebra.matrix import MatrixTable
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.plot_frame import PlotFrame

_STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)


_BOTH = "Thick is PyTorch's, dashed scikit-learn's."


class RegressionPage(AskingPage):
    """Fits one Linear by PyTorch and by scikit-learn."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("algebra.regression", session, parent)
        self.found: Regressed | None = None
        self.strength = ChoiceBox(
            "algebra.strength", "scikit-learn's C: the smaller, the more large weights cost"
        )
        self.strength.fill((f"C = {one:g}", one) for one in _STRENGTHS)
        self.strength.show_value(1.0)
        self.again = PlainButton(
            "algebra.again", "Look again", "Fit both anew, and read the network as it stands now"
        )
        self.table = MatrixTable("algebra.coefficients", "Coefficients of both ways, side by side")
        self.decay = wrapping(quiet(""))
        self.decay.setObjectName("algebra.decay")
        self.standing = wrapping(quiet("", factor=1.0))
        self.standing.setObjectName("algebra.standing")
        self.view = BoundaryView()
        self.frame = PlotFrame(
            "algebra_boundary_plot",
            "The boundary",
            _BOTH,
            self.view,
            table=self._csv,
            paint=self.view.paint,
        )
        self._lay_out()
        self.strength.activated.connect(lambda _row: self.stale())
        self.again.clicked.connect(self.stale)

    def request(self) -> Regress:
        base, runs = self.places()
        return Regress(self.session.document.project, base, runs, float(self.strength.currentData()))

    def show_answer(self, answer: Regressed) -> None:
        self.found = answer
        self.say(words.verdict(answer))
        down, rows = _rows(answer)
        names = tuple(fit.name for fit in answer.fits)
        self.table.numbers.show(rows, (*names[:2], "difference", *names[2:]), down, 2)
        how = (f"{fit.name}: {words.worth(fit)}" for fit in answer.fits)
        self.table.fit()
        self.decay.setText(
            "\n".join(
                (*how, f"C is weight_decay = {answer.decay:.3g} on the weights in PyTorch.", *answer.notes)
            )
        )
        self.standing.setText(words.standing(answer))
        self.view.show_found(answer)
        self.frame.setVisible(bool(answer.points))
        self.frame.set_sentence(_BOTH if len(names) < 3 else f"{_BOTH[:-1]}, dotted your network's now.")
        self.frame.captions = tuple((name, token) for name, (token, *_) in zip(names, LINES, strict=False))

    def _csv(self) -> Iterator[str]:
        found = self.found
        yield "x,y,class\n"
        if found is not None:
            for (x, y), target in zip(found.points, found.targets, strict=True):
                yield f"{x!r},{y!r},{target}\n"

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        top = QHBoxLayout()
        top.addWidget(heading("Coefficients"), 1)
        top.addWidget(self.strength)
        top.addWidget(self.again)
        left.addLayout(top)
        left.addWidget(self.table, 3)
        for part in (self.decay, self.standing):
            left.addWidget(part)
        left.addStretch()
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addLayout(left, 1)
        row.addWidget(self.frame, 1)
        self.content.hide()


def _rows(found: Regressed) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
    """A row for each coefficient: its name, what each way has for it, and how far the first two are apart."""
    one = found.fits[0]
    down, rows = [], []
    for place in range(len(one.weight)):
        label = f"{found.classes[place]}: " if len(one.weight) > 1 else ""
        for index, feature in enumerate(found.features):
            down.append(f"{label}{feature}")
            rows.append((*(fit.weight[place][index] for fit in found.fits),))
        down.append(f"{label}bias")
        rows.append((*(fit.bias[place] for fit in found.fits),))
    return tuple(down), tuple((*row[:2], abs(row[0] - row[1]), *row[2:]) for row in rows)
