"""The box that makes tensors by forms; the line that does it is shown, so that it can be typed next time."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.maker.data_page import DataPage
from nnbuilder.ui.bench.maker.file_page import FilePage
from nnbuilder.ui.bench.maker.network_page import NetworkPage
from nnbuilder.ui.bench.maker.numbers_page import NumbersPage
from nnbuilder.ui.bench.maker.page import MakerPage
from nnbuilder.ui.bench.naming import fault, fresh
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.labels import value as fixed
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.tabs import FlatTabs

_SIZE = QSize(470, 430)


class MakerDialog(QDialog):
    """`entered` carries a line for the bench; the box stays open, to make another one."""

    entered = Signal(str)

    def __init__(self, bench: TensorBench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._named = ""
        self.setObjectName("bench_maker")
        self.setWindowTitle("Make a tensor")
        self.setModal(False)
        self.numbers = NumbersPage()
        self.file = FilePage(bench)
        self.data = DataPage()
        self.network = NetworkPage(bench)
        self.tabs = FlatTabs()
        self.tabs.setObjectName("bench_maker_tabs")
        self.name = QLineEdit()
        self.name.setObjectName("bench_maker_name")
        self.name.setAccessibleName("The name of the tensor")
        self.name.setToolTip("What the tensor is called on the bench")
        self.name_label = QLabel("Name")
        self.trouble = wrapping(quiet())
        self.line = wrapping(fixed(""))
        self.line.setObjectName("bench_maker_line")
        self.line.setToolTip("The line that makes it: it could be typed as well")
        self.make = PrimaryButton("Make it", "bench_maker_make")
        self.make.setToolTip("Puts the line on the bench (Enter)")
        self.make.setDefault(True)
        self.leave = PlainButton("bench_maker_close", "Close", "Leave the box")
        self._lay_out()
        self._connect()
        self.follow()

    @property
    def page(self) -> MakerPage:
        """The page in front."""
        found = self.tabs.currentWidget()
        return found if isinstance(found, MakerPage) else self.numbers

    def show_page(self, page: MakerPage) -> None:
        """Opens the box at a page."""
        self.tabs.setCurrentWidget(page)
        page.entered()
        self.follow()
        self.show()
        self.raise_()
        self.activateWindow()
        page.setFocus()

    def follow(self) -> None:
        """Shows the line that the forms lead to."""
        taken = [value.name for value in self._bench.names]
        wish = self.page.wish
        self.name.setVisible(bool(wish))
        self.name_label.setVisible(bool(wish))
        if wish and self.name.text() == self._named:
            self._named = fresh(wish, taken)
            self.name.setText(self._named)
        name = self.name.text().strip()
        wrong = fault(name) if wish else ""
        lines = () if wrong else self.page.lines(name)
        self.trouble.setText(wrong or (f"{name} will be replaced." if wish and name in taken else ""))
        self.trouble.setVisible(bool(self.trouble.text()))
        self.line.setText("\n".join(lines))
        self.make.setEnabled(bool(lines))

    def _make(self) -> None:
        for line in self.line.text().splitlines():
            self.entered.emit(line)

    def _turned(self) -> None:
        self.page.entered()
        self.follow()

    def _connect(self) -> None:
        for page in (self.numbers, self.file, self.data, self.network):
            page.changed.connect(self.follow)
        self.tabs.currentChanged.connect(self._turned)
        self.name.textEdited.connect(self.follow)
        self.make.clicked.connect(self._make)
        self.leave.clicked.connect(self.close)
        self._bench.changed.connect(self.follow)

    def _lay_out(self) -> None:
        for title, page in (
            ("Numbers", self.numbers),
            ("A file", self.file),
            ("From the data", self.data),
            ("From the network", self.network),
        ):
            self.tabs.addTab(page, title)
        self.tabs.tabBar().setAccessibleName("Where the numbers come from")
        named = QHBoxLayout()
        named.addWidget(self.name_label)
        named.addWidget(self.name, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.make)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.tabs, 1)
        column.addLayout(named)
        column.addWidget(self.trouble)
        column.addWidget(self.line)
        column.addLayout(buttons)
        self.line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.resize(_SIZE)
