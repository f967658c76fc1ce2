"""Epstein's model in NumPy: the rules are one agent after another, so agents are looped over and only views are arrays."""

import math

import numpy as np

from bench.peers import epstein as rules

EMPTY, POLICE, QUIET, ACTIVE, JAILED = range(5)


class Town:
    """See `rules.town`."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        size = rules.SIZE
        x, y = np.divmod(np.arange(size * size), size)
        dx, dy = np.array(rules.offsets()).T
        self.view = (x[:, None] + dx) % size * size + (y[:, None] + dy) % size  # (cells, 112)
        draw = self.rng.random(size * size)
        filled = draw < rules.CITIZENS + rules.POLICE
        self.kind = np.where(draw < rules.CITIZENS, QUIET, np.where(filled, POLICE, EMPTY)).astype(np.int8)  # of cells
        self.cell = np.flatnonzero(filled)  # of agents
        self.agents = self.cell.size
        self.who = np.full(size * size, -1)
        self.who[self.cell] = np.arange(self.agents)
        self.police = self.kind[self.cell] == POLICE
        self.grievance = self.rng.random(self.agents) * (1 - rules.LEGITIMACY)
        self.aversion = self.rng.random(self.agents)
        self.term = np.zeros(self.agents, np.int64)

    def tick(self) -> tuple[int, int]:
        for agent in self.rng.permutation(self.agents).tolist():
            if self.term[agent]:
                self.term[agent] -= 1
            else:
                self._turn(agent)
        return int(np.count_nonzero(self.kind == ACTIVE)), int(np.count_nonzero(self.kind == JAILED))

    def _turn(self, agent: int) -> None:
        kind, here = self.kind, self.cell[agent]
        view = self.view[here]
        seen = kind[view]
        if self.police[agent]:
            actives = view[seen == ACTIVE]
            if actives.size:
                place = actives[self._one_of(actives.size)]
                kind[place] = JAILED
                self.term[self.who[place]] = self._one_of(rules.TERM + 1)
            now = POLICE
        else:
            police = np.count_nonzero(seen == POLICE)
            actives = 1 + np.count_nonzero(seen == ACTIVE)
            arrest = 1 - math.exp(-rules.CERTAINTY * round(police / actives))
            now = ACTIVE if self.grievance[agent] - self.aversion[agent] * arrest > rules.THRESHOLD else QUIET
            kind[here] = now
        free = view[seen == EMPTY]
        if free.size:
            there = free[self._one_of(free.size)]
            kind[here], kind[there] = EMPTY, now
            self.who[there] = agent
            self.cell[agent] = there

    def _one_of(self, count: int) -> int:
        return int(self.rng.random() * count)
