"""The generated parts of `docs/skill.md`: scores from the JSON of `thaw skill`, rules from that of `thaw skill --rules`."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from thaw.docs_text import table
from thaw.errors import RunError
from thaw.skill.saved import parameters_from
from thaw.trust import FILE, LEAST_EVENTS, stored

PERMUTED = "stances permuted"
WHOSE = {"series": "series", "panel": "polities"}


def skill_of(files: Iterable[Path]) -> dict[str, Callable[[], str]]:
    """The makers of the blocks `skill` and `skill_rules` from files with the JSON of `thaw skill`, with and without `--rules`."""
    makers: dict[str, Callable[[], str]] = {}
    for file in files:
        data = _read(file)
        if isinstance(data.get("rules"), list):
            makers["skill_rules"] = partial(rules, data)
        elif {"series", "panel", "summary"} <= data.keys() and not data["opened"]:
            makers["skill"] = partial(scores, data)
        else:
            raise RunError(f"{file} is neither from `thaw skill --json` nor from `thaw skill --rules --json`. Write it with one of the two.")
    return makers


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as mistake:
        raise RunError(f"{file} cannot be read: {mistake.strerror}. Write it with `thaw skill --json > {file}`.") from mistake
    except ValueError as mistake:
        raise RunError(f"{file} is no JSON: {mistake}. Write it with `thaw skill --json > {file}`.") from mistake
    return data if isinstance(data, dict) else {}


def shipped() -> str:
    """The scores that come with the package; RunError where none do."""
    if not stored()["series"]:
        raise RunError(f"{FILE} is not there: no scores ship with the package. Run thaw skill --save.")
    return scores(stored())


def scores(data: Mapping[str, Any]) -> str:
    """What came out on the development origins: targets, series, panel."""
    lost = sum(row["crps_skill"] <= 0 for row in data["series"])
    power = [row["tempering"] for row in data["origins"] if row["arm"] == "model"]
    parts = [
        f"{_command(data)}.", table(("", "found", "wanted"), _targets(data)),
        f"On {lost} of {len(data['series'])} series it loses to the best rival; they come first. Weights are tempered to powers of {min(power):.2f} to "
        f"{max(power):.2f}: with 1, histories would be as near to the record up to the origin as the model wants them.",
        table(("series", "skill", "best rival", "CRPS", "rival's", "over rules without a model", PERMUTED, "in 90%", "n"), map(_series, data["series"])),
        table(("events", "Brier skill", "90%", "Brier", "base rate's", "without court and society", PERMUTED, "n", "came"), map(_kind, data["panel"])),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _command(data: Mapping[str, Any], more: str = "") -> str:
    kept = "".join(f" --rule {name}={rule}" for name, rule in data.get("rule", {}).items())
    return (
        f"`thaw skill {data['scenario']}{more} -n {data['histories']} --citizens {data['citizens']} --seed {data['seed']}{kept}`, "
        f"parameters from {parameters_from(data)}"
    )


def _targets(data: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    whole, met = data["summary"], {name: "met" if found else "**missed**" for name, found in data["summary"]["meets"].items()}
    events = next(row for row in data["panel"] if row["brier_skill"] == whole["panel_brier_skill"])
    alone = [row for row in data["panel"] if row is not events]
    tested = [row["name"] for row in alone if row["tested"]]
    came = f"{min(row['events'] for row in alone)} to {max(row['events'] for row in alone)} came of a kind"
    return [
        ("median CRPS skill over the best rival", f"{whole['median_crps_skill']:+.2f} ({_span(whole)})", f"0.15: {met['series']}"),
        ("over persistence and trend alone", f"{whole['median_crps_skill_over_rules']:+.2f}", ""),
        ("with stances permuted", f"{whole['median_crps_skill_permuted']:+.2f}", ""),
        ("90% bands hold", f"{whole['coverage90']:.0%}", f"80% to 97%: {met['coverage']}"),
        (f"Brier skill, all events ({events['events']} came)", f"{events['brier_skill']:+.2f} ({_span(events)})",
         f"above 0: {met['panel']}{', the interval holds 0' * (events['low'] <= 0 <= events['high'])}"),
        ("each kind of event", came, f"{LEAST_EVENTS} or more; tested: {', '.join(tested) or '**none**'}"),
    ]  # fmt: skip


def _span(row: Mapping[str, Any]) -> str:
    return f"{row['low']:+.2f} to {row['high']:+.2f}"


def _series(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        f"`{row['name']}`", f"{row['crps_skill']:+.2f}", row["best_rival"], f"{row['crps']:.3g}", f"{row['crps_rival']:.3g}",
        f"{row['crps_skill_over_rules']:+.2f}", f"{row['crps_skill_permuted']:+.2f}", f"{row['coverage90']:.0%}", str(row["n"]),
    )  # fmt: skip


def _kind(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["name"], f"{row['brier_skill']:+.2f}", _span(row), f"{row['brier']:.3f}", f"{row['brier_base_rate']:.3f}",
        *(f"{row[name]:+.2f}" if name in row else "" for name in ("brier_skill_bare", "brier_skill_permuted")), str(row["n"]),
        str(row["events"]) if row["tested"] else f"{row['events']}: untested",
    )  # fmt: skip


def rules(data: Mapping[str, Any]) -> str:
    """The stacking weights of rules, and which of them an interval tells from the others."""
    rows = [
        (row["kind"], row["mechanism"], f"`{row['rule']}`", f"{row['weight']:.2f}", f"{row['low']:.2f} to {row['high']:.2f}", f"{row['score']:.4f}")
        for row in data["rules"]
    ]
    counted = {row["kind"]: f"{row['targets']} values of {row['groups']} {WHOSE[row['kind']]}" for row in data["mixtures"]}
    some = [f"`{row['mechanism']}={row['rule']}` by {row['kind']}" for row in data["rules"] if row["low"] > 0]
    half = [f"`{row['mechanism']}={row['rule']}` by {row['kind']}" for row in data["rules"] if row["high"] < 0.5]
    parts = [
        f"{_command(data, ' --rules')}. " + "; ".join(f"{kind}: {words}" for kind, words in counted.items()) + ".",
        table(("scored on", "mechanism", "rule", "weight", "90%", "score alone"), rows),
        f"Rules whose interval lies above 0: {', '.join(some) or 'none'}; below one half: "
        f"{', '.join(half) or 'none'}.",
    ]
    return "\n\n".join(parts)
