"""What the documentation says of one run: the README's tables, what each mechanism reproduces, the targets. For `thaw.docs`."""

from collections.abc import Mapping
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from thaw import record
from thaw.docs_text import code, mechanism, table
from thaw.report.rows import percent
from thaw.summary import AUTOCRAT, MEMORY_YEARS, NEAR_MONTHS, remembered, summarise, tables
from thaw.system_rows import NORMAL_HARVEST
from thaw.tape import Tape

CUT = "1956-12"  # what came later was not looked at when the model was made
LOW, HIGH = 0.02, 0.95
SHOWN = (
    "SUN.amnesty", "DDR.uprising", "DDR.intervention", "SUN.fall:beria", "SUN.new_course", "SUN.fall:malenkov", "SUN.secret_speech",
    "POL.uprising", "POL.concession", "HUN.uprising", "HUN.regime_collapse", "HUN.intervention", "SUN.decentralisation",
    "SUN.leader_ousted", "CSK.intervention",
)  # fmt: skip
SHOWN_YEARS = ("1946", "1948", "1950", "1952", "1954", "1956")
ORDERS = (  # as in the record of March 1953 to February 1955
    ("SUN.amnesty", "SUN.fall:beria", "SUN.fall:malenkov"),
    ("SUN.amnesty", "SUN.fall:beria", "SUN.new_course", "SUN.fall:malenkov"),
)
TERROR_MONTHS = 36
OUTSIDE = ("CHN", "YUG")  # nothing acts on them
JAMMED = {  # month -> jamming_state_broadcasters; rows after the cut were not used
    "1946-12": "no row", "1947-12": "no row", "1948-12": "no row", "1949-04": "on from the 30th", "1950-12": "on",
    "1953-03": "on; Radio Liberty too", "1956-12": "on",
}  # fmt: skip
SURVEYS = {
    "stalin_feeling_positive": "feel for him", "stalin_feeling_negative": "feel against him",
    "stalin_role_positive": "his role good", "stalin_role_negative": "his role bad",
}  # fmt: skip


