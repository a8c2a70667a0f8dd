"""The curves of the window's run and of the runs laid over it, as the settings want them."""

from PySide6.QtCore import QObject, Signal

from nnbuilder.session.run import Run
from nnbuilder.session.series import Series
from nnbuilder.ui.plots.course import Course, live_course, score_names
from nnbuilder.ui.plots.curve import Curve, Listed
from nnbuilder.ui.plots.ruler import Ruler
from nnbuilder.ui.plots.settings import CurveSettings
from nnbuilder.ui.plots.smooth import Smoothed

Curves = tuple[Curve, ...]


class RunCurves(QObject):
    """Follows a run and the settings.

    `changed` says that there are other curves to draw, `grown` that the same ones have other points, `began`
    that another run is followed.
    """

    began = Signal()
    changed = Signal()
    grown = Signal()

    def __init__(self, run: Run, settings: CurveSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self._run = run
        self._live = live_course(run)
        self._shape = (0, "")
        self._means: dict[int, Smoothed] = {}
        run.state_changed.connect(self.refresh)
        run.progressed.connect(self.refresh)
        run.epoch_ended.connect(self.refresh)
        settings.changed.connect(self._adopt)

    @property
    def courses(self) -> tuple[Course, ...]:
        """The runs that are laid over, and the window's, which is drawn in front of them."""
        return (*self.settings.overlays, self._live)

    @property
    def metric(self) -> str:
        """The metric of each step, by its name; empty before the first run."""
        known = (course.metric for course in reversed(self.courses))
        return next(filter(None, known), "")

    @property
    def scores(self) -> tuple[str, ...]:
        """More scores that are kept after each epoch, by their names."""
        return score_names(self.courses)

    def losses(self) -> Curves:
        """Loss of training, and of validation after each epoch."""
        return tuple(
            curve
            for course in self.courses
            for curve in (*self._trained(course, course.losses), self._validated(course, course.epochs.loss))
        )

    def metrics(self) -> Curves:
        """The metric of the task, in training and after each epoch in validation."""
        return tuple(
            curve
            for course in self.courses
            if course.metric == self.metric
            for curve in (
                *self._trained(course, course.metrics),
                self._validated(course, course.epochs.metric),
            )
        )

    def of_score(self, name: str) -> Curves:
        """One more score after each epoch."""
        held = ((course, course.epochs.scores.get(name)) for course in self.courses)
        return tuple(self._validated(course, series) for course, series in held if series is not None)

    def rates(self) -> Curves:
        """The learning rate."""
        return tuple(self._read("rate", course, course.readings.rates) for course in self.courses)

    def norms(self) -> Curves:
        """The norm of the gradients."""
        return tuple(self._read("norm", course, course.readings.norms) for course in self.courses)

    def follow(self) -> bool:
        """Brings means and epochs up to date, just before they are drawn; whether they are now."""
        self._live.follow()
        for smooth in self._means.values():
            smooth.follow()
        return not any(smooth.behind for smooth in self._means.values())

    def refresh(self) -> None:
        """Looks at what became of the run."""
        run = self._run
        if self._live.losses is not run.losses or self._shape != (run.steps_per_epoch, run.metric):
            other = self._live.losses is not run.losses
            self._shape = (run.steps_per_epoch, run.metric)
            self._live = live_course(run)
            self._adopt()
            if other:
                self.began.emit()
            return
        for smooth in self._means.values():
            smooth.series.truncate(len(smooth.source))
        self._live.epochs.cut()
        known = len(self._live.epochs.scores)
        self._live.follow()
        if len(self._live.epochs.scores) != known:
            self.changed.emit()
        else:
            self.grown.emit()

    def _adopt(self) -> None:
        """Draws other curves; means that are taken over as much as before stay."""
        before, self._means = self._means, {}
        for course in self.courses:
            window = self._window(course)
            for series in (course.losses, course.metrics):
                old = before.get(id(series))
                keep = old is not None and old.source is series and old.window == window
                if window > 1:
                    self._means[id(series)] = old if keep and old is not None else Smoothed(series, window)
        self.changed.emit()

    def _window(self, course: Course) -> int:
        """Over how many steps the mean is taken."""
        return max(1, round(self.settings.epochs * course.per_epoch))

    def _ruler(self, course: Course) -> Ruler:
        return Ruler(self.settings.unit, course.per_epoch, course.readings)

    def _trained(self, course: Course, series: Series) -> Curves:
        """Every step faintly, with its mean over it; runs laid over show the mean alone."""
        ruler, smooth = self._ruler(course), self._means.get(id(series))
        if smooth is None:
            return (Curve("train", "train", series, course.token, ruler=ruler, width=1.2, run=course.title),)
        mean = Curve(
            "train",
            "train",
            smooth.series,
            course.token,
            ruler=ruler,
            run=course.title,
            column=f"train, mean of {smooth.window} steps",
        )
        if course.title:
            return (mean,)
        raw = Curve("", "", series, course.token, ruler=ruler, alpha=0.32, width=1.0, column="train")
        return raw, mean

    def _validated(self, course: Course, series: Series) -> Curve:
        token = course.token if course.title else "validation"
        over = bool(course.title)
        ruler = self._ruler(course)
        return course.epochs.curve("validation", series, token, ruler, dashed=over, run=course.title)

    def _read(self, word: str, course: Course, series: Series) -> Curve:
        readings = course.readings
        places = Listed(lambda: readings.steps)
        return Curve(word, word, series, course.token, places, self._ruler(course), run=course.title)
