"""Epstein's model in agentpy's idioms: agents on a `Grid` that tracks its empty cells, shuffled and called as a list."""

import math

import agentpy as ap

from bench.peers import epstein as rules

QUIET, ACTIVE, JAILED = range(3)


class Resident(ap.Agent):
    """Who stands on the grid: looks around, and moves to a free place in view."""

    def look(self):
        grid = self.model.grid
        view = self.model.view[grid.positions[self]]
        # the grid knows squares only: take the square, keep what is within the radius
        self.seen = [other for other in grid.neighbors(self, distance=rules.VISION) if grid.positions[other] in view]
        self.free = [place for place in view if place in grid.empty]

    def move(self):
        if self.free:
            self.model.grid.move_to(self, self.model.random.choice(self.free))


class Citizen(Resident):
    def setup(self):
        self.grievance = self.model.random.random() * (1 - rules.LEGITIMACY)
        self.aversion = self.model.random.random()
        self.state, self.term, self.police = QUIET, 0, False

    def act(self):
        if self.term:
            self.term -= 1
            return
        self.look()
        police = sum(other.police for other in self.seen)
        actives = 1 + sum(other.state == ACTIVE for other in self.seen)
        arrest = 1 - math.exp(-rules.CERTAINTY * round(police / actives))
        self.state = ACTIVE if self.grievance - self.aversion * arrest > rules.THRESHOLD else QUIET
        self.move()


class Officer(Resident):
    def setup(self):
        self.state, self.police = None, True

    def act(self):
        self.look()
        actives = [other for other in self.seen if other.state == ACTIVE]
        if actives:
            arrested = self.model.random.choice(actives)
            arrested.state, arrested.term = JAILED, self.model.random.randint(0, rules.TERM)
        self.move()


class Rebellion(ap.Model):
    def setup(self):
        size = rules.SIZE
        self.grid = ap.Grid(self, (size, size), torus=True, track_empty=True, check_border=False)
        self.view = {
            (x, y): {((x + dx) % size, (y + dy) % size) for dx, dy in rules.offsets()} for x, y in self.grid.all
        }
        draws = [self.random.random() for _ in self.grid.all]
        filled = rules.CITIZENS + rules.POLICE
        homes = [place for place, draw in zip(self.grid.all, draws, strict=True) if draw < rules.CITIZENS]
        posts = [place for place, draw in zip(self.grid.all, draws, strict=True) if rules.CITIZENS <= draw < filled]
        self.citizens = ap.AgentList(self, len(homes), Citizen)
        self.officers = ap.AgentList(self, len(posts), Officer)
        self.grid.add_agents(self.citizens, homes)
        self.grid.add_agents(self.officers, posts)
        self.everybody = self.citizens + self.officers

    def step(self):
        self.everybody.shuffle().act()


class Town:
    """See `rules.town`."""

    def __init__(self, seed: int) -> None:
        self.model = Rebellion({"seed": seed})
        self.model.sim_setup()
        self.agents = len(self.model.everybody)

    def tick(self) -> tuple[int, int]:
        self.model.sim_step()
        states = list(self.model.citizens.state)
        return states.count(ACTIVE), states.count(JAILED)
