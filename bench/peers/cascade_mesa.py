"""The cascade in Mesa: everybody decides, then everybody acts, `AgentSet.do` twice."""

import mesa

from bench.peers import cascade as rules


class Citizen(mesa.Agent):
    def __init__(self, model, place, stratum, level, cutoff):
        super().__init__(model)
        self.place, self.stratum, self.level, self.cutoff = place, stratum, level, cutoff
        self.neighbours = []
        self.speaking = self.next = False

    def decide(self):
        if self.model.looks[self.place]:
            speaking = 0
            for neighbour in self.neighbours:
                speaking += neighbour.speaking
            self.next = self.level < self.cutoff[speaking]

    def act(self):
        self.speaking = self.next
        if self.speaking:
            self.model.heads[self.stratum] += 1


class Crowd(mesa.Model):
    """See `rules.crowd`."""

    def __init__(self, society, seed):
        super().__init__(seed=seed)
        cutoff = society.cutoff.tolist()
        each = zip(society.stratum.tolist(), society.level.tolist(), strict=True)
        people = [Citizen(self, i, stratum, level, cutoff[stratum]) for i, (stratum, level) in enumerate(each)]
        for citizen, watched in zip(people, society.neighbours.tolist(), strict=True):
            citizen.neighbours = [people[i] for i in watched]
        self.start = (society.start != 0).tolist()
        self.restart()

    def restart(self):
        for citizen in self.agents:
            citizen.speaking = citizen.next = self.start[citizen.place]

    def sweep(self, looks=None):
        self.looks = looks or [self.random.random() < 0.5 for _ in self.start]
        self.heads = [0] * rules.STRATA
        self.agents.do("decide")
        self.agents.do("act")
        return self.heads
