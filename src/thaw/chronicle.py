"""One history told month by month in plain sentences: what happened, who was behind it, what drove it.

`TELLING` holds one line for each event of the vocabulary: a title (charts and tables use it too) and a sentence. An
event it does not know is told by its own name, so a new mechanism is never silent.

>>> event_title("SUN.fall:beria", {"beria": "Lavrentii Beria"})
'Fall of Beria'
>>> event_title("HUN.uprising", {"HUN": "Hungary"})
'Hungary: uprising'
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from thaw.errors import ScenarioError
from thaw.invented import number_of, polity_of
from thaw.names import WORLD

if TYPE_CHECKING:
    from rich.console import RenderableType

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

# event: (title, sentence, sentence that names {actor}); without the third an actor is added as "under NAME".
# {whom} is the person or theatre in the event's name.
TELLING: dict[str, tuple[str, ...]] = {
    "death": ("death of {whom}", "{whom} dies."),
    "fall": ("fall of {whom}", "{whom} is removed from the leadership."),
    "purge": ("purge", "Members of the elite are removed in a purge.", "{actor} strikes at members of the elite."),
    "challenge": (
        "showdown over the leadership",
        "The leadership is put to the test in a showdown.",
        "{actor} challenges the leader.",
    ),
    "succession": ("succession", "A new leader takes over.", "{actor} takes over."),
    "leader_ousted": ("leader ousted", "The leader is ousted.", "{actor} is ousted as leader."),
    "personnel_renewal": ("renewal of the Central Committee", "A large part of the Central Committee is replaced."),
    "amnesty": ("amnesty", "An amnesty frees prisoners by category."),
    "new_course": ("New Course", "A New Course promises relief to consumers and peasants."),
    "secret_speech": ("secret speech", "The crimes of the dead ruler are revealed to the party."),
    "second_destalinization": ("public attack on the dead ruler", "The dead ruler is attacked in public."),
    "rehabilitation": ("rehabilitation", "Victims of the terror are officially cleared."),
    "thaw": ("thaw of censorship", "Something is printed that could not be printed before."),
    "freeze": ("freeze of censorship", "Writers and artists are publicly called to order."),
    "decentralisation": ("decentralisation", "Command over the economy moves to the regions."),
    "enterprise_reform": ("enterprise reform", "Enterprises gain rights against the plan."),
    "agrarian_reform": ("agrarian reform", "Farms are given better terms."),
    "virgin_lands": ("Virgin Lands", "The ploughing of the Virgin Lands is decided."),
    "renewed_terror": ("renewed terror", "Mass political arrests are ordered again."),
    "german_deal": ("German deal", "A deal over Germany is offered."),
    "army_coup": ("army coup", "The army takes power."),
    "famine": ("famine", "Hunger kills by the hundred thousand."),
    "unrest": ("unrest", "Strikes or protests become visible."),
    "camp_revolt": ("camp revolt", "Prisoners of a camp rise together."),
    "uprising": ("uprising", "An uprising begins."),
    "concession": ("concession", "The regime gives way.", "The regime gives way: {actor} comes in."),
    "regime_collapse": ("collapse of the regime", "The ruling party loses the capital."),
    "intervention": ("Soviet intervention", "Soviet force intervenes.", "{actor} sends Soviet force."),
    "exit": ("exit from the alliance", "The country leaves the alliance."),
    "dissident_trial": ("trial of dissidents", "Dissidents are put on trial."),
    "human_rights_movement": ("human-rights movement", "Dissidents found a public group for human rights."),
    "crisis": ("crisis: {whom}", "A crisis breaks out: {whom}."),
    "back_down": ("one side backs down", "One side of the crisis gives way."),
    "settlement": ("settlement", "The crisis ends by agreement."),
    "missile_deployment": ("missiles in the Caribbean", "Missiles are sent to an ally in the Caribbean."),
    "war": ("war between the poles", "The two poles go to war."),
    "detente": ("détente", "The two poles agree on a lasting measure that lowers tension."),
    "sino_soviet_split": ("Sino-Soviet split", "Moscow and Beijing break off working relations."),
    "pact": ("pact offered: {whom}", "The West offers a pact: {whom}."),
    "eastern_treaty": ("treaty with Moscow", "Moscow binds the country by treaty."),
    "nam_founded": ("Non-Aligned Movement founded", "The Non-Aligned Movement is founded."),
    "joins_nam": ("joins the Non-Aligned Movement", "The country joins the Non-Aligned Movement."),
    "destalinization": ("de-Stalinization", "De-Stalinization is set in motion."),
}
_NO_MARKS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "đ": "d", "Đ": "D"})  # letters that do not decompose


@dataclass(frozen=True)
class Entry:
    """One line of a chronicle. Its `kind`: event, end (of an uprising, or of all) or year (what stands at its end)."""

    kind: str
    month: str
    week: int | None
    polity: str
    event: str | None
    actor: str | None
    because: str
    forced: bool
    pinned: bool
    text: str


@dataclass(frozen=True)
class Chronicle:
    """One history in order of time."""

    title: str
    history: int
    entries: tuple[Entry, ...]

    def lines(self) -> list[str]:
        """Plain text, one line an entry."""
        width = max((len(month_words(entry.month)) for entry in self.entries), default=0)
        return [self.title, "", *(f"{month_words(e.month):<{width}}  {e.text}{_drive(e)}" for e in self.entries)]

    def json(self) -> list[dict[str, Any]]:
        """The entries as plain dicts."""
        return [asdict(entry) for entry in self.entries]

    def rich(self) -> "RenderableType":
        """A grid for the terminal: month, sentence, what drove it; the sum of a year stands out quietly."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2), expand=False)
        grid.add_column(no_wrap=True, style="dim")
        grid.add_column(ratio=1)
        month = ""
        for entry in self.entries:
            told = Text(entry.text, style="italic" if entry.kind == "year" else "")
            told.append(_drive(entry), style="dim")
            grid.add_row(month_words(entry.month) if entry.month != month else "", told)
            month = entry.month
        return Group(Text(self.title, style="bold"), Text(""), grid)


