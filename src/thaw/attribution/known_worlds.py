"""Small structural models of which every number is known exactly: what the estimators are tried on.

In each a background Z is settled first, then whether C happens, then luck decides E. For each value of Z a world states

    P(Z)   P(C | Z)   p1 = P(E | do C, Z)   p0 = P(E | do not C, Z)   joint = P(E with C and no E without, under the same luck | Z)

and everything follows. A disturbance after C (an arm in which anything at all differs) redraws the luck of E in a share `redrawn` of
histories, and twins with fresh luck share nothing but Z:

    PN = Σ P(Z) P(C|Z) [(1 - redrawn) joint + redrawn p1 (1 - p0)] / Σ P(Z) P(C|Z) p1        PS likewise over no C, no E
    PN0 = Σ P(Z) P(C|Z) p1 (1 - p1) / Σ P(Z) P(C|Z) p1        N0 = redrawn PN0        RD = Σ P(Z) (p1 - p0)        PR = Σ P(Z) p1 / Σ P(Z) p0

The histories come from keyed noise, as those of the model do. Sources: pearl2009 (the structures), halpern2016 (pre-emption).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from thaw.attribution.numbers import Twins
from thaw.kernels.noise import entity_ids, name_key, uniform

LUCK = entity_ids(["a", "b", "c"])  # luck of E: as many numbers as the richest of these worlds needs
Rule = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]  # (c, z, luck (H, 3)) -> E


@dataclass(frozen=True)
class World:
    """One structural model: its rule, and for each value of Z the probabilities that follow from it."""

    name: str
    rule: Rule
    background: tuple[float, ...]
    cause: tuple[float, ...]
    with_cause: tuple[float, ...]
    without: tuple[float, ...]
    joint: tuple[float, ...]
    redrawn: float = 0.0

    def truth(self) -> dict[str, float]:
        """PN, PN0, N0, excess, PS, RD, PR."""
        z, c, p1, p0, j = (np.array(x) for x in (self.background, self.cause, self.with_cause, self.without, self.joint))
        both, neither, s = float((z * c * p1).sum()), float((z * (1 - c) * (1 - p0)).sum()), self.redrawn
        changed = (1 - s) * j + s * p1 * (1 - p0)
        pn, reroll = float((z * c * changed).sum()) / both, float((z * c * p1 * (1 - p1)).sum()) / both
        nudge = s * reroll
        return {
            "pn": pn,
            "pn_reroll": reroll,
            "pn_nudge": nudge,
            "excess_pn": (pn - nudge) / (1 - nudge),
            "ps": float((z * (1 - c) * changed).sum()) / neither if neither > 0 else float("nan"),
            "rd": float((z * (p1 - p0)).sum()),
            "pr": float((z * p1).sum()) / float((z * p0).sum()) if (z * p0).any() else float("inf"),
        }

    def twins(self, histories: int, seed: int) -> Twins:
        """All arms of this many histories; the coupling by month shares no luck between them."""
        key = name_key(seed, "known world", self.name)
        rows = np.arange(histories, dtype=np.uint32)

        def drawn(what: int) -> np.ndarray:
            return uniform(key, rows, LUCK, what)

        first = drawn(0)
        z = (first[:, 0] > self.background[0]).astype(int)
        c = first[:, 1] < np.array(self.cause)[z]
        kept, yes, no = drawn(1), np.ones(histories, bool), np.zeros(histories, bool)

        def arm(number: int, cause: np.ndarray, share: float) -> np.ndarray:
            again = first[:, 2] < share
            return self.rule(cause, z, np.where(again[:, None], drawn(number), kept)).astype(float)

        factual = self.rule(c, z, kept).astype(float)
        apart = Twins(c, factual, arm(7, no, 1.0))
        return Twins(
            c, factual, prevented=np.where(c, arm(2, no, self.redrawn), factual), rerolled=arm(3, c, 1.0), nudged=arm(4, c, self.redrawn),
            forced=arm(5, yes, self.redrawn), unforced=arm(6, no, self.redrawn), other_coupling=apart,
        )  # fmt: skip


def chain(c: float, strong: tuple[float, float], effect: tuple[float, float], redrawn: float = 0.0) -> World:
    """C → M → E: M has probability `strong[0]` without C and `strong[1]` with it, E `effect[0]` without M and `effect[1]` with it."""
    (m0, m1), (e0, e1) = strong, effect

    def rule(cause: np.ndarray, z: np.ndarray, luck: np.ndarray) -> np.ndarray:
        m = luck[:, 0] < np.where(cause, m1, m0)
        return luck[:, 1] < np.where(m, e1, e0)

    return World("chain", rule, (1.0,), (c,), (e0 + m1 * (e1 - e0),), (e0 + m0 * (e1 - e0),), ((m1 - m0) * (e1 - e0),), redrawn)


def fork(z: float, c: tuple[float, float], base: tuple[float, float], effect: float, redrawn: float = 0.0) -> World:
    """C ← Z → E, and C adds `effect` to E's probability: nought for a mere correlation."""
    p1 = (base[0] + effect, base[1] + effect)

    def rule(cause: np.ndarray, where: np.ndarray, luck: np.ndarray) -> np.ndarray:
        return luck[:, 0] < np.array(base)[where] + effect * cause

    return World("fork", rule, (1 - z, z), c, p1, base, (effect, effect), redrawn)


