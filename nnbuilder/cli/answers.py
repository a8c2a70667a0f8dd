"""The JSON that commands print; fields may be added, never renamed."""

from collections import Counter
from typing import Any

import msgspec

from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.project.problem import Problem, has_errors


def analysis_answer(
    analysis: Analysis,
    problems: tuple[Problem, ...],
    notes: tuple[str, ...] = (),
    silenced: tuple[str, ...] = (),
) -> dict[str, Any]:
    """What `check` and `summary` say; `notes` are sentences on the data, `silenced` codes of advice."""
    return {
        "ok": not has_errors(problems),
        "parameters": {"total": analysis.parameters, "trainable": analysis.trainable},
        "input": type_answer(analysis.input),
        "output": type_answer(analysis.output),
        "layers": [layer_answer(layer) for layer in analysis.layers],
        "problems": [problem_answer(problem) for problem in problems],
        "notes": list(notes),
        "silenced": dict(Counter(silenced)),
    }


def failure_answer(problems: tuple[Problem, ...], facts: dict[str, Any]) -> dict[str, Any]:
    """What a command says that did not do its work."""
    return {"ok": False, **facts, "problems": [problem_answer(problem) for problem in problems]}


def type_answer(kind: TensorType | None) -> dict[str, Any] | None:
    """A tensor's shape, null for the batch dimension, and its dtype."""
    return None if kind is None else {"shape": list(kind.shape), "dtype": kind.dtype}


def layer_answer(layer: LayerAnalysis) -> dict[str, Any]:
    """One layer of the chain."""
    output = layer.output
    return {
        "id": layer.id,
        "name": layer.name,
        "layer": layer.layer,
        "args": {name: msgspec.to_builtins(value) for name, value in layer.args.items()},
        "input_shape": None if layer.input is None else list(layer.input.shape),
        "output_shape": None if output is None else list(output.shape),
        "dtype": None if output is None else output.dtype,
        "parameters": layer.parameters,
        "trainable": layer.trainable,
        "formula": layer.formula,
        "flops": layer.flops,
        "needs": None if layer.needs is None else layer.needs.label(),
        "children": [layer_answer(child) for child in layer.children],
    }


def problem_answer(problem: Problem) -> dict[str, Any]:
    """One thing to mend; of its fixes the titles."""
    return {
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "torch": problem.torch,
        "node": problem.node,
        "arg": problem.arg,
        "path": problem.path,
        "line": problem.line,
        "fixes": [{"title": fix.title} for fix in problem.fixes],
        "why": problem.why,
        "url": problem.url,
        "got": problem.got,
        "wanted": problem.wanted,
    }