def tell(tape: Any, k: int) -> Chronicle:
    """History `k` of a run as a chronicle: its events, the end of its uprisings, and a line at the end of each year."""
    histories = [int(number) for number in tape.series.history.values]
    if k not in histories:
        raise ScenarioError(f"there is no history {k}: this run holds histories {histories[0]} to {histories[-1]}.")
    told = _Teller(tape, histories.index(k))
    entries = sorted([*told.events(), *told.ends(), *told.years()], key=told.order)
    name = tape.manifest.get("title") or tape.manifest.get("scenario", "run")
    title = f"{name}: history {k} of {histories[0]}–{histories[-1]}"
    return Chronicle(title, k, tuple(entries))


def event_title(name: str, labels: Mapping[str, str], *, main: str = "SUN") -> str:
    """What to call an event in a chart or table; the polity is named unless it is the main one."""
    polity, _, event = name.rpartition(".")
    kind, _, whom = event.partition(":")
    title = TELLING[kind][0].format(whom=short_name(whom, labels)) if kind in TELLING else _words(event, labels)
    return capital(title) if polity in ("", WORLD, main) else f"{labels.get(polity, polity)}: {title}"


def short_name(person: str, labels: Mapping[str, str]) -> str:
    """What a person is called in a sentence: the word of the printed name that the id was made from, else the last one.

    >>> short_name("beria", {"beria": "Lavrentii Beria"}), short_name("mao", {"mao": "Mao Zedong"})
    ('Beria', 'Mao')
    """
    if person not in labels:
        return person.replace("_", " ").title()
    if polity_of(person):
        return f"member {number_of(person)}"
    if is_unnamed(person):
        return "an unnamed member"
    if "_" in person:  # the id needed more than the surname, and so does a sentence
        return labels[person]
    words = labels[person].split()
    return next((word for word in words if person in _folded(word)), words[-1] if words else person)


def is_unnamed(person: str) -> bool:
    """Whether a person is one of those who fill a court after the record's persons."""
    return person.startswith("other_")


def capital(text: str) -> str:
    """The text with its first letter raised, the rest as it is."""
    return text[:1].upper() + text[1:]


