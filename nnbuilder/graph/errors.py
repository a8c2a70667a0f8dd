"""The package's one base class for failures that are not the user's to mend by an edit."""


class NNBuilderError(Exception):
    """Something failed that the program can explain in one sentence.

    The sentence says what, where and what to do; `str(error)` is fit to be shown to a user.
    """


class EditRefused(NNBuilderError):  # noqa: N818
    """An edit cannot be applied to this graph; the graph is unchanged."""
