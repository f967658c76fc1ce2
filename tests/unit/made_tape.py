"""A made-up run for tests of what is printed and drawn: no model behind it, only numbers of the right shape."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from thaw.axes import COHORTS

POLITIES = ("SUN", "POL", "DDR", "HUN", "CSK", "ROU", "BGR", "ALB", "CHN", "YUG")
PERSONS = ("stalin", "malenkov", "beria", "khrushchev", "molotov", "bulganin", "brezhnev", "nagy", "rakosi", "gomulka")
NAMES = {
    "stalin": "Iosif Stalin", "malenkov": "Georgii Malenkov", "beria": "Lavrentii Beria",
    "khrushchev": "Nikita Khrushchev", "molotov": "Viacheslav Molotov", "bulganin": "Nikolai Bulganin",
    "brezhnev": "Leonid Brezhnev", "nagy": "Imre Nagy", "rakosi": "Mátyás Rákosi", "gomulka": "Władysław Gomułka",
    "SUN": "Soviet Union", "POL": "Poland", "DDR": "East Germany", "HUN": "Hungary", "CSK": "Czechoslovakia",
    "ROU": "Romania", "BGR": "Bulgaria", "ALB": "Albania", "CHN": "China", "YUG": "Yugoslavia",
}  # fmt: skip
RECORD = {
    "SUN.death:stalin": "1953-03", "SUN.amnesty": "1953-03", "DDR.uprising": "1953-06", "SUN.fall:beria": "1953-06",
    "SUN.new_course": "1953-08", "SUN.virgin_lands": "1954-03", "SUN.thaw": "1954-05", "SUN.fall:malenkov": "1955-02",
    "SUN.secret_speech": "1956-02", "POL.concession": "1956-10", "HUN.uprising": "1956-10",
    "HUN.intervention": "1956-11",
    "SUN.challenge": "1957-06", "SUN.second_destalinization": "1961-10", "SUN.leader_ousted": "1964-10",
    "SUN.renewed_terror": None,
}  # fmt: skip
CHANCE = dict(zip(RECORD, (1, 0.9, 0.4, 0.7, 0.6, 0.5, 0.95, 0.55, 0.6, 0.35, 0.3, 0.22, 0.8, 0.3, 0.45, 0.1), strict=True))
FIRST, LAST = "1945-06", "1968-12"


def made_tape(histories: int = 60, seed: int = 7, title: str = "The Soviet Union, 1945-1968") -> Any:
    """A tape with series, events, persons and manifest, the same for the same numbers."""
    luck = np.random.default_rng(seed)
    months = pd.period_range(FIRST, LAST, freq="M")
    events = _events(luck, histories, months)
    series = _series(luck, histories, months, events)
    manifest = {
        "scenario": "ussr-1945", "title": title, "seed": seed, "histories": histories, "labels": dict(NAMES),
        "record": {name: [[months.get_loc(pd.Period(day, "M")), 1]] for name, day in RECORD.items() if day},
        "pinned": {"SUN.death:stalin": "1953-03"}, "digest": "0f" * 32, "version": "0.1.0", "citizens": 10000, "hegemon": "SUN",
        "do": [], "prevent": [], "set": {}, "without": [], "first_month": FIRST, "months": len(months), "courts": ["SUN"] * 7 + ["HUN"] * 2 + ["POL"],
    }  # fmt: skip
    arrays = {"opinion": series.opinion.values}
    return SimpleNamespace(series=series, events=events, persons=list(PERSONS), manifest=manifest, arrays=arrays, reading=lambda name: nullcontext())


def _events(luck: np.random.Generator, histories: int, months: pd.PeriodIndex) -> pd.DataFrame:
    rows = []
    for name, day in RECORD.items():
        polity, event = name.split(".")
        centre = months.get_loc(pd.Period(day or "1960-01", "M"))
        for history in range(histories):
            if luck.random() >= CHANCE[name]:
                continue
            late = 0 if name == "SUN.death:stalin" else int(luck.gamma(2, 8)) - 10
            month = str(months[min(max(centre + late, 0), len(months) - 1)])
            actor = "khrushchev" if event in ("challenge", "secret_speech", "virgin_lands") else ""
            because = "grievance +1.2; stance +0.5" if event in ("uprising", "secret_speech") else ""
            rows.append((history, month, -1, polity, event, actor, 0.02, False, because))
    columns = ["history", "month", "week", "polity", "event", "actor", "rate", "forced", "because"]
    return pd.DataFrame(rows, columns=columns).sort_values(["history", "month", "polity", "event"], ignore_index=True)


def _series(luck: np.random.Generator, histories: int, months: pd.PeriodIndex, events: pd.DataFrame) -> xr.Dataset:
    shape = (histories, len(months), len(POLITIES))
    time = np.arange(len(months))[None, :, None] + np.zeros(shape)
    after = np.clip((time - 93) / 40, 0, 1)  # Stalin dies in month 93
    wander = np.cumsum(luck.normal(0, 0.02, shape), axis=1)
    spread = np.exp(luck.normal(0, 0.25, (histories, 1, 1)))

    def share(values: np.ndarray) -> np.ndarray:
        return np.clip(values, 0, 1)

    made = {
        "personalisation": share(0.62 - 0.3 * after * spread + 0.5 * np.clip((time - 120) / 200, 0, 0.4) + wander * 0.5),
        "norm": share(0.05 + 0.5 * after * spread + wander * 0.3),
        "convictions": (90000 * np.exp(-time / 80) * (1 - 0.95 * after)) * spread * np.exp(wander),
        "political_prisoners": (480 + 60 * np.sin(time / 30)) * (1 - 0.95 * after) * spread,
        "ordinary_prisoners": (1250 + 800 * np.clip(time / 60, 0, 1)) * (1 - 0.65 * after) * spread**0.5,
        "fear": np.exp(-np.clip(time - 60, 0, None) / 90) * spread,
        "line": np.clip(-0.8 + after * spread + wander, -1, 1),
        "censorship": share(0.95 - 0.25 * after * spread + wander * 0.2),
        "cult": share(0.9 - 0.6 * after),
        "knowledge": share(0.03 + 0.4 * np.clip((time - 128) / 60, 0, 1) * spread),
        "voice": share(0.002 + 0.03 * after * spread * np.exp(3 * wander)),
        "revolt": share(0.0005 * np.exp(luck.normal(0, 1.5, shape))),
        "dissidents": 2 * after * spread,
        "occupied": np.zeros(shape),
        "turnover": share(0.1 + wander),
        "jamming": share(0.8 * np.clip(time / 40, 0, 1) + wander),
        "output": (3 + time / 60) * spread**0.2,
        "harvest": 1 + 0.2 * np.sin(time / 12) * spread,
        "leader": _leaders(luck, histories, len(months)),
        "in_uprising": _uprisings(events, shape, months),
    }
    dims = ("history", "month", "polity")
    series = xr.Dataset(
        {name: (dims, values.astype("float32")) for name, values in made.items()},
        coords={"history": np.arange(histories), "month": months.to_timestamp(), "polity": list(POLITIES)},
    )
    for name, values in _world(luck, histories, len(months)).items():
        series[name] = (("history", "month", "cohort")[: values.ndim], values.astype("float32"))
    for name in ("voice", "revolt", "dissidents"):  # no street is simulated there
        series[name] = series[name].where(~series.polity.isin(["CHN", "YUG"]))
    founded = (series.polity != "DDR") | (series.month >= np.datetime64("1949-10-01"))
    there = [name for name in series if "polity" in series[name].dims]
    return series.assign(series[there].where(founded))


def _world(luck: np.random.Generator, histories: int, months: int) -> dict[str, np.ndarray]:
    """What all polities have in common, (histories, months) or with cohorts."""
    time = np.arange(months)[None] / months
    own = luck.normal(0, 0.05, (histories, 1))
    opinion = 0.6 - time[..., None] - own[..., None] - np.arange(len(COHORTS)) / 40
    return {
        "tension": np.clip(0.6 - 0.3 * time + own, 0, 1),
        "quarrel": np.clip(time + own, 0, 1),
        "neutral_share": 0.3 + 0.2 * time + own,
        "east_share": 0.15 + 0 * time - own / 2,
        "opinion": opinion,
        "reputation": opinion.mean(axis=2),
    }


def _leaders(luck: np.random.Generator, histories: int, months: int) -> np.ndarray:
    leader = np.full((histories, months, len(POLITIES)), -1.0)
    leader[:, :93, 0] = PERSONS.index("stalin")
    for history in range(histories):
        month = 93
        while month < months:
            stay = int(luck.gamma(2, 30)) + 6
            leader[history, month : month + stay, 0] = luck.choice([1, 2, 3, 4, 5, 6], p=[0.3, 0.08, 0.35, 0.12, 0.05, 0.1])
            month += stay
    leader[:, :, 3] = PERSONS.index("rakosi")
    return leader


def _uprisings(events: pd.DataFrame, shape: tuple[int, ...], months: pd.PeriodIndex) -> np.ndarray:
    going = np.zeros(shape)
    for row in events[events.event == "uprising"].itertuples():
        start = months.get_loc(pd.Period(row.month, "M"))
        going[row.history, start : start + 2, POLITIES.index(row.polity)] = 1

    return going


def made_summary(tape: Any) -> dict[str, Any]:
    """What `thaw.summary.summarise` says of a tape on disk, in the same form, the counts made up."""
    histories = tape.manifest["histories"]
    events = {}
    for name, date in RECORD.items():
        if name in tape.manifest["pinned"]:
            continue
        polity, event = name.split(".")
        found = tape.events[(tape.events.polity == polity) & (tape.events.event == event)]
        first = sorted(found.groupby("history").month.min())
        dates = {label: first[int(at * (len(first) - 1))] if first else None for label, at in (("median", 0.5), ("q05", 0.05), ("q95", 0.95))}
        events[name] = {
            "share": len(first) / histories,
            **dates,
            "record": date,
            "near": {date: 0.8 * len(first) / histories} if date else {},
        }
    counted = {"record": 2000.0, "median": 2100.0, "q05": 1800.0, "q95": 2500.0}
    return {
        "events": events,
        "leaders": {str(year): {"malenkov": 0.4, "khrushchev": 0.35, "beria": 0.2, "": 0.05} for year in range(1953, 1969)},
        "collective": {"12": 0.71, "24": 0.66},
        "prisoners": {str(year): dict(counted) for year in range(1946, 1961)} | {"1961": counted | {"record": None}},
        "convictions": {str(year): dict(counted) for year in range(1946, 1953)},
    }
