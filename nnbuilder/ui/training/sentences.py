"""What the training panel says about a run, as sentences made from values."""

from nnbuilder.graph.graph import Graph
from nnbuilder.graph.report.words import short
from nnbuilder.project.project import Project
from nnbuilder.session.run import Run
from nnbuilder.ui.common.titles import counted


def state_line(run: Run) -> str:
    """Where the run stands, in a few words."""
    epoch = f"epoch {max(run.epoch_of(run.step), 1):,} of {run.epochs:,}"
    words = {
        "idle": "Not trained yet",
        "starting": "Starting",
        "running": epoch.capitalize(),
        "paused": f"Paused in {epoch}" if run.step else "Ready at the start",
        "stopping": "Stopping",
        "finished": f"Finished after {counted(_done(run), 'epoch')}",
        "stopped": f"Stopped in {epoch}" if run.step else "Stopped before the first step",
        "failed": f"Failed in {epoch}" if run.step else "Training did not start",
        "lost": f"Lost in {epoch}" if run.step else "Lost before the first step",
    }
    return words[run.state]


def _done(run: Run) -> int:
    """How many epochs a run has come to, one that was not finished counted in."""
    early = run.ended is not None and run.ended.told
    return -(-run.step // run.steps_per_epoch) if early and run.steps_per_epoch else run.epochs


def progress_line(run: Run) -> str:
    """Steps and the newest loss; empty before the first step."""
    if not run.step:
        return ""
    loss = "" if run.losses.last is None else f" · loss {short(run.losses.last)}"
    return f"step {run.step:,}{loss}"


def start_line(project: Project) -> str:
    """Where the weights come from when Train is pressed."""
    seed = project.training.seed
    if project.weights is None:
        return f"Train starts anew from seed {seed}."
    return f"Train starts from the project's own weights ({project.weights[:8]}), not from seed {seed}."


def moved_on(run: Run, project: Project) -> str:
    """That the run trains something else than what is drawn now; empty where it does not."""
    trained = run.project
    if trained is None or run.state == "idle" or same_training(trained, project):
        return ""
    if run.active:
        return "The project differs from what this run trains. The run goes on with what it began with."
    return "The project differs from what this run trained. Train starts a new one with what is set now."


def same_training(one: Project, other: Project) -> bool:
    """Whether two projects train the same: all but the places of nodes and the code panel counts."""
    if one is other:
        return True
    settings = (one.data, one.training, one.weights) == (other.data, other.training, other.weights)
    return settings and _drawn(one.graph) == _drawn(other.graph)


def _drawn(graph: Graph) -> object:
    nodes = {key: (node.type, node.args, node.name) for key, node in graph.nodes.items()}
    return nodes, frozenset(graph.edges)
