"""The group of all commands, and the one place where failures become exit codes."""

import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import click

from nnbuilder import __version__
from nnbuilder.cli.answers import failure_answer
from nnbuilder.cli.check import check
from nnbuilder.cli.compare import compare_runs
from nnbuilder.cli.eval import evaluate
from nnbuilder.cli.examples import examples
from nnbuilder.cli.export import export
from nnbuilder.cli.failure import CommandError, Exit, Terminated, judge
from nnbuilder.cli.fix import fix
from nnbuilder.cli.forward import forward
from nnbuilder.cli.import_ import import_
from nnbuilder.cli.info import info
from nnbuilder.cli.lr_find import lr_find
from nnbuilder.cli.output import flush, make_writable, mute, print_json, say, say_problem
from nnbuilder.cli.parameters import parameters
from nnbuilder.cli.run_list import runs
from nnbuilder.cli.summary import summary
from nnbuilder.cli.sweep import sweep
from nnbuilder.cli.train import train


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command the window opens, with FILE in it if one is given.",
)
@click.version_option(__version__, prog_name="nnbuilder")
def commands() -> None:
    """Draw, check and train neural networks from the command line."""


for _command in (
    examples,
    import_,
    check,
    fix,
    summary,
    parameters,
    forward,
    evaluate,
    train,
    sweep,
    lr_find,
    runs,
    compare_runs,
    export,
    info,
):
    commands.add_command(_command)


def run(words: Sequence[str]) -> int:
    """Runs one command and answers with its exit code; nothing but a code comes out of it."""
    make_writable()
    try:
        with _termination():
            code = commands.main(list(words), prog_name="nnbuilder", standalone_mode=False)
            flush()
    except BrokenPipeError:
        mute()
        return Exit.ENVIRONMENT
    except (Exception, KeyboardInterrupt, Terminated) as error:  # noqa: BLE001  (the last stop before the shell)
        return _fail(error, words)
    return int(code or Exit.DONE)


def _fail(error: BaseException, words: Sequence[str]) -> int:
    failure = judge(error)
    if "--debug" in words:
        say("".join(traceback.format_exception(error)).rstrip())
    try:
        if "--json" in words:
            print_json(failure_answer(failure.problems, failure.facts))
        _explain(failure)
        flush()
    except OSError:
        mute()
    return failure.code


def _explain(failure: CommandError) -> None:
    for problem in failure.problems:
        say_problem(problem)
    if failure.code is Exit.USAGE:
        say("nnbuilder --help and nnbuilder COMMAND --help say what can be typed.")


@contextmanager
def _termination() -> Iterator[None]:
    """Turns the system's request to end into an exception; only where Python may listen to signals."""
    try:
        before = signal.signal(signal.SIGTERM, _terminate)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
