"""Epstein's model as Mesa ships it. Only its data collector is left out: nobody else keeps a table of all agents."""

from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence

from bench.peers import epstein as rules


class _Lean(EpsteinCivilViolence):
    def step(self):
        self.agents.shuffle_do("step")
        self._update_counts()


class Town:
    """See `rules.town`."""

    def __init__(self, seed: int) -> None:
        self.model = _Lean(
            width=rules.SIZE,
            height=rules.SIZE,
            citizen_density=rules.CITIZENS,
            cop_density=rules.POLICE,
            citizen_vision=rules.VISION,
            cop_vision=rules.VISION,
            legitimacy=rules.LEGITIMACY,
            max_jail_term=rules.TERM,
            active_threshold=rules.THRESHOLD,
            arrest_prob_constant=rules.CERTAINTY,
            seed=seed,
        )
        self.agents = len(self.model.agents)

    def tick(self) -> tuple[int, int]:
        self.model.step()
        return self.model.ACTIVE, self.model.ARRESTED
