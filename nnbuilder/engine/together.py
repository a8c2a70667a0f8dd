"""How the processes of a team begin and go through one training: one leads it, the others follow."""

from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.checkpoint import decode_state, encode_state
from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.team import Team
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project


def lead(team: Team, state: TrainerState | None) -> None:
    """Hands the moment at which the training begins to the others."""
    team.share_bytes(encode_state(state) if state is not None else b"")


def said_of(team: Team | None) -> tuple[str, ...]:
    """A sentence for the record of a run that several processes train."""
    return () if team is None else (f"{team.size} processes trained this together.",)


def follow(project: Project, prepared: Prepared, team: Team) -> None:
    """Takes this process's share of a training that another leads, until that says it is over.

    Weights that the project stands at come from the leader. Raises what a step raises.
    """
    trainer = Trainer(project, prepared, team=team)
    if moment := team.share_bytes(None):
        trainer.restore(decode_state(moment))
    for _ in trainer.steps():
        pass
    team.finish()