def _folded(word: str) -> str:
    plain = word.translate(_NO_MARKS).lower()
    return "".join(letter for letter in normalize("NFD", plain) if letter.isascii())


class _Teller:
    """What the sentences of one history are made from, read once."""

    def __init__(self, tape: Any, place: int) -> None:
        self.persons = list(tape.persons)
        self.labels: Mapping[str, str] = tape.manifest.get("labels", {})
        self.pinned: Mapping[str, str] = dict(tape.manifest.get("pinned", {}))
        self.series = tape.series.isel(history=place).load()
        self.months = [str(month)[:7] for month in self.series.month.values.astype("datetime64[M]")]
        self.polities = [str(polity) for polity in self.series.polity.values]
        self.main = str(tape.manifest.get("hegemon", self.polities[0]))
        found = tape.events[tape.events.history == int(self.series.history)]
        self.rows = found.to_dict("records")
        self.changes = {(row["month"], row["polity"]) for row in self.rows if row["event"] == "succession"}

    def order(self, entry: Entry) -> tuple[Any, ...]:
        """By month and week, polity by polity, the court before what it does; what sums up comes last."""
        kind = (entry.event or "").partition(":")[0]
        place = self.polities.index(entry.polity) if entry.polity in self.polities else len(self.polities)
        last = ("event", "end", "year").index(entry.kind)
        return entry.month, last, entry.week or 0, place, list(TELLING).index(kind) if kind in TELLING else len(TELLING)

    def events(self) -> Iterator[Entry]:
        """What happened; persons without a name come and go unsaid."""
        fell: dict[str, str] = {}
        for row in self.rows:
            polity, event, month = str(row["polity"] or ""), str(row["event"]), str(row["month"])
            actor = str(row["actor"]) if isinstance(row["actor"], str) and row["actor"] else None
            forced, name = bool(row["forced"]), f"{polity}.{event}" if polity else event
            pinned = not forced and self.pinned.get(name) == month
            because = str(row.get("because") or "") if not forced and not pinned else ""
            week = int(row["week"]) if row["week"] == row["week"] and row["week"] >= 0 else None
            if is_unnamed(event.partition(":")[2]):
                continue
            kind, _, whom = event.partition(":")
            shot = kind == "death" and not pinned and fell.get(whom) == self._before(month)
            if kind == "fall":
                fell[whom] = month
            text = self._sentence(polity, event, actor, month, pinned)
            if shot:
                text, because = text.replace(" dies.", " is shot."), ""
            if forced:
                text += " (Forced.)"
            yield Entry("event", month, week, polity, event, actor, because, forced, pinned, text)

    def _before(self, month: str) -> str:
        """The month before, '' before the first."""
        place = self.months.index(month) if month in self.months else 0
        return self.months[place - 1] if place else ""

    def ends(self) -> Iterator[Entry]:
        """The month in which an uprising is over."""
        if "in_uprising" not in self.series:
            return
        for polity in self.polities:
            going = self._values("in_uprising", polity) > 0.5
            for month in range(1, len(self.months)):
                if going[month - 1] and not going[month]:
                    text = self._in(polity, "The uprising is over.")
                    yield Entry("end", self.months[month], None, polity, None, None, "", False, False, text)

    def years(self) -> Iterator[Entry]:
        """What stands at the end of each year: leader, prisoners, mood."""
        for place, month in enumerate(self.months):
            if month.endswith("-12"):
                said = [part for part in (self._leads(place), self._prisoners(place), self._mood(place)) if part]
                if not said:
                    text = "The history has broken off: a quantity left its bounds."
                    yield Entry("end", month, None, self.main, None, None, "", False, False, text)
                    return
                text = f"{month[:4]} ends. " + " ".join(said)
                yield Entry("year", month, None, self.main, None, None, "", False, False, text)

    def _sentence(self, polity: str, event: str, actor: str | None, month: str, pinned: bool) -> str:
        kind, _, whom = event.partition(":")
        behind = short_name(actor, self.labels) if actor and actor != whom else ""
        if kind in TELLING:
            _, alone, *named = TELLING[kind]
            sentence = (named[0] if behind and named else alone).format(whom=short_name(whom, self.labels), actor=behind)
        else:
            named, sentence = [], _words(event, self.labels) + "."
        sentence = capital(sentence)
        if behind and not named:
            sentence = f"{sentence[:-1]}, under {behind}."
        if pinned:
            sentence = f"{sentence[:-1]} (pinned to the record)."
        if month in self.months and polity in self.polities:
            sentence += self._afterwards(kind, whom, polity, self.months.index(month))
        return self._in(polity, sentence)

    def _afterwards(self, kind: str, whom: str, polity: str, place: int) -> str:
        """Who leads at the end of the month, where that is news and no succession says it."""
        news = kind in ("challenge", "succession") and polity == self.main
        if not news and ((self.months[place], polity) in self.changes or not self._led_before(whom, polity, place)):
            return ""
        return f" {self._leads(place, polity)}"

    def _led_before(self, whom: str, polity: str, place: int) -> bool:
        code = self._at("leader", polity, max(place - 1, 0)) if whom in self.persons else None
        return code is not None and code >= 0 and self.persons[round(code)] == whom

    def _in(self, polity: str, said: str) -> str:
        return said if polity in ("", WORLD, self.main) else f"{self.labels.get(polity, polity)}: {said}"

    def _leads(self, place: int, polity: str = "") -> str:
        """Who leads at the end of a month and with how much power."""
        polity = polity or self.main
        code = self._at("leader", polity, place)
        if code is None or code < 0:
            return "Nobody leads." if code is not None else ""
        share = self._at("personalisation", polity, place)
        power = f" with {share:.0%} of power" if share and polity == self.main else ""
        name = capital(short_name(self.persons[round(code)], self.labels))
        return f"{name} leads{power}."

    def _prisoners(self, place: int) -> str:
        political, ordinary = (self._at(f"{kind}_prisoners", self.main, place) for kind in ("political", "ordinary"))
        if political is None or ordinary is None:
            return ""
        return f"{_thousands(political + ordinary)} prisoners, {_thousands(political)} of them political."

    def _mood(self, place: int) -> str:
        voice, fear = (self._at(name, self.main, place) for name in ("voice", "fear"))
        if voice is None or fear is None:
            return ""
        return f"Fear stands at {fear:.2f}; {_share(voice)} speak up."

    def _at(self, variable: str, polity: str, place: int) -> float | None:
        if variable not in self.series:
            return None
        value = float(self._values(variable, polity)[place])
        return value if value == value else None

    def _values(self, variable: str, polity: str) -> Any:
        return self.series[variable].sel(polity=polity).values


