"""The whole training script: its functions in the order in which they are used, arguments and `main`."""

from pathlib import Path

from nnbuilder.data.spec import DataProfile, FileData
from nnbuilder.graph.analysis import Analysis
from nnbuilder.interop.pretty import Bracket, Expression, assigned, call, keyword, layout, literal, quoted
from nnbuilder.interop.script.loop import SHIFT, TRAINED, fit_piece, loop_piece, metric_piece
from nnbuilder.interop.script.network import network_piece
from nnbuilder.interop.script.pieces import Piece, import_block
from nnbuilder.interop.script.plan import Plan, make_plan
from nnbuilder.interop.script.preparing import comprehension, draws, preparing_piece, target_names
from nnbuilder.interop.script.samples import samples_piece
from nnbuilder.interop.script.weights import weights_args, weights_lines, weights_pieces
from nnbuilder.project.project import Project

_HEAD = '''\
"""Train a neural network{on}: data, network, loop and what came of it.

The network was drawn in NNBuilder; this file needs {needs} only.
With the same seed on the same machine it comes to the same losses, digit for digit.
What can be changed from outside: --help.
"""
'''


def training_script(
    project: Project,
    analysis: Analysis,
    profile: DataProfile | None,
    folder: Path | None = None,
    table: str = "",
) -> str:
    """A program that trains the project as the app does; raises `WriteError` where it cannot be trained.

    `analysis` and `profile` are torch's answer and the profile of the loaded data, None where they cannot be
    loaded: then random samples stand in their place, and the script says so. `folder` is where a relative
    path of a table starts, `table` how the script shall name that file, relative to itself (otherwise as the
    project does).
    """
    plan = make_plan(project, analysis, profile, folder, table)
    pieces = [
        samples_piece(plan),
        preparing_piece(plan),
        network_piece(plan),
        metric_piece(plan),
        loop_piece(plan),
        fit_piece(plan),
        *weights_pieces(plan),
        _arguments(plan),
        _main(plan),
    ]
    imports = import_block(line for piece in pieces for line in piece.imports)
    end = 'if __name__ == "__main__":\n    main()\n'
    head = _HEAD.format(on=_title(plan), needs=needs(plan))
    return f"{head}\n{imports}\n\n" + "\n\n".join(
        [_opened(pieces[0].code), *(p.code for p in pieces[1:]), end]
    )


def needs(plan: Plan) -> str:
    """The packages that a script imports."""
    packages = ["PyTorch"]
    packages += ["NumPy"] if plan.profile is not None or plan.values else []
    packages += ["scikit-learn"] if plan.profile is not None else []
    packages += ["pandas"] if plan.layout is not None else []
    return " and ".join(filter(None, [", ".join(packages[:-1]), packages[-1]]))


def optimizer_call(plan: Plan, rate: str) -> Bracket:
    """The call that makes the optimizer, with the learning rate under that name."""
    args = [
        f"lr={rate}" if name == "lr" else keyword(name, value) for name, value in plan.optimizer_args.items()
    ]
    fused = ["fused=True"] if plan.fused else []
    trained = TRAINED if plan.frozen else "model.parameters()"
    return call(f"torch.optim.{plan.optimizer}", [trained, *args, *fused])


def loss_call(plan: Plan) -> Bracket:
    """The call that makes the loss."""
    args = [keyword(name, value) for name, value in plan.loss_args.items()]
    return call(f"nn.{plan.loss}", [*args, *weights_args(plan)])


def prepare_call(plan: Plan, seed: str) -> Bracket:
    """The call of `prepare` after `load_samples`."""
    return call("prepare", [*target_names(plan).split(", "), *([seed] if draws(plan) else [])])


def loaded(plan: Plan) -> str:
    """The names that `load_samples` gives."""
    return "x, y" if target_names(plan) == "x, y" else "x, _"


def prepared(plan: Plan) -> str:
    """The names that `prepare` gives."""
    return "parts, target_scaler" if plan.scaled else "parts"


def _opened(code: str) -> str:
    """The first piece, two lines below the imports where it is a function."""
    return code if not code.startswith(("def ", "class ")) else f"\n{code}"


def _title(plan: Plan) -> str:
    if plan.profile is None or isinstance(plan.data.source, FileData):
        return ""
    return f" on {plan.profile.title}"


