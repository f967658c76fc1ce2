"""What the page says in sentences: what was run, what came out, how to make it again. Numbers only, no judgement."""

from collections.abc import Mapping

from thaw.chronicle import event_title, month_words, short_name
from thaw.report.rows import Run, happenings, percent, uprising_rows

CHANGED = (
    ("do", "brought about"),
    ("prevent", "prevented"),
    ("set", "set"),
    ("hold", "kept at a value"),
    ("without", "left out"),
)
ADJUSTED_TO = ("1945-06", "1956-12")  # first and last month of the record to which mechanisms were adjusted
RULES_ALONE = "45%"  # of power: above it one person rules alone (thaw.summary.AUTOCRAT)
SHOWN_YEARS = ("1954", "1958")
KEY_EVENTS = ("SUN.fall:beria", "SUN.secret_speech", "HUN.uprising")
LOW, HIGH = 0.02, 0.95  # neither out of reach nor certain


def question(run: Run) -> str:
    """What was run, in two sentences."""
    name = run.label(run.main)
    country = f"the {name}" if name.endswith(("Union", "Republic")) else name
    first, last = month_words(run.months[0]), month_words(run.months[-1])
    what = f"{run.histories:,} simulated histories of {country} and its world, {first} to {last}."
    acts = [f"{words}: {', '.join(said(run, key))}" for key, words in CHANGED if said(run, key)]
    if not acts:
        return f"{what} Nothing was forced or prevented: every history is what the mechanisms make of the same start."
    return f"{what} What was changed in all of them: {'; '.join(acts)}."


def said(run: Run, key: str) -> list[str]:
    """What the manifest says under one of the keys of `CHANGED`, each in words."""
    told = run.tape.manifest.get(key)
    if isinstance(told, Mapping):
        return [f"{name} = {value}" for name, value in told.items()]
    if key not in ("do", "prevent"):
        return [str(name) for name in told or ()]
    words = []
    for act in told or ():
        name, _, month = str(act).partition("@")
        words.append(event_title(name, run.labels, main=run.main) + (f" in {month_words(month)}" if month else ""))
    return words


def findings(run: Run) -> list[tuple[str, str]]:
    """The numbers a reader should take away, each with the end of its sentence."""
    return [*_collective(run), *_leads(run), *_reach(run), *_prisoners(run), *_revolts(run)]


def _collective(run: Run) -> list[tuple[str, str]]:
    share = (run.summary.get("collective") or {}).get("12")
    if share is None:
        return []
    words = "of histories are under collective leadership a year after the first leader’s end: no one holds more than "
    return [(percent(share), f"{words}{RULES_ALONE} of power. In {percent(1 - share)} one person does.")]


def _leads(run: Run) -> list[tuple[str, str]]:
    found = []
    for year, shares in run.summary.get("leaders", {}).items():
        ranked = sorted(shares.items(), key=lambda item: -item[1])
        if year not in SHOWN_YEARS or not ranked:
            continue
        (first, most), rest = ranked[0], ranked[1:4]
        others = ", ".join(f"{_who(run, person)} in {percent(share)}" for person, share in rest if share >= 0.01)
        words = f"of histories are led by {_who(run, first)} at the end of {year}" + (f"; {others}." if others else ".")
        found.append((percent(most), words))
    return found


def _who(run: Run, person: str) -> str:
    return short_name(person, run.labels) if person else "nobody"


def _reach(run: Run) -> list[tuple[str, str]]:
    """How many recorded dates the system reaches by itself, and how often the best known ones."""
    shown = {row.name: row for row in happenings(run) if row.near}
    near = [share for row in shown.values() for share in row.near.values()]
    if not near:
        return []
    within = sum(LOW <= share <= HIGH for share in near)
    words = "recorded dates of events that nothing prescribes see their event within two years in "
    found = [(f"{within} of {len(near)}", f"{words}{LOW:.0%} to {HIGH:.0%} of histories: neither out of reach nor certain.")]
    for row in (shown[name] for name in KEY_EVENTS if name in shown):
        date, share = next(iter(row.near.items()))
        words = f"of histories have this within two years of {month_words(date)}: {row.title}. "
        found.append((percent(share), f"{words}At any time: {percent(row.share)}."))
    return found


def _prisoners(run: Run) -> list[tuple[str, str]]:
    told = run.summary.get("prisoners") or {}
    known = [year for year, row in told.items() if row.get("record") is not None and row.get("q05") is not None]
    if not known:
        return []
    inside = sum(told[year]["q05"] <= told[year]["record"] <= told[year]["q95"] for year in known)
    words = "counts of prisoners on 1 January lie within the range that holds nine in ten histories"
    return [(f"{inside} of {len(known)}", f"{words} ({known[0]}–{known[-1]}).")]