def _share(value: float) -> str:
    """A share of citizens in words that do not round the rare away.

    >>> _share(0.0312), _share(0.00004), _share(0.0)
    ('3.1% of citizens', '4 in 100,000 citizens', 'no citizens')
    """
    if value <= 0:
        return "no citizens"
    return f"{value:.1%} of citizens" if value >= 0.001 else f"{max(1, round(value * 100_000))} in 100,000 citizens"


def _thousands(value: float) -> str:
    """
    >>> _thousands(2468.5), _thousands(113.7), _thousands(0.4)
    ('2.47 million', '114,000', 'fewer than 1,000')
    """
    if value >= 1000:
        return f"{value / 1000:.2f} million"
    return f"{round(value) * 1000:,}" if value >= 1 else "fewer than 1,000"


def _words(event: str, labels: Mapping[str, str]) -> str:
    kind, _, whom = event.partition(":")
    said = kind.replace("_", " ")
    return f"{said}: {short_name(whom, labels)}" if whom else said


def month_words(month: str, *, short: bool = False) -> str:
    """A month as it is written in a sentence or, short, in a table.

    >>> month_words("1953-03"), month_words("1953-03", short=True)
    ('March 1953', 'Mar 1953')
    """
    name = MONTHS[int(month[5:7]) - 1]
    return f"{name[:3] if short else name} {month[:4]}"


def _drive(entry: Entry) -> str:
    return f"  [pushed by {entry.because.replace('; ', ', ')}]" if entry.because else ""
