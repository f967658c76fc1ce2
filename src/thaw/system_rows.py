"""The system in 25 rows: what the two source texts name, and the mechanisms, quantities and events in which it lives.

`compared_with` names what of the record a row is held against: an event (`fall` for all of that kind, `SUN.secret_speech` for
one), or a series of the record (`gdp_pc` for all polities, `SUN.military_expenditure` for one; see MEASURES). What it says of the
time after 1956 is prediction and is not looked at here.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One thing that the texts name; the names are those of ORDER, of `fields.py` and of declared events."""

    number: int
    name: str
    mechanisms: tuple[str, ...]
    variables: tuple[str, ...]
    events: tuple[str, ...] = ()
    compared_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """How a series of the record is read off a run: the sum of `fields` times `scale`, over the time a row of the record covers.

    when       'mean' of the months covered, 'day': the end of the month before, 'sum' over the months, 'end': the last month
    people     the value is per head: times the population in the middle of the year (thousand)
    above      where given, whether the value is above it: 0 or 1
    polity     where given, the polity of the record's rows and, for what is a polity's in the model, the only one read
    states     the value is a share of the independent states: times their number
    base       the record is divided by its own value of that year
    trailing   the record is its mean over so many years, the last of which is the row's; a year without a row is nought
    direction  1, -1: units cannot be related; only whether both move from one row to the next, the same way or against each other
    """

    fields: tuple[str, ...]
    scale: float = 1.0
    when: str = "mean"
    people: bool = False
    above: float | None = None
    polity: str = ""
    states: bool = False
    base: int = 0
    trailing: int = 1
    direction: int = 0


NORMAL_HARVEST = 95.6 / 194_077  # million tonnes a thousand heads in 1940, the 1 of `harvest` (record: grain_harvest, population)
HOSTILITY = 5.0  # the highest level of `dispute_hostility_with_usa`
MEASURES: Mapping[str, Measure] = {
    "political_convictions": Measure(("convictions",)),
    "gulag_prisoners": Measure(("political_prisoners", "ordinary_prisoners"), 1000.0, "day"),
    "gulag_counterrevolutionaries": Measure(("political_prisoners",), 1000.0, "day"),
    "gdp_pc": Measure(("output",), 1000.0),
    "grain_harvest": Measure(("harvest",), NORMAL_HARVEST, "end", people=True),
    "famine_excess_deaths_1946_47": Measure(("hunger",), 1e-3, "sum", people=True),
    "jamming_state_broadcasters": Measure(("jamming",), above=0.5),
    "jamming_radio_liberty": Measure(("jamming",), above=0.5),
    "SUN.military_expenditure": Measure(("arms_east",), polity="SUN", base=1950),
    "USA.military_expenditure": Measure(("arms_west",), polity="USA", base=1950),
    "dispute_hostility_with_usa": Measure(("tension",), HOSTILITY, polity="SUN", trailing=3),
    "states_allied_west": Measure(("allied_west",), when="end", polity="WLD", states=True),
    "states_allied_east": Measure(("allied_east",), when="end", polity="WLD", states=True),
    "defence_burden": Measure(("defence",), polity="SUN", direction=1),
    "films_released": Measure(("censorship",), polity="SUN", direction=-1),
    "stalin_prize_awarded": Measure(("cult",), polity="SUN", direction=1),
}