class Results:
    """One finished run, as the pages quote it."""

    def __init__(self, folder: Path) -> None:
        self.tape = Tape.load(folder)
        self.summary: dict[str, Any] = summarise(self.tape)

    def run(self) -> str:
        """The README's block: the command, what it cost, and part of what it printed."""
        from rich.console import Console

        told = dict(self.summary)
        told["events"] = {name: told["events"][name] for name in SHOWN if name in told["events"]}
        told["prisoners"] = {year: row for year, row in told["prisoners"].items() if year in SHOWN_YEARS}
        page = Console(file=StringIO(), width=100, color_system=None)
        for part in tables(told):
            page.print(part)
        assert isinstance(page.file, StringIO)
        lines = [line.rstrip() for line in page.file.getvalue().splitlines()]
        cost = (
            f"{told['histories']:,} histories of {told['months']} months, {told['societies']} societies of {told['citizens']:,} "
            f"citizens:\n{told['seconds']:.1f} seconds and {told['peak_rss_mb']:,.0f} MB on {told['workers']} "
            f"process{'es' * (told['workers'] != 1)}; digest {told['digest'][:16]}"
        )
        return "```\n" + cost + "\n\n" + "\n".join(lines).strip("\n") + "\n```"

    def reproduces(self, name: str) -> str:
        """Events of the record up to the cut that a mechanism decides, and the series it is held against."""
        step = mechanism(name)
        decided = {event.name for event in step.events}
        rows = [
            self._event(full, row)
            for full, row in sorted(self.summary["events"].items(), key=lambda item: (item[1]["record"] or "", item[0]))
            if row["record"] and row["record"] <= CUT and full.partition(":")[0].split(".")[-1] in decided and self._own(step, full)
        ]
        parts = [self._source()]
        if rows:
            parts.append(
                table(
                    (
                        "event",
                        "first in the record",
                        "share",
                        f"within {NEAR_MONTHS} months",
                        "median",
                        "90% of first dates",
                    ),
                    rows,
                )
            )
        if name == "terror":
            parts += [
                self._series("prisoners", "Prisoners on 1 January, thousands"),
                self._series("convictions", "Political convictions in the year"),
            ]
        if name == "economy":
            parts += [self._output(), self._grain()]
        if name == "society":
            parts.append(self._uprisings())
        if name == "information":
            parts.append(self._jamming())
        if name == "memory":
            parts.append(self._memory())
        if name == "coalition":
            parts.append(self._collective())
        return "\n\n".join(parts)

    def targets(self) -> str:
        """The targets of the model against this run."""
        near = {(name, date): share for name, row in self.summary["events"].items() for date, share in row["near"].items() if date <= CUT}
        firsts = {key: share for key, share in near.items() if key[1] == self.summary["events"][key[0]]["record"]}
        inside = [key for key, share in firsts.items() if LOW <= share <= HIGH]
        rows = [
            (
                "each event that the system decides, within 24 months of its first date",
                "2% to 95% of histories",
                f"{len(inside)} of {len(firsts)} events",
            ),
            (
                "a year after the first leader's end nobody holds more than 45% of power",
                "more than half",
                self._share("12"),
            ),
            (
                "political convictions three years after his end, as a share of those at his end",
                "falls",
                self._terror(),
            ),
            ("uprisings that ended within the run", "most", self._ended()),
            *(
                (
                    f"{', then '.join(code([name]) for name in order)}: first dates from his end on",
                    "0.5% or more",
                    percent(self._in_order(order)),
                )
                for order in ORDERS
            ),
            ("the person who leads most often at the end of 1954", "not everywhere the same", self._commonest("1954")),
        ]
        outside = sorted(f"`{name}` {date} ({percent(share)})" for (name, date), share in firsts.items() if not LOW <= share <= HIGH)
        told = f"\n\nOutside the range: {', '.join(outside)}." if outside else ""
        return f"{self._source()}\n\n{table(('target', 'wanted', 'this run'), rows)}{told}"

    def _source(self) -> str:
        told = self.summary
        command = f"thaw run {told['scenario']} -n {told['histories']} --seed {told['seed']}"
        if told["citizens"] != 10_000:
            command += f" --citizens {told['citizens']}"
        return f"From `{command} --json`, digest `{told['digest'][:16]}`:"

    def _event(self, name: str, row: Mapping[str, Any]) -> tuple[str, ...]:
        span = f"{row['q05']} to {row['q95']}" if row["median"] else "–"
        return (
            f"`{name}`",
            row["record"],
            percent(row["share"]),
            percent(row["near"][row["record"]]),
            row["median"] or "–",
            span,
        )

    def _own(self, step: Any, name: str) -> bool:
        """Leaders are ousted by their own court where the court is whole (coalition), else by Moscow (bloc)."""
        if not name.endswith(".leader_ousted"):
            return True
        return name.startswith(self.tape.manifest["hegemon"]) == (step.name == "coalition")

    def _series(self, key: str, title: str) -> str:
        known = {year: row for year, row in self.summary[key].items() if row["record"] is not None and row["median"] is not None}
        inside = sum(row["q05"] <= row["record"] <= row["q95"] for row in known.values())
        rows = [(year, *(f"{row[part]:,.0f}" for part in ("record", "median", "q05", "q95"))) for year, row in known.items()]
        head = ("year", "record", "median", "5%", "95%")
        return f"{title}; the record lies within the 90% range in {inside} of {len(known)} years.\n\n{table(head, rows)}"

    def _years(self, name: str, place: int) -> dict[int, np.ndarray]:
        """A headline of one polity: year -> (H, month) values up to the cut, once histories differ in it."""
        values = self.tape.series[name].values[:, :, place]
        years = np.array([int(str(month)[:4]) for month in self.tape.series["month"].values])
        found = {year: values[:, years == year] for year in range(years[0], int(CUT[:4]) + 1)}
        return {year: rows for year, rows in found.items() if rows.shape[1] == 12 and np.ptp(rows[:, 0]) > 0}

    def _output(self) -> str:
        rows, inside, total = [], 0, 0
        for place, polity in enumerate(self.tape.manifest["polities"]):
            years = self._years("output", place)
            known = {row.end.year: row.value / 1000 for row in record.series(polity, "gdp_pc") if row.end.year in years}
            if not known or polity in OUTSIDE:
                continue
            ranges = {year: np.quantile(years[year].mean(axis=1), [0.05, 0.5, 0.95]) for year in known}
            missed = [year for year, value in known.items() if not ranges[year][0] <= value <= ranges[year][2]]
            inside, total = inside + len(known) - len(missed), total + len(known)
            shown = [year for year in sorted({min(known), 1950, int(CUT[:4])}) if year in known]
            cells = "; ".join(f"{year}: {known[year]:.2f} ({', '.join(f'{value:.2f}' for value in ranges[year])})" for year in shown)
            rows.append((polity, f"{len(known) - len(missed)} of {len(known)}", cells, ", ".join(map(str, missed)) or "–"))
        head = ("polity", "years inside", "record (5%, median, 95%), thousand 2011 int$ a head", "outside")
        return f"Output per head; the record lies within the 90% range in {inside} of {total} years.\n\n{table(head, rows)}"

    def _grain(self) -> str:
        people = {row.start.year: row.value for row in record.series("SUN", "population")}
        years = self._years("harvest", self._hegemon)
        known = {row.end.year: row.value for row in record.series("SUN", "grain_harvest") if row.end.year in years}
        rows, inside = [], 0
        for year, value in known.items():
            heads = (people[year] + people[year + 1]) / 2  # in July
            low, middle, high = np.quantile(years[year][:, -1] * heads * NORMAL_HARVEST, [0.05, 0.5, 0.95])
            inside += low <= value <= high
            rows.append((year, f"{value:.0f}", *(f"{number:.0f}" for number in (middle, low, high))))
        title = f"Soviet grain, million tonnes; the record lies within the 90% range in {inside} of {len(known)} years."
        return f"{title}\n\n{table(('year', 'record', 'median', '5%', '95%'), rows)}"

    def _share(self, months: str) -> str:
        share = self.summary["collective"].get(months)
        return "–" if share is None else f"{percent(share)} of histories"

    def _collective(self) -> str:
        return (
            f"No one holds more than {AUTOCRAT:.0%} of power 12 months after the first leader's end in {self._share('12')}, "
            f"24 months after in {self._share('24')}."
        )

    def _jamming(self) -> str:
        """Jamming in Moscow at dates up to the cut; the record has it on from 30 April 1949."""
        months = [str(month)[:7] for month in self.tape.series["month"].values]
        jamming = self.tape.series["jamming"].values[:, :, self._hegemon]
        rows = []
        for date, recorded in JAMMED.items():
            if date in months:
                now = jamming[:, months.index(date)]
                now = now[~np.isnan(now)]
                low, middle, high = np.quantile(now, [0.05, 0.5, 0.95])
                rows.append((date, recorded, f"{middle:.2f}", f"{low:.2f} to {high:.2f}", percent(float((now > 0.5).mean()))))
        return "Jamming in the Soviet Union:\n\n" + table(("month", "record", "median", "90% of histories", "above a half"), rows)

    def _memory(self) -> str:
        """The reputation of the great ruler in later years, beside surveys that no number of the model was set from."""
        from thaw import record

        years, _, reputation = remembered(self.tape)
        surveys: dict[int, list[str]] = {}
        for variable, words in SURVEYS.items():
            for row in record.series("RUS", variable):
                surveys.setdefault(row.end.year, []).append(f"{words} {row.value:g}%")
        rows = []
        for column, year in enumerate(years.tolist()):
            if year in surveys or year in MEMORY_YEARS:
                low, middle, high = np.quantile(reputation[:, column], [0.05, 0.5, 0.95])
                rows.append((year, f"{middle:+.2f}", f"{low:+.2f} to {high:+.2f}", "; ".join(surveys.get(year, ["–"]))))
        return table(("year", "reputation, median", "90% of histories", "surveys in Russia"), rows)

    @cached_property
    def _hegemon(self) -> int:
        place: int = self.tape.manifest["polities"].index(self.tape.manifest["hegemon"])
        return place

    @cached_property
    def _end(self) -> np.ndarray:
        """First month in which somebody else leads than at first, (H,); the number of months where that never comes."""
        leader = self.tape.series["leader"].values[:, :, self._hegemon]
        other = leader != leader[:, :1]
        return np.where(other.any(axis=1), other.argmax(axis=1), leader.shape[1])

    def _terror(self) -> str:
        pace = self.tape.series["convictions"].values[:, :, self._hegemon]
        rows = np.flatnonzero((self._end > 0) & (self._end + TERROR_MONTHS < pace.shape[1]))
        if not len(rows):
            return "–"
        left = pace[rows, self._end[rows] + TERROR_MONTHS] / np.maximum(pace[rows, self._end[rows] - 1], 1e-9)
        left = left[~np.isnan(left)]
        return f"median {percent(float(np.median(left)))}; it falls in {percent(float((left < 1).mean()))} of histories"

    @cached_property
    def _spells(self) -> list[tuple[int, bool]]:
        """Length in months of each uprising, and whether it had ended by the last month."""
        on = np.nan_to_num(self.tape.series["in_uprising"].values) > 0.5
        lines = on.transpose(0, 2, 1).reshape(-1, on.shape[1]).astype(np.int8)
        edges = np.diff(np.pad(lines, ((0, 0), (1, 1))), axis=1)
        begins, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
        return [(int(last - first), int(last) < on.shape[1]) for (_, first), (_, last) in zip(begins, ends, strict=True)]

    def _ended(self) -> str:
        if not self._spells:
            return "no uprising at the end of any month"
        ended = [over for _, over in self._spells]
        return f"{percent(sum(ended) / len(ended))} of {len(ended):,}"

    def _uprisings(self) -> str:
        lengths = [length for length, _ in self._spells]
        if not lengths:
            return "No uprising lasted to the end of a month."
        middle, long = (float(length) for length in np.quantile(lengths, [0.5, 0.95]))
        return (
            f"Uprisings that lasted to the end of a month at least: {len(lengths):,}; median length {middle:.0f} "
            f"month{'s' * (middle != 1)}, 95% within {long:.0f}; ended within the run: {self._ended()}."
        )

    def _in_order(self, order: tuple[str, ...]) -> float:
        """Share of histories in which these events come one after the other, counted from the first leader's end."""
        events = self.tape.events
        full = events["event"].where(events["polity"] == "", events["polity"] + "." + events["event"])
        kept = events.assign(name=full)[full.isin(order)]
        numbers = {str(month)[:7]: place for place, month in enumerate(self.tape.series["month"].values)}
        places = kept["month"].map(numbers).to_numpy()
        history = kept["history"].to_numpy()
        first = np.full((self.summary["histories"], len(order)), np.inf)
        after = places >= self._end[history]
        for step, name in enumerate(order):
            chosen = after & (kept["name"] == name).to_numpy()
            np.minimum.at(first[:, step], history[chosen], places[chosen])
        good = np.isfinite(first).all(axis=1) & (first[:, 1:] >= first[:, :-1]).all(axis=1)
        return float(good.mean())

    def _commonest(self, year: str) -> str:
        shares = self.summary["leaders"].get(year, {})
        if not shares:
            return "–"
        who, share = max(shares.items(), key=lambda item: item[1])
        return f"{who or 'nobody'}, {percent(share)}; {len(shares)} different persons lead somewhere"
