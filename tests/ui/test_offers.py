"""Unsaved work of a window that died is offered, without being in the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.fault import Fault
from nnbuilder.protocol.messages import Failed, RunState
from tests.structure.sources import ROOT
from tests.ui.conftest import Stage

N1 = NodeId("n1")
EDIT = SetArg(NodeId("n2"), "out_features", 77)
DIES = """
import os
from PySide6.QtCore import QCoreApplication
from nnbuilder.graph.edits import AddNode
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.session.session import Session
application = QCoreApplication([])
session = Session()
session.document.apply(AddNode(Node(NodeId("n1"), "ReLU")))
os.kill(os.getpid(), 9)
"""


def _press(stage: Stage, text: str) -> None:
    [button] = [one for one in stage.window.notice.findChildren(QPushButton) if one.text() == text]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    stage.settle()


def _die_with_unsaved_work() -> None:
    done = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, env=dict(os.environ), check=False)
    assert done.returncode == -signal.SIGKILL


def test_nothing_is_offered_after_a_proper_end(open_stage: Callable[[], Stage]) -> None:
    first = open_stage()
    first.session.document.apply(EDIT)
    first.session.shutdown()
    assert not open_stage().window.notice.isVisible()


def test_unsaved_work_is_recovered(open_stage: Callable[[], Stage]) -> None:
    _die_with_unsaved_work()
    stage = open_stage()
    assert stage.window.notice.isVisible()
    _press(stage, "Recover")
    assert not stage.window.notice.isVisible()
    assert set(stage.graph.nodes) == {N1}
    assert "(recovered)" in stage.window.windowTitle()
    assert stage.window.isWindowModified()
    assert stage.session.recoveries == ()


def test_unsaved_work_can_be_discarded(open_stage: Callable[[], Stage]) -> None:
    _die_with_unsaved_work()
    stage = open_stage()
    _press(stage, "Discard")
    assert stage.session.recoveries == ()
    assert len(stage.graph.nodes) == 7


def test_a_caught_nan_is_told_in_short_until_the_run_went_back(stage: Stage) -> None:
    run = stage.session.run
    run.start()
    channel = stage.engine.run
    channel.start()
    channel.progress([0.5] * 41)
    fault = Fault(41, 41, "loss", "unseen", "The loss became NaN at step 41 (epoch 6).", "", "Nobody knows.")
    problem = Problem("error", "loss-not-finite", "A long story.")
    channel.say(Failed("problem", "A long story.", run_id=run.run_id, problems=(problem,), fault=fault))
    channel.state("paused")
    stage.settle()
    assert stage.window.notice.isVisible()
    [said] = [label.text() for label in stage.window.notice.findChildren(QLabel) if label.text()]
    assert said == f"{fault.headline} The training setup shows where, why, and the ways on."
    channel.say(RunState(run.run_id, "rewound", 31))
    stage.settle()
    assert not stage.window.notice.isVisible()
    assert run.message == ""
