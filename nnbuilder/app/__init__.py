"""Start-up of the window; where there is no display, the same work without one."""

from collections.abc import Sequence


def main(argv: Sequence[str] = ()) -> int:
    """Opens the window with the file that `argv` names, or the starter; answers with the exit status."""
    import gc
    import sys

    from nnbuilder.app.checks import has_display, unusable

    why = unusable()
    if why:
        sys.stderr.write(f"{why}\n")
        return 1
    if not has_display():
        from nnbuilder.app.headless import run_headless

        return run_headless(argv)
    gc.disable()  # nothing that is imported is garbage; the window's own collector starts after first paint
    from nnbuilder.app.window import run_window

    return run_window(argv)
