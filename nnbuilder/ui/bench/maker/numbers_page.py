"""Zeros, ones, steps, random numbers: a form for each word of PyTorch's that makes a tensor."""

from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.bench.maker.page import MakerPage
from nnbuilder.ui.bench.recipes import RECIPES, Recipe
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.form import ArgForm


class NumbersPage(MakerPage):
    """Chooses a recipe and its arguments, and keeps what was set of each."""

    def __init__(self) -> None:
        super().__init__("bench_maker_numbers", RECIPES[0].help)
        self._values = {recipe.name: recipe.start() for recipe in RECIPES}
        self.kind = ChoiceBox("bench_maker_kind", "What kind of numbers")
        self.kind.fill([(recipe.title, recipe) for recipe in RECIPES])
        self.form = ArgForm()
        self.fields.addRow("Numbers", self.kind)
        self.column.addWidget(self.form)
        self.column.addStretch(1)
        self.kind.activated.connect(self._show)
        self.form.edited.connect(self._set)
        self.form.reset.connect(lambda name: self._set(name, self.recipe.start()[name]))
        self._show()

    @property
    def recipe(self) -> Recipe:
        """What is chosen."""
        return RECIPES[max(self.kind.currentIndex(), 0)]

    @property
    def wish(self) -> str:
        return "a"

    def lines(self, name: str) -> tuple[str, ...]:
        return (self.recipe.line(name, self._values[self.recipe.name]),)

    def _show(self) -> None:
        self.sentence.setText(self.recipe.help)
        self.form.show_specs(self.recipe.args)
        self.form.show_values(self._values[self.recipe.name], {})
        self.changed.emit()

    def _set(self, name: str, value: ArgValue) -> None:
        self._values[self.recipe.name][name] = value
        self._show()
