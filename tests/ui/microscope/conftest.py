"""The workbench for this panel's tests."""

from tests.ui.workbench import bench, open_bench

__all__ = ["bench", "open_bench"]
