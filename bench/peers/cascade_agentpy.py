"""The cascade in agentpy: everybody decides, then everybody acts, two calls on an `AgentList`."""

import agentpy as ap

from bench.peers import cascade as rules


class Citizen(ap.Agent):
    def setup(self, place, stratum, level):
        self.place, self.stratum, self.level = place, stratum, level
        self.cutoff = self.p.cutoff[stratum]
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


class Protest(ap.Model):
    def setup(self):
        each = {name: ap.AttrIter(getattr(self.p, name)) for name in ("place", "stratum", "level")}
        self.people = ap.AgentList(self, len(self.p.place), Citizen, **each)
        for citizen, watched in zip(self.people, self.p.neighbours, strict=True):
            citizen.neighbours = [self.people[i] for i in watched]


class Crowd:
    """See `rules.crowd`."""

    def __init__(self, society, seed):
        told = {name: getattr(society, name).tolist() for name in ("stratum", "level", "cutoff", "neighbours")}
        self.model = Protest(told | {"place": list(range(society.level.size)), "seed": seed})
        self.model.sim_setup()
        self.start = (society.start != 0).tolist()
        self.restart()

    def restart(self):
        self.model.people.speaking = ap.AttrIter(self.start)
        self.model.people.next = ap.AttrIter(self.start)

    def sweep(self, looks=None):
        model = self.model
        model.looks = looks or [model.random.random() < 0.5 for _ in self.start]
        model.heads = [0] * rules.STRATA
        model.people.decide()
        model.people.act()
        return model.heads