ROWS = (
    Row(1, "Dictatorship: one man rules", ("patronage", "coalition", "purge"), ("leader", "personalisation", "norm", "tenure"),
        ("succession", "challenge", "leader_ousted"), ("challenge", "leader_ousted")),
    Row(2, "Purges", ("purge", "terror"), ("fallen", "norm", "convictions", "fear"), ("purge", "fall"),
        ("purge", "fall", "political_convictions", "gulag_prisoners", "gulag_counterrevolutionaries")),
    Row(3, "Cult of personality", ("information", "memory"), ("cult", "official", "opinion"), (), ("stalin_prize_awarded", "stalin_role_positive")),
    Row(4, "The inner circle: its discord, falls and deaths", ("mortality", "patronage", "coalition", "purge"), ("alive", "vacancy", "strife", "fallen"),
        ("death", "fall", "challenge", "succession"), ("SUN.fall", "SUN.challenge")),
    Row(5, "Pressure of the Cold War: America, aid, alliances, the world's eyes", ("world", "information"),
        ("tension", "arms_east", "arms_west", "scrutiny", "broadcasting"), ("crisis",),
        ("crisis", "SUN.military_expenditure", "USA.military_expenditure", "dispute_hostility_with_usa", "defence_burden")),
    Row(6, "Movements for reform: intellectuals, dissidents, party members", ("society", "dissent", "reform"),
        ("voice", "educated_voice", "dissidents", "line"), ("unrest", "thaw", "rehabilitation"), ("unrest", "thaw", "rehabilitation")),
    Row(7, "Khrushchev's rise: factions and the struggle for power", ("patronage", "coalition", "purge"),
        ("leader", "power", "clients", "fortune", "personalisation"), ("challenge", "fall", "succession"),
        ("SUN.challenge", "SUN.fall:beria", "SUN.succession")),
    Row(8, "The secret speech: the crimes are told", ("reform", "information"), ("revelation", "redress", "damage", "knowledge"),
        ("secret_speech", "rehabilitation"), ("SUN.secret_speech", "SUN.rehabilitation")),
    Row(9, "The thaw: less censorship, more to read and say", ("reform", "information", "society"), ("line", "easing", "censorship", "educated_voice"),
        ("thaw", "freeze"), ("thaw", "freeze", "films_released")),
    Row(10, "Hungary 1956: revolt, suppression, contagion", ("society", "bloc"), ("revolt", "in_uprising", "contagion", "occupied", "collapsed"),
        ("uprising", "regime_collapse", "intervention"), ("uprising", "regime_collapse", "intervention")),
    Row(11, "Cuba 1962: to the brink, then talks", ("world",), ("missiles", "in_crisis", "blame", "tension"),
        ("missile_deployment", "crisis", "back_down", "settlement"), ("crisis", "settlement", "back_down", "missile_deployment")),
    Row(12, "Reform of government: power handed down", ("reform", "patronage"), ("devolved", "institution", "turnover"),
        ("decentralisation", "personnel_renewal"), ("SUN.decentralisation", "SUN.personnel_renewal")),
    Row(13, "Easing between East and West", ("world",), ("tension", "arms_east", "arms_west"), ("settlement", "detente"),
        ("detente", "settlement", "SUN.military_expenditure", "USA.military_expenditure", "dispute_hostility_with_usa")),
    Row(14, "The Non-Aligned Movement", ("world",), ("alignment", "neutral_share", "nam", "member"), ("nam_founded", "joins_nam"),
        ("states_allied_west", "states_allied_east", "nam_founded", "joins_nam", "non_aligned_members")),
    Row(15, "What authoritarian rule leaves behind", ("memory", "information"), ("knowledge", "official", "opinion", "reputation"), (),
        ("stalin_role_positive",)),
    Row(16, "Reform of industry: decentralisation, enterprises", ("economy", "reform"), ("output", "growth", "adapted", "devolved"),
        ("decentralisation", "enterprise_reform"), ("gdp_pc", "SUN.decentralisation", "SUN.enterprise_reform")),
    Row(17, "The land: collective farms, harvests, famine, reform", ("economy", "reform"), ("harvest", "procurement", "collectivised", "hunger", "relief"),
        ("famine", "agrarian_reform", "virgin_lands"), ("grain_harvest", "famine", "famine_excess_deaths_1946_47", "agrarian_reform", "virgin_lands")),
    Row(18, "Changes of personnel", ("patronage", "reform"), ("turnover", "renewed", "rank"), ("personnel_renewal", "succession"),
        ("SUN.personnel_renewal", "succession")),
    Row(19, "History rewritten", ("reform", "information", "memory"), ("redress", "knowledge", "official"), ("rehabilitation", "second_destalinization"),
        ("rehabilitation", "SUN.second_destalinization")),
    Row(20, "The break between Moscow and Beijing", ("world",), ("quarrel", "split", "beijing"), ("sino_soviet_split",), ("sino_soviet_split",)),
    Row(21, "Freedom of the mind", ("information", "society", "dissent"), ("censorship", "samizdat", "educated_voice", "dissidents"),
        ("dissident_trial",), ("SUN.dissident_trial", "films_released")),
    Row(22, "The movement for human rights", ("dissent",), ("movement", "trials", "dissidents"), ("human_rights_movement", "dissident_trial"),
        ("human_rights_movement", "SUN.dissident_trial")),
    Row(23, "The war of propaganda: radio against jamming", ("information", "world"), ("effort", "jamming", "broadcasting", "knowledge"), (),
        ("jamming_state_broadcasters", "jamming_radio_liberty")),
    Row(24, "The Eastern Bloc: uneven de-Stalinization", ("bloc", "reform"), ("pressure", "favour", "conceded", "line", "occupied"),
        ("concession", "intervention", "leader_ousted", "new_course"), ("concession", "intervention", "leader_ousted", "new_course", "exit")),
    Row(25, "Reassessment and quarrel over the past in Russia", ("memory",), ("opinion", "reputation"), (), ("stalin_role_positive",)),
)  # fmt: skip