def collider(c: float, base: float, effect: float, redrawn: float = 0.0) -> World:
    """C → S ← E, and C adds `effect` to E: seen through S (`selected`) the two look related whatever the effect."""

    def rule(cause: np.ndarray, z: np.ndarray, luck: np.ndarray) -> np.ndarray:
        return luck[:, 0] < base + effect * cause

    return World("collider", rule, (1.0,), (c,), (base + effect,), (base,), (effect,), redrawn)


def selected(world: World, weights: tuple[float, float, float, float]) -> float:
    """RD of a collider without redrawn luck among histories that weigh `weights[2 C + E]`, C and E in F: E's luck is not as at first."""
    c, p0, effect = world.cause[0], world.without[0], world.joint[0]
    moved = effect * (c * weights[3] + (1 - c) * weights[0])
    always, never = p0 * (c * weights[3] + (1 - c) * weights[1]), (1 - p0 - effect) * (c * weights[2] + (1 - c) * weights[0])
    return moved / (moved + always + never)


def overdetermination(c: float, other: float, redrawn: float = 0.0) -> World:
    """E = C or A, each enough alone; A has probability `other`."""

    def rule(cause: np.ndarray, z: np.ndarray, luck: np.ndarray) -> np.ndarray:
        return cause | (luck[:, 0] < other)

    return World("over-determination", rule, (1.0,), (c,), (1.0,), (other,), (1 - other,), redrawn)


def preemption(c: float, works: float, backup: float, redrawn: float = 0.0) -> World:
    """C works with probability `works` and keeps the backup from trying; without C the backup does it with probability `backup`."""

    def rule(cause: np.ndarray, z: np.ndarray, luck: np.ndarray) -> np.ndarray:
        return np.where(cause, luck[:, 0] < works, luck[:, 1] < backup)

    return World("pre-emption", rule, (1.0,), (c,), (works,), (backup,), (works * (1 - backup),), redrawn)


def noisy_or(c: float, works: float, leak: float, redrawn: float = 0.0) -> World:
    """C brings E about with probability `works`, and E comes of itself with probability `leak`."""

    def rule(cause: np.ndarray, z: np.ndarray, luck: np.ndarray) -> np.ndarray:
        return (cause & (luck[:, 0] < works)) | (luck[:, 1] < leak)

    return World("noisy-or", rule, (1.0,), (c,), (1 - (1 - works) * (1 - leak),), (leak,), (works * (1 - leak),), redrawn)


def any_world(number: int, seed: int = 0, *, rare: bool = False) -> World:
    """The `number`-th world of an endless list with keyed parameters; `rare` ones have effects of 0.2% to 4%."""
    u = uniform(name_key(seed, "any world", "rare" if rare else "usual"), np.array([number], np.uint32), entity_ids([*"abcdefg"]), 0)[0]
    c, redrawn = 0.3 + 0.4 * u[0], (0.0, 0.5 * u[6], u[6])[int(3 * u[5])]
    if rare:
        low, more = 0.002 + 0.02 * u[1], 0.02 * u[2]
        few = (noisy_or(c, more, low), collider(c, low, more), preemption(c, low + more, low), chain(c, (low, low + more), (0.0, 1.0)))
        return replace(few[int(4 * u[4])], redrawn=redrawn)
    low, high = 0.05 + 0.4 * u[1], 0.5 + 0.45 * u[2]
    made = (
        chain(c, (low, high), (0.1 + 0.3 * u[3], 0.9)),
        fork(0.3 + 0.4 * u[3], (c / 2, c), (low / 2, low), 0.5 * u[2]),
        collider(c, low, high - low),
        overdetermination(c, low),
        preemption(c, high, low),
        noisy_or(c, high, low),
    )
    return replace(made[int(6 * u[4])], redrawn=redrawn)


def sham(number: int, seed: int = 0) -> World:
    """A cause without any effect on E, of 5% to 50%: a disturbance redraws all luck in every second world, some of it in the others."""
    u = uniform(name_key(seed, "sham", "cause"), np.array([number], np.uint32), entity_ids([*"abc"]), 0)[0]
    return collider(0.3 + 0.4 * u[0], 0.05 + 0.45 * u[1], 0.0, redrawn=1.0 if number % 2 == 0 else u[2])


def reversed_pair(number: int, seed: int = 0) -> World:
    """E brings C about and C does nothing to E: an early E (Z) makes C likely and comes again more often than it comes first."""
    u = uniform(name_key(seed, "reversed", "pair"), np.array([number], np.uint32), entity_ids([*"abcd"]), 0)[0]
    return fork(0.3 + 0.4 * u[0], (0.1, 0.6 + 0.3 * u[1]), (0.05 + 0.1 * u[2], 0.3 + 0.3 * u[2]), 0.0, redrawn=u[3])

