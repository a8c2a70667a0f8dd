"""The engine as a program: `python -m nnbuilder.engine`, started by the window and by nothing else.

Its first acts come before torch is imported: it ties its life to its parent's and keeps standard output for
messages alone.
"""

import argparse
import gc
import os
import signal
import socket
import sys

from nnbuilder.engine.process import be_gentle, die_with_parent, take_output


def main() -> int:
    """Serves until the window closes; 2 where what it hears is not of this protocol."""
    options = _parser().parse_args()
    die_with_parent(options.parent)
    output = take_output()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the window's to answer
    os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"  # a look at CUDA must not keep forks from using it
    gc.disable()  # until it is warm: nothing that is imported is garbage

    from nnbuilder.engine.warm import one_thread
    from nnbuilder.protocol.codec import FrameError

    one_thread()
    try:
        if options.task:
            _serve_task(output)
        elif options.bench:
            _serve_bench(output)
        elif options.run:
            _serve_one(output)
        else:
            _serve(output, options.control_fd)
    except BrokenPipeError:
        return 0
    except FrameError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _get_warm() -> None:
    from nnbuilder.engine.warm import warm_up

    warm_up()
    gc.enable()
    be_gentle()  # only now: on a busy machine a nice process may take a minute to import torch


def _serve_one(output: int) -> None:
    from nnbuilder.engine.inbox import Inbox, standard_input
    from nnbuilder.engine.run_process import serve_one
    from nnbuilder.engine.sender import Sender

    _get_warm()
    serve_one(Inbox(standard_input()), Sender(output))


def _serve_task(output: int) -> None:
    from nnbuilder.engine.inbox import Inbox, standard_input
    from nnbuilder.engine.sender import Sender
    from nnbuilder.engine.task import serve_task

    be_gentle()
    serve_task(Inbox(standard_input()), Sender(output))


def _serve_bench(output: int) -> None:
    from nnbuilder.engine.bench.serve import serve_bench
    from nnbuilder.engine.inbox import Inbox, standard_input
    from nnbuilder.engine.sender import Sender

    gc.enable()
    be_gentle()
    serve_bench(Inbox(standard_input()), Sender(output))


def _serve(output: int, control_fd: int | None) -> None:
    from nnbuilder.engine.inbox import Inbox, standard_input
    from nnbuilder.engine.sender import Sender
    from nnbuilder.engine.server import Server

    if control_fd is None:
        Server(Inbox(standard_input()), Sender(output), _get_warm).serve()
        return
    from nnbuilder.engine.forks import Forks

    forks = Forks(socket.socket(fileno=control_fd))
    Server(Inbox(standard_input(), also=(forks.wakeup,)), Sender(output), _get_warm, forks).serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nnbuilder.engine", description="NNBuilder's engine.")
    parser.add_argument("--parent", type=int, default=0, help="process to live and die with")
    parser.add_argument("--control-fd", type=int, help="socket over which the lines of runs come")
    parser.add_argument("--run", action="store_true", help="be the process of one run")
    parser.add_argument("--task", action="store_true", help="do one thing that is asked, and leave")
    parser.add_argument("--bench", action="store_true", help="work out lines of the tensor bench")
    return parser


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # nothing is left to tidy up, and taking torch down takes a quarter of a second
