"""The threshold cascade of `bench.cascade`, also with agents: eight neighbours each, 256 levels, a random half looks.

A citizen who looks in a sweep speaks in the next if her level is below the cutoff of her stratum for the number of
neighbours who speak now; who does not look stays as she is. All move at once.

Compared are heads after each sweep: with the same looks fed to all they must be equal; with each way's own luck the
heads of many histories of a small society must have one distribution.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

from bench.cascade import NARROW, _numpy, _scalar
from thaw.kernels import cascade, noise

STRATA = 5
LARGE, SMALL = 10_000, 400  # citizens: for costs and equality, for distributions
SWEEPS = 12
OUTPUTS = tuple(f"heads after {sweep} sweeps" for sweep in (1, 3, 6, 12))
STOPS = (0, 2, 5, 11)
AGENTS = ("mesa", "agentpy")
START = 0.3  # share that speaks before the first sweep
CUTOFF = (4, 14, 36, 76, 128, 180, 222, 244, 252)  # by neighbours who speak, in the middle stratum; both ends hold


class Society:
    """One society: who watches whom, levels, cutoffs, who speaks at the start."""

    def __init__(self, citizens: int, seed: int = 0) -> None:
        self.key = noise.name_key(seed, "peers")
        self.bounds = np.linspace(0, citizens, STRATA + 1).astype(np.int64)
        self.stratum = np.repeat(np.arange(STRATA), np.diff(self.bounds))
        self.neighbours = cascade.network(self.key, 0, self.bounds)
        self.level = cascade.levels(self.key, 0, citizens)
        shift = 8 * (np.arange(STRATA)[:, None] - STRATA // 2)
        self.cutoff = np.clip(np.array(CUTOFF) + shift, 0, 256).astype(np.int16)  # (S, 9)
        first = noise.words(self.key, citizens, 7, 7) >> np.uint64(11)
        self.start = (first < np.uint64(int(START * 2**53))).astype(np.uint8)

    def plane(self, words: int = 1) -> Any:
        """The start as words (N, words), the same in each history."""
        return np.repeat(np.where(self.start, np.uint64(2**64 - 1), np.uint64(0))[:, None], words, axis=1)

    def of_thaw(self, luck: int, words: int, sweeps: int = SWEEPS) -> Iterator[tuple[Any, Any]]:
        """After each sweep: heads (S, 64 words), and who looked in it as bytes (N, 64 words)."""
        now, active = self.plane(words), np.full(words, 2**64 - 1, np.uint64)
        nobody, out, looks = (np.zeros_like(now) for _ in range(3))
        cutoff = np.broadcast_to(self.cutoff, (64 * words, *self.cutoff.shape))
        table, always = cascade.tables(cutoff), cascade.tables(np.full(cutoff.shape, 256))
        fixed = (self.neighbours, self.level, self.bounds)
        for sweep in range(sweeps):
            look = noise.words(self.key, self.level.size, luck, sweep)
            cascade.sweep(nobody, nobody.copy(), *fixed, always, look, 0, active, looks)  # who looks, speaks
            cascade.sweep(now, nobody, *fixed, table, look, 0, active, out)
            now, out = out, now
            bytes_ = np.unpackbits(looks.astype("<u8").view(np.uint8), axis=1, bitorder="little")
            yield cascade.heads(now, self.bounds), bytes_

    def plain(self, function: Any, looks: Any) -> Any:
        """Heads (sweeps, S, H) of `_scalar` or `_numpy` from bench.cascade; `looks` yields (N, H) true or false."""
        found, now = [], None
        for look in looks:
            histories = look.shape[1]
            if now is None:
                now = np.repeat(self.start[:, None], histories, axis=1)
                limits = np.ascontiguousarray(np.broadcast_to(self.cutoff[:, :, None], (*self.cutoff.shape, histories)))
            out, count = np.empty_like(now), np.zeros((STRATA, histories), np.int32)
            function(now, self.neighbours, self.level, self.bounds, limits, np.ascontiguousarray(look), out, count)
            found.append(count)
            now = out
        return np.array(found)


def crowd(way: str, society: Society, seed: int) -> Any:
    """The society as agents of one of `AGENTS`: `restart()`, `sweep(looks=None)` -> heads by stratum (own luck if None)."""
    return import_module(f"bench.peers.cascade_{way}").Crowd(society, seed)


def unequal(agents: tuple[str, ...] = AGENTS, citizens: int = LARGE, sweeps: int = 8) -> list[str]:
    """The ways whose heads, given the looks of thaw, are not those of thaw in every stratum and sweep."""
    society = Society(citizens)
    told = [(heads[:, :NARROW].copy(), looks[:, :NARROW] != 0) for heads, looks in society.of_thaw(0, 1, sweeps)]
    heads = np.array([count for count, _ in told])
    wrong = [
        name
        for name, function in (("scalar Numba", _scalar), ("numpy", _numpy))
        if not np.array_equal(society.plain(function, (looks for _, looks in told)), heads)
    ]
    for way in agents:
        people = crowd(way, society, 0)
        same = [people.sweep(looks[:, 0].tolist()) == count[:, 0].tolist() for count, looks in told]
        wrong += [] if all(same) else [way]
    return wrong


def ours(histories: int) -> Any:
    """Heads (histories, stops) in the small society: 64 independent histories a block, from each word of it in turn."""
    society, found = Society(SMALL), []
    for block in range(-(-histories // 64)):
        word = slice(64 * (block % 8), 64 * (block % 8) + 64)
        sweeps = [heads[:, word].sum(axis=0) for heads, _ in society.of_thaw(1 + block, 8)]
        found.append(np.array(sweeps)[list(STOPS)].T)
    return np.concatenate(found)[:histories]


def theirs(way: str, histories: int, seed: int = 1) -> Any:
    """The same, another way, each with its own luck."""
    society = Society(SMALL)
    if way in AGENTS:
        people, found = crowd(way, society, seed), []
        for _ in range(histories):
            people.restart()
            found.append([sum(people.sweep()) for _ in range(SWEEPS)])
        return np.array(found)[:, list(STOPS)]
    rng = np.random.default_rng([seed, way == "numpy"])
    looks = (rng.random((SMALL, histories)) < 0.5 for _ in range(SWEEPS))
    heads = society.plain(_numpy if way == "numpy" else _scalar, looks)
    return heads.sum(axis=1).T[:, list(STOPS)]
