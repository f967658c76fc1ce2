"""What `epstein.simulate` means: the same arguments and draws, every neighbourhood looked through anew; the rules as written.

Slow on purpose: tests hold the kernel to this bit for bit, readers start here. Citizens are numbered from 0, officers
from `rule[SLOTS]`; `here[s]` lists who stands on site s, the latest first.
"""

from thaw.kernels import epstein_grid as k
from thaw.kernels._stream import Stream
from thaw.kernels.portable import exp


class Town:
    """The state of one run."""

    def __init__(self, key, rule, real, near, police, beside, officers):
        self.rule, self.k, self.threshold = [int(value) for value in rule], float(real[0]), float(real[1])
        self.sites = self.rule[k.WIDTH] * self.rule[k.HEIGHT]
        self.views = {name: self.table(offsets) for name, offsets in (("near", near), ("police", police), ("beside", beside))}
        self.draw = Stream(key)
        self.here: list[list[int]] = [[] for _ in range(self.sites)]
        self.site, self.state, self.term, self.hardship, self.aversion, self.group, self.death = {}, {}, {}, {}, {}, {}, {}
        self.officers, self.used, self.spare, self.killed = 0, 0, [], 0
        self.settle(officers)

    def table(self, offsets):
        """The sites in view of each site."""
        width, height = self.rule[k.WIDTH], self.rule[k.HEIGHT]
        return [[(s // width + int(y)) % height * width + (s % width + int(x)) % width for x, y in offsets] for s in range(self.sites)]

    def is_officer(self, a):
        """Whether this is one of the police."""
        return a >= self.rule[k.SLOTS]

    def is_empty(self, s):
        """Nobody stands there, or only people in jail on sites that count as empty."""
        passable = self.rule[k.JAIL] == k.PASSABLE
        return all(passable and self.state.get(a) == k.JAILED for a in self.here[s])

    def those(self, sites, state):
        """Citizens on these sites in this state."""
        return [a for s in sites for a in self.here[s] if not self.is_officer(a) and self.state[a] == state]

    def put(self, a, s):
        """Place somebody on a site."""
        self.site[a] = s
        self.here[s].insert(0, a)

    def lift(self, a):
        """Take somebody off the grid; where he stood stays known."""
        self.here[self.site[a]].remove(a)

    def empty(self, sites):
        """A random empty one of these sites: in wide views the first of some random tries, else one of all; None where there is none."""
        for _ in range(k.TRIES if len(sites) > k.TRIES else 0):
            s = sites[self.draw.below(len(sites))]
            if self.is_empty(s):
                return s
        return self.any_empty(sites)

    def any_empty(self, sites):
        """A random one of all empty sites among these."""
        free = [s for s in sites if self.is_empty(s)]
        return free[self.draw.below(len(free))] if free else None

    def move(self, a, view):
        """Rule M: to a random empty site in view."""
        to = self.empty(self.views[view][self.site[a]])
        if to is not None:
            self.lift(a)
            self.put(a, to)

    def chance(self, a):
        """P: how likely citizen a thinks an arrest is, from what he sees where he stands."""
        view = self.views["near"][self.site[a]]
        police = sum(self.is_officer(b) for s in view for b in self.here[s])
        active = 1 + sum(b != a for b in self.those(view, k.ACTIVE))
        if self.rule[k.SELF_TWICE] and self.state[a] == k.ACTIVE:
            active += 1
        ratio = {k.LITERAL: police / active, k.FLOOR: police // active, k.ROUND: round(police / active)}[self.rule[k.RATIO]]
        return 1.0 - float(exp(-self.k * ratio))

    def citizen(self, a, legitimacy):
        """Rules M and A, and in Model II murder."""
        if self.state[a] == k.JAILED:
            if not self.rule[k.SERVE_AT_TURN] or self.term[a] < 0:
                return
            if self.term[a] > 0:
                self.term[a] -= 1
                return
        if self.rule[k.CITIZENS_MOVE] and self.rule[k.MOVE_FIRST]:
            self.move(a, "near")
        grievance, net_risk = self.hardship[a] * (1.0 - legitimacy), self.aversion[a] * self.chance(a)
        rebels = grievance - net_risk > self.threshold
        if self.rule[k.CITIZENS_MOVE] and not self.rule[k.MOVE_FIRST]:
            self.move(a, "near")
        self.state[a] = k.ACTIVE if rebels else k.QUIET
        if rebels and self.rule[k.MODEL] == 2:
            view = self.views["near"][self.site[a]]
            others = [b for s in view for b in self.here[s] if not self.is_officer(b) and self.group[b] != self.group[a]]
            if others:
                self.dies(others[self.draw.below(len(others))])
                self.killed += 1

    def officer(self, a):
        """Rules M and C."""
        if self.rule[k.POLICE_MOVE] and self.rule[k.MOVE_FIRST]:
            self.move(a, "police")
        suspects = self.those(self.views["police"][self.site[a]], k.ACTIVE)
        if suspects:
            self.jail(suspects[self.draw.below(len(suspects))], a)
        if self.rule[k.POLICE_MOVE] and not self.rule[k.MOVE_FIRST]:
            self.move(a, "police")

    def jail(self, a, officer):
        """Citizen a is arrested by this officer."""
        kinds = self.rule[k.TERM_KINDS]
        self.term[a] = self.rule[k.TERM_LEAST] + self.draw.below(kinds) if kinds else -1
        free_again = self.rule[k.JAIL] == k.PASSABLE and self.term[a] == 0
        self.state[a] = k.QUIET if free_again else k.JAILED
        if self.rule[k.JAIL] == k.LEAVES:
            self.lift(a)
        if self.rule[k.OFFICER_MOVES]:
            self.lift(officer)
            self.put(officer, self.site[a])

    def release(self):
        """The end of a tick: terms count down, and who has served comes back."""
        for a in range(self.used):
            if self.state[a] == k.JAILED and self.term[a] >= 0:
                self.term[a] = max(self.term[a] - 1, 0)
                if self.term[a] == 0:
                    if self.rule[k.JAIL] == k.LEAVES:
                        to = self.empty(self.views["near"][self.site[a]])
                        to = self.any_empty(range(self.sites)) if to is None else to
                        if to is None:
                            continue
                        self.put(a, to)
                    self.state[a] = k.QUIET

    def born(self, s, group, hardship, when):
        """A new citizen; those of the start draw group and hardship too."""
        a = self.spare.pop() if self.spare else self.used
        self.used = max(self.used, a + 1)
        self.hardship[a] = self.draw.unit() if hardship is None else hardship
        self.aversion[a] = self.draw.unit()
        if self.rule[k.MODEL] == 2:
            self.group[a] = self.draw.below(2) if group is None else group
            self.death[a] = when + self.draw.below(self.rule[k.MAX_AGE])
        self.state[a] = k.QUIET
        self.put(a, s)

    def dies(self, a):
        """Killed, or of old age."""
        if self.state[a] != k.JAILED:
            self.lift(a)
        self.state[a] = k.DEAD
        self.spare.append(a)

    def shuffled(self, names):
        """In random order."""
        order: list[int] = []
        for a in names:
            j = self.draw.below(len(order) + 1)
            order.append(a)
            order[-1], order[j] = order[j], a
        return order

    def generation(self, t):
        """Cloning onto empty sites beside the parent, then death by age."""
        for a in self.shuffled([a for a in range(self.used) if self.state[a] in (k.QUIET, k.ACTIVE)]):
            if self.draw.word() < self.rule[k.CLONE_SHARE]:
                to = self.empty(self.views["beside"][self.site[a]])
                if to is not None:
                    self.born(to, self.group[a], self.hardship[a], t + 1)
        for a in range(self.used):
            if self.state[a] != k.DEAD and self.death[a] <= t:
                self.dies(a)

    def enlist(self, s):
        """A new officer."""
        self.put(self.rule[k.SLOTS] + self.officers, s)
        self.officers += 1

    def police_force(self, wanted):
        """Officers come on random empty sites, or random ones go."""
        while self.officers < wanted:
            to = self.any_empty(range(self.sites))
            if to is None:
                return
            self.enlist(to)
        while self.officers > wanted:
            a, last = (self.rule[k.SLOTS] + n for n in (self.draw.below(self.officers), self.officers - 1))
            self.lift(a)
            if a != last:
                self.lift(last)
                self.put(a, self.site[last])
            self.officers -= 1

    def settle(self, officers):
        """Who is there at the start."""
        if self.rule[k.PER_CELL]:
            for s in range(self.sites):
                drawn = self.draw.word()
                if drawn < self.rule[k.CITIZEN_SHARE]:
                    self.born(s, None, None, 0)
                elif drawn < self.rule[k.POLICE_SHARE]:
                    self.enlist(s)
            return
        places = list(range(self.sites))
        for i in range(officers + self.rule[k.CITIZENS]):
            j = i + self.draw.below(self.sites - i)
            places[i], places[j] = places[j], places[i]
            if i < officers:
                self.enlist(places[i])
            else:
                self.born(places[i], None, None, 0)


def simulate_plain(key, rule, real, near, police, beside, legitimacy, officers, out):
    """As `epstein.simulate`."""
    town = Town(key, rule, real, near, police, beside, int(officers[0]))
    for t in range(len(legitimacy)):
        if not town.rule[k.PER_CELL]:
            town.police_force(int(officers[t]))
        town.killed = 0
        for a in town.shuffled([a for a in range(town.used) if town.state[a] != k.DEAD] + [town.rule[k.SLOTS] + i for i in range(town.officers)]):
            if town.is_officer(a):
                town.officer(a)
            elif town.state[a] != k.DEAD:
                town.citizen(a, float(legitimacy[t]))
        if not town.rule[k.SERVE_AT_TURN]:
            town.release()
        if town.rule[k.MODEL] == 2:
            town.generation(t)
        living = [a for a in range(town.used) if town.state[a] != k.DEAD]
        groups = [sum(town.group.get(a) == g for a in living) for g in (0, 1)]
        out[t] = [*(sum(town.state[a] == s for a in living) for s in (k.ACTIVE, k.QUIET, k.JAILED)), town.killed, *groups]