def _arguments(plan: Plan) -> Piece:
    training = plan.training
    rows: list[tuple[str, str, Expression, str]] = [
        ("--lr", "float", literal(plan.optimizer_args["lr"]), "learning rate"),
        ("--epochs", "int", str(training.epochs), "how often each sample is seen"),
        ("--batch-size", "int", str(training.batch_size), "samples for one step"),
        ("--seed", "int", str(training.seed), "where chance starts"),
        ("--device", "", quoted(training.device), "cpu, or for example cuda:0"),
        ("--weights", "Path", 'Path("weights.pth")', "file for the trained weights"),
        ("--start", "Path", "None", "file with weights to start from"),
    ]
    if plan.given:
        meaning = "the table, a CSV file" if plan.layout is not None else "the arrays, a .npz file"
        rows.append(("--data", "Path", f"Path(__file__).parent / {plan.given}", meaning))
    calls = [
        call(
            "parser.add_argument",
            [
                quoted(flag),
                *([f"type={kind}"] if kind else []),
                *([f"default={default}"] if default != "None" else []),
                f'help="{meaning}"',
            ],
        )
        for flag, kind, default, meaning in rows
    ]
    lines = [
        "def parse_arguments():",
        '    """Return what was chosen on the command line."""',
        "    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])",
        *(f"    {layout(one, 4, 4)}" for one in calls),
        "    return parser.parse_args()",
    ]
    return Piece("\n".join(lines) + "\n", ("import argparse", "from pathlib import Path"))


def _main(plan: Plan) -> Piece:
    fit = ["model", "loss_function", "optimizer", "parts", "args.epochs", "args.batch_size", "args.seed"]
    moved = ("name: (x.to(args.device), y.to(args.device))", "for name, (x, y) in parts.items()")
    lines = [
        "def main():",
        '    """Load the data, train the network, save its weights and say what it is worth."""',
        "    args = parse_arguments()",
        "    # More threads add up in another order, which changes the last digits.",
        f"    torch.set_num_threads({plan.training.threads})",
        *(["    torch.use_deterministic_algorithms(True)"] if plan.training.deterministic else []),
        f"    {loaded(plan)} = load_samples({'args.data' if plan.given else ''})",
        f"    {assigned(prepared(plan), prepare_call(plan, 'args.seed'), 4)}",
        *comprehension("    parts = ", *moved),
        "",
        "    torch.manual_seed(args.seed)",
        "    model = build_model().to(args.device)",
        *_start(plan),
        *weights_lines(plan, "args.device", 4),
        f"    {assigned('loss_function', loss_call(plan), 4)}",
        f"    {assigned('optimizer', optimizer_call(plan, 'args.lr'), 4)}",
        '    best_file = args.weights.with_name(f"best-{args.weights.name}")',
        f"    {layout(call('fit', [*fit, 'best_file']), 4, 4)}",
        "    torch.save(model.state_dict(), args.weights)",
        "",
        *_results(plan),
        '    print(f"weights     {args.weights}, the best of all epochs in {best_file}")',
    ]
    return Piece("\n".join(lines) + "\n", ("import torch", "from torch import nn"))


def _start(plan: Plan) -> list[str]:
    """The lines that put other weights into the network before it is trained."""
    lines = [
        "    if args.start is not None:",
        "        model.load_state_dict(torch.load(args.start, map_location=args.device))",
    ]
    if not plan.stored:
        return lines
    return [
        "    # The drawn network starts from weights of its own: export them as a state_dict.",
        *lines,
        "    else:",
        '        print("This starts from the seed: name a file of weights by --start.")',
    ]


def _results(plan: Plan) -> list[str]:
    """The lines that print what the network has come to."""
    metric = plan.metric
    lines = [f"    {SHIFT}"] if plan.values else []
    shift = ", shift" if plan.values else ""
    line = f'f"{{name:<10}}  loss {{loss:.4f}}  {metric} {{{metric}:.4f}}"'
    lines += [
        "    for name, (x, y) in parts.items():",
        f"        loss, {metric} = evaluate(model, loss_function, x, y{shift})",
        f"        line = {line}" if plan.values else f"        print({line})",
    ]
    if plan.values:
        unit = "float(target_scaler.scale_[0])" if plan.scaled else "1.0"
        lines += [
            f"        mae, rmse = mean_errors(model, x, y, unit={unit})",
            '        print(f"{line}  mae {mae:.4f}  rmse {rmse:.4f}")',
        ]
    return lines
