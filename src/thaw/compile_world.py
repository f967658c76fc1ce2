"""The world outside a scenario's courts as arrays: pinned shocks to tension, the states' places and pasts, first alignments.

What third parties and the West did on a dated day is given to every history. The sizes are judgements, in shares of the way to full
tension (below 0: off what there is); the days are the record's. What the two poles do to each other, a crisis (Iran 1946) or a lasting
agreement (Austria 1955), is the system's own and stands in neither list. Nothing after December 1956 is a shock: what came later would be
known from what it led to.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from thaw import record
from thaw.alignment import EAST, NEITHER, NOT_YET, WEST
from thaw.axes import THEATRES
from thaw.dates import month_of
from thaw.kernels.portable import exp, log
from thaw.states import allied, distances, independence

SHOCKS = {  # id of the event in the record -> size in the month it began
    "E042": 0.08,  # Fulton speech
    "E056": 0.14,  # Truman Doctrine, 1947
    "E060": 0.14,  # Marshall Plan offered
    "E071": 0.05,  # and enacted, 1948
    "E086": 0.16,  # NATO, 1949
    "E100": 0.22,  # war in Korea, 1950
    "E104": 0.12,  # China enters the war in Korea, 1950
    "E160": 0.06,  # West Germany joins NATO, 1955
}
RELIEFS = {  # -> size in the month it ended
    "E136": -0.10,  # armistice in Korea, 1953
    "E148": -0.04,  # Geneva agreements, 1954
    "E165": -0.05,  # Geneva summit, 1955
}
LASTING = {"E100": 0.015}  # -> size in every month from beginning to end: the war in Korea
ALARM = "E100"  # after which the West armed as NSC 68 had asked: the war in Korea
FREED = (1945 * 12, 1956 * 12 + 11)  # months over which their sum is spread evenly when the record is not pinned

POLES = {"USA": WEST, "SUN": EAST}
IN_REACH = 2.6  # thousand km from Washington: the Greater Antilles
CHINA = "CHN"
PACTS = {  # theatre -> month of the treaty by which the West offered its states a pact (record/states.csv: alliance_from), id of the event in the record
    "caribbean": (1947 * 12 + 8, ""),  # Rio de Janeiro
    "berlin": (1949 * 12 + 3, "E086"),  # North Atlantic
    "straits": (1951 * 12 + 8, ""),  # San Francisco: with Australia and New Zealand, the Philippines, Japan
    "middle_east": (1955 * 12 + 1, ""),  # Baghdad
}
ENEMIES, ARMISTICE, PEACE = ("BGR", "FIN", "HUN", "ITA", "ROU"), 1944 * 12 + 8, 1947 * 12 + 8  # of the victors; peace treaties in force 15 September 1947
REGIONS = {  # region of a state -> theatre of crisis in which it lies; Africa south of the Sahara lies in none
    "north_america": "berlin", "western_europe": "berlin", "eastern_europe": "berlin", "latin_america": "caribbean",
    "east_asia": "straits", "southeast_asia": "straits", "oceania": "straits",
    "middle_east": "middle_east", "north_africa": "middle_east", "south_asia": "middle_east", "caucasus": "middle_east", "central_asia": "middle_east",
}  # fmt: skip


AID = frozenset({"E071"})  # American aid for recovery is enacted


def shocks(months: Sequence[tuple[int, int]], *, free: bool, leave_out: Collection[str] = ()) -> np.ndarray:
    """What third parties do to tension in each month (month,); `free` spreads it evenly over the years 1945-56.

    `leave_out`: ids of events in the record that are thought away.
    """
    numbers = np.array([year * 12 + month - 1 for year, month in months])
    found = np.zeros(len(months))
    whole = 0.0
    for first, last, size in _dated(leave_out):
        whole += size * (last - first + 1)
        found += size * ((numbers >= first) & (numbers <= last))
    if free:
        first, last = FREED
        return np.where((numbers >= first) & (numbers <= last), whole / (last - first + 1), 0.0)
    return found


def alarm(months: Sequence[tuple[int, int]], *, free: bool, leave_out: Collection[str] = ()) -> np.ndarray:
    """Whether a war of third parties has alarmed the West by each month (month,); `free`: in every month the share of 1945-56 in which it had."""
    if ALARM in leave_out:
        return np.zeros(len(months))
    begun = month_of(next(row.date for row in record.events() if row.id == ALARM))
    if free:
        first, last = FREED
        return np.full(len(months), (last + 1 - begun) / (last + 1 - first))
    return np.array([float(year * 12 + month - 1 >= begun) for year, month in months])


def pacts(months: Sequence[tuple[int, int]], *, free: bool, leave_out: Collection[str] = ()) -> np.ndarray:
    """Whether the West has offered a pact in each theatre by each month (month, T): 1, 0, or -1 where the model decides.

    It does after 1956, when `free`, and of a pact that is thought away from its month on.
    """
    numbers = np.array([year * 12 + month - 1 for year, month in months])
    known = np.full((len(months), len(THEATRES)), -1.0)
    for theatre, (signed, event) in () if free else PACTS.items():
        given = np.where(numbers < signed, 0.0, -1.0 if event in leave_out else 1.0)
        known[:, THEATRES.index(theatre)] = np.where(numbers <= FREED[1], given, -1.0)
    return known


def _dated(leave_out: Collection[str] = ()) -> list[tuple[int, int, float]]:
    """First and last month, and size, of every shock but those of some events."""
    rows = {row.id: row for row in record.events()}
    found = []
    for event, size in _but(SHOCKS, leave_out):
        found.append((month_of(rows[event].date), month_of(rows[event].date), size))
    for event, size in _but(RELIEFS, leave_out):
        end = month_of(rows[event].end_date or rows[event].date)
        found.append((end, end, size))
    for event, size in _but(LASTING, leave_out):
        found.append((month_of(rows[event].date), month_of(rows[event].end_date or rows[event].date), size))
    return found


def _but(sizes: dict[str, float], leave_out: Collection[str]) -> list[tuple[str, float]]:
    return [(event, size) for event, size in sizes.items() if event not in leave_out]


def given_world(states: Sequence[str], polities: Sequence[str]) -> dict[str, np.ndarray]:
    """Constant facts of states (W,) and which polity is which state (P,)."""
    rows = {row.code: row for row in record.states()}
    moscow, washington = distances(states)
    own = [rows[code] for code in states]
    return {
        "km_moscow": moscow,
        "km_washington": washington,
        "pole": np.array([POLES.get(code, 0) for code in states], np.int8),
        "colony": np.array([row.former_ruler is not None and row.independent is not None for row in own], bool),
        "caribbean": np.array([row.region == "latin_america" and row.km_washington < 1000 * IN_REACH for row in own], bool),
        "lies_in": np.array([THEATRES.index(REGIONS[row.region]) if row.region in REGIONS else -1 for row in own], np.int64),
        "china": np.array([code == CHINA for code in polities], bool),
        "state_of": np.array([states.index(code) if code in states else -1 for code in polities], np.int64),
    }


def world_calendar(
    states: Sequence[str], months: Sequence[tuple[int, int]], *, free: bool, leave_out: Collection[str] = ()
) -> dict[str, np.ndarray]:  # fmt: skip
    """What changes by the calendar: shocks, alarm and Januaries (month,), Western pacts (month, T), armistices and offers of aid (month, W).

    `leave_out`: ids of events in the record that are thought away.
    """
    offered = {row.polity: month_of(row.start) for row in record.series(variable="marshall_aid_received") if row.polity not in POLES}
    first = np.array([offered.get(code, 10**6) for code in states])
    numbers = np.array([year * 12 + month - 1 for year, month in months])
    return {
        "shock": shocks(months, free=free, leave_out=leave_out),
        "alarm": alarm(months, free=free, leave_out=leave_out),
        "pacts": pacts(months, free=free, leave_out=leave_out),
        "january": np.array([month == 1 for _, month in months], bool),
        "armistice": np.isin(states, ENEMIES)[None] & ((numbers >= ARMISTICE) & (numbers < PEACE))[:, None],
        "aided": (numbers[:, None] >= first) & (not AID & set(leave_out)),
    }


def first_world(states: Sequence[str], months: Sequence[tuple[int, int]], tension: Any) -> dict[str, np.ndarray]:
    """First alignment (W,) and bonds by the treaties in force, first tension and arms.

    Arms: military expenditure over that of 1950, at exchange rates, on the day of the start.
    """
    start = months[:1]
    independent = independence(states, start)[0]
    theatre = given_world(states, ())["lies_in"]
    sides = np.where(allied(states, start, "west")[0], WEST, np.where(allied(states, start, "east")[0], EAST, NEITHER))
    bound = independent & (sides != NEITHER) & (np.array([POLES.get(code, 0) for code in states]) == 0)
    return {
        "alignment": np.where(independent, sides, NOT_YET).astype(np.int8),
        "bound": bound,
        "offered": np.array([(bound & (sides == WEST) & (theatre == place)).any() for place in range(len(THEATRES))]),
        "tension": np.asarray(tension),
        "arms_east": _arms("SUN", *start),
        "arms_west": _arms("USA", *start),
        "effort": np.asarray(0.1),
    }


def _arms(code: str, start: tuple[int, int]) -> np.ndarray:
    """Military expenditure at the start over that of 1950, on a curve of even growth between yearly rows; 1 where there are none.

    A row stands for the turn of the year in which its fiscal year, July to June, has its middle; Moscow's own hardly moves in 1945.
    """
    spent = {row.end.year: row.value for row in record.series(code, "military_expenditure")}
    year, part = start[0], (start[1] - 1) / 12
    if not {year, year + 1, 1950} <= spent.keys():
        return np.asarray(1.0)
    return exp((1 - part) * log(spent[year]) + part * log(spent[year + 1])) / spent[1950]
