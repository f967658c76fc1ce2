"""A tiny regime for tests of what runs the loop: 3 polities, 5 persons, 13 months, three kinds of events."""

import os
import time
from dataclasses import replace

import numpy as np

from thaw import loop
from thaw.declare import event, mechanism, normal, param
from thaw.engine import parts
from thaw.noise import Act
from thaw.plan import Plan

PERSONS = ("stalin", "beria", "malenkov", "bierut", "ulbricht")


@mechanism(
    reads=("exists", "court"),
    writes=("fear", "leader", "personalisation", "political_prisoners", "in_uprising", "alive"),
    draws={"zeal": normal("P")},
    params=(param("pace", 0.1, unit="1/month", prior="lognormal(0.1, 0.5)", source="assumed", meaning="of everything"),),
    events=(
        event("amnesty", "P", "prisoners are freed"),
        event("fall", "E", "a person falls", once=True),
        event("detente", "", "the world relaxes"),
    ),
)
def toy(state, params, noise):
    """Fear wanders, prisoners are freed now and then, whoever has not fallen leads."""
    freed = noise.happens("amnesty", np.broadcast_to(params.pace[:, None], state.fear.shape), requires=state.exists, actor=state.leader)
    fallen = noise.happens("fall", np.broadcast_to(0.5 * params.pace[:, None], state.alive.shape))
    noise.happens("detente", params.pace * 0.3)
    alive = state.alive & ~fallen
    first = np.stack([np.where((state.court == p) & alive, np.arange(len(PERSONS)), 99).min(axis=1) for p in range(3)], axis=1)
    return {
        "fear": np.abs(state.fear * 0.9 + params.pace[:, None] * noise.zeal),
        "leader": np.where(first < 99, first, -1).astype(np.int16),
        "personalisation": np.where(first == 0, 0.6, np.minimum(np.abs(noise.zeal) * 0.3, 1.0)),
        "political_prisoners": np.where(freed, 0.5, 1.0) * (state.political_prisoners + 10),
        "in_uprising": noise.zeal > 2,
        "alive": alive,
    }


@mechanism(reads=(), writes=("norm",), draws={"slip": normal("P")})
def breaking(state, params, noise):
    """Leaves the bounds of a share now and then."""
    return {"norm": np.where(noise.slip > 3.2, 1.5, 0.5)}


@mechanism(reads=("at_war",), writes=("at_war",), draws={"nerve": normal("")})
def fighting(state, params, noise):
    """A war now and then, which does not end."""
    return {"at_war": state.at_war | (noise.nerve > 2.0)}


ORDER = (toy,)
BROKEN = (toy, breaking)
WARLIKE = (toy, fighting)


def make_plan(**changes) -> Plan:
    """The toy regime from November 1952 to November 1953; the third polity is founded in February 1953."""
    months = tuple((1952 + (10 + k) // 12, (10 + k) % 12 + 1) for k in range(13))
    exists = np.ones((13, 3), bool)
    exists[:3, 2] = False
    record = {"SUN.fall:beria": ((7, 3),), "SUN.amnesty": ((4, 3), (9, 0)), "SUN.fall:stalin": ((4, 0),)}
    plan = Plan(
        name="toy", months=months, weeks=(4,) * 13, polities=("SUN", "POL", "DDR"), persons=PERSONS,
        labels={"toy": "A toy", "SUN": "Soviet Union", "beria": "Lavrentii Beria"},
        given={
            "court": np.array([0, 0, 0, 1, 2]), "hegemon": np.array([True, False, False]),
            "has_society": np.array([True, True, False]),
        },
        calendar={"exists": exists}, initial={}, traits={}, priors={}, record=record, citizens=5, seed=3,
    )  # fmt: skip
    return replace(plan, **changes)


def make_part(plan, folder, record_all, first, last, progress):
    """What a worker does, with the toys in place of the mechanisms; a plan named 'broken' leaves its bounds."""
    _replace_mechanisms(plan)
    if plan.name == "deadly" and first >= 128:
        os._exit(7)
    parts.make_part(plan, folder, record_all, first, last, progress)


def remote_part(plan, first, last, record_all):
    """The same for a worker of a cluster."""
    _replace_mechanisms(plan)
    result = parts.run_chunk(plan, first, last, record_all)
    return parts.part_info(plan, result), list(parts.part_files(result))


def slow(first, last, progress):
    """Work that takes a minute, except for the first histories."""
    progress(0.5)
    if first:
        time.sleep(60)


def _replace_mechanisms(plan):
    loop.ORDER = BROKEN if plan.name == "broken" else ORDER


def do(event_name: str, entity: int, month: int) -> Act:
    return Act(event_name, entity, month)