def _revolts(run: Run) -> list[tuple[str, str]]:
    if "in_uprising" not in run.tape.series:
        return []
    _, drawn = uprising_rows(run)
    risen = sorted(drawn["polities"], key=lambda row: (-row["ever"], row["polity"]))
    if not risen:
        return [("0", "histories see an uprising anywhere.")]
    others = ", ".join(f"{row['polity']} in {percent(row['ever'])}" for row in risen[1:4])
    words = f"of histories see an uprising in {risen[0]['polity']}" + (f"; {others}." if others else ".")
    return [(percent(risen[0]["ever"]), words)]


def pinned_words(run: Run) -> str:
    """What the record fixed in this run, in a sentence."""
    manifest = run.tape.manifest
    if manifest.get("free"):
        return "Nothing was pinned in this run: natural deaths too are drawn."
    names = list(manifest.get("pinned", ()))
    deaths = sum(".death:" in name for name in names)
    others = [event_title(name, run.labels, main=run.main) for name in names if ".death:" not in name]
    parts = [f"{deaths} natural deaths"] * bool(deaths) + others[:6]
    listed = f" Pinned to the record in this run: {', '.join(parts)}." if parts else ""
    given = "Natural deaths, dates of congresses, the economy and what third powers did follow the record"
    return f"{given}; all else is decided inside.{listed}"


def judged_words(run: Run) -> str:
    """The month up to which persons are judged, as the scenario has it."""
    judged = (run.tape.manifest.get("made_from") or {}).get("judged")
    return month_words(judged) if judged else "the month that the scenario names"


def adjusted_words(run: Run) -> str:
    """To what the mechanisms were adjusted, and what of this run is therefore prediction."""
    what = "The mechanisms were adjusted to what is known of the Soviet Union and its bloc from 1945 to the end of 1956."
    first, last = ADJUSTED_TO
    if run.main != "SUN" or run.months[-1] < first or run.months[0] > last:
        return f"{what} This run is another case: nothing in it was adjusted to what came after {judged_words(run)}."
    return f"{what} All that comes later is prediction." if run.months[-1] > last else what


def faults_words(run: Run) -> str:
    """What did not go to plan: histories that broke off, interventions that were not possible; empty mostly."""
    told = run.tape.manifest
    words = [f"{told['faults_said']}."] if told.get("faults_said") else []
    if ended := len(told.get("ended") or ()):
        words.append(f"{ended} {'history' if ended == 1 else 'histories'} ended in a war between the poles and hold nothing after it.")
    for event, count in (told.get("refused") or {}).items():
        title = event_title(event, run.labels, main=run.main)
        words.append(f"{title} could not be brought about in {count} histories: what it requires did not hold.")
    return " ".join(words)


def command(run: Run) -> str:
    """The command line that makes the same run."""
    told = run.tape.manifest
    parts = ["thaw run", str(told.get("scenario", "")), f"-n {run.histories}", f"--seed {told.get('seed', 0)}"]
    if told.get("citizens"):
        parts.append(f"--citizens {told['citizens']}")
    for option in ("do", "prevent", "set", "rule", "without"):
        acts = told.get("rules" if option == "rule" else option) or ()
        listed = [f"{name}={value}" for name, value in acts.items()] if isinstance(acts, Mapping) else acts
        parts += [f"--{option} {act}" for act in listed]
    parts += ["--coupling month"] * (told.get("coupling") == "month")
    parts += [f"--{choice}" for choice in ("prior", "central") if told.get("parameters") == choice] + ["--free"] * bool(told.get("free"))
    return " ".join(part for part in parts if part)


def parameter_words(run: Run) -> str:
    """Where the parameters of a run come from, and how many of them the record has spoken to."""
    told = run.tape.manifest
    if told.get("parameters") == "central":
        return "Parameters stand at their central values in all histories, so the bands hold chance only."
    both = "so the bands hold chance and also what is not known about the rules"
    if told.get("parameters") != "posterior":
        return f"Each history draws its parameters from their priors, {both}."
    informed = told.get("informed", [])
    named = f": {', '.join(informed[:8])}{' …' if len(informed) > 8 else ''}" if informed else ""
    return (
        f"Each history draws its parameters from what fits the record up to {told['fitted']['cut']} ({told['fitted']['method']}), {both}. The record has "
        f"spoken to {len(informed)} of them (contraction 0.2 or more){named}; what hangs on the others is driven by their priors."
    )


def trust_words(run: Run) -> str:
    """How well the model foretold what it was not shown; of scenarios that are not scored, that."""
    from thaw.trust import made_here, stored

    scores = stored()
    if run.tape.manifest.get("scenario") != scores.get("scenario"):
        return "Forecasts of this scenario have not been scored (thaw skill scores the Soviet bloc of 1953–1956)."
    if not made_here(scores):
        return "Its forecasts were scored with other code or posteriors (thaw skill --save scores them anew)."
    whole = scores["summary"]
    few = [row["name"] for row in scores["panel"] if not row["tested"]]
    return (
        f"Forecasts from the ends of 1953, 1954 and 1955: 90% bands held {whole['coverage90']:.0%} of the recorded values, the median skill (CRPS) "
        f"over the best rival is {whole['median_crps_skill']:+.2f}. Too few events came to score the model on: {', '.join(few) or 'none'}."
    )
