"""Every quantity of the state once: its axes, unit, bounds and meaning. Mechanisms name them only.

Axes letters are those of `thaw.axes`; a field without H is the same in every history (a calendar, an age). `given` fields come
from the scenario and the record; each other field has exactly one mechanism that writes it. `headline` fields go on the tape.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Field:
    """One state quantity; `low` and `high` are hard bounds, checked in every month of every history."""

    name: str
    axes: str
    unit: str
    meaning: str
    low: float = -np.inf
    high: float = np.inf
    dtype: str = "float64"
    given: bool = False
    headline: bool = False
    initial: float = 0.0


def _share(name: str, axes: str, meaning: str, *, headline: bool = False, initial: float = 0.0, given: bool = False) -> Field:
    return Field(name, axes, "share", meaning, 0.0, 1.0, headline=headline, initial=initial, given=given)


def _flag(name: str, axes: str, meaning: str, *, given: bool = False, headline: bool = False) -> Field:
    return Field(name, axes, "yes/no", meaning, 0, 1, dtype="bool", given=given, headline=headline)


def _stock(name: str, axes: str, unit: str, meaning: str, *, headline: bool = False, initial: float = 0.0) -> Field:
    return Field(name, axes, unit, meaning, 0.0, headline=headline, initial=initial)


def _person(name: str, axes: str, meaning: str, *, headline: bool = False) -> Field:
    return Field(name, axes, "person", meaning, -1, 32000, dtype="int16", headline=headline, initial=-1)


_ALL = (
    # given by the scenario and the record
    Field("age", "E", "year", "age on the first day of the month", -100, 200, given=True),
    Field("court", "E", "polity", "the polity whose court a person belongs to", 0, 100, dtype="int64", given=True),
    _flag("available", "E", "old enough and known enough to be called to the court", given=True),
    Field("branch", "EI", "yes/no", "institutions in which a person had served", 0, 1, dtype="bool", given=True),
    _share("tie", "EE", "strength of the bond from a person (first) to another (second), before March 1953", given=True),
    Field("stance", "HE", "1", "attitude to reform, -1 hard to +1 soft; one draw a history from two codings", -1, 1, given=True),
    _share("culpability", "HE", "part in the terror; one draw a history from two codings", given=True),
    _flag("exists", "P", "the polity has been founded", given=True),
    _flag("hegemon", "P", "Moscow: the polity whose line the bloc follows", given=True),
    _flag("bloc", "P", "a satellite of Moscow", given=True),
    _flag("has_society", "P", "the street of this polity is simulated", given=True),
    _flag("has_court", "P", "the whole court of this polity is simulated", given=True),
    _flag("forum", "P", "a congress or plenum meets this month", given=True),
    _flag("congress", "P", "a party congress meets this month", given=True),
    _share("decree", "P", "the property decrees of June 1947 in force", given=True),
    Field("season", "", "month", "month of the year, 1 to 12", 1, 12, given=True),
    Field("drought", "P", "share", "grain land under drought as reported, 0 favourable weather, -1 nothing reported", -1, 1, given=True),
    _flag("collectivising", "P", "the party is bound to bring its farms into collectives", given=True),
    _flag("independent", "W", "the state is independent on the last day of the month", given=True),
    Field("receivers", "P", "sets/person", "radio receivers a head, as recorded for the Soviet Union", 0, given=True),
    Field("shock", "", "share/month", "what third parties do to the hostility between the blocs, pinned: above 0 raises, below 0 eases", -1, 1, given=True),
    _flag("january", "", "the first month of a year", given=True),
    _share("alarm", "", "a war of third parties has shown the West what to arm against, pinned", given=True),
    Field("pacts", "T", "1", "1 the West has offered the states of this theatre a pact, 0 it has not, -1 the record does not say", -1, 1, given=True),
    _flag("china", "P", "Beijing: the other capital that may lead the communist parties", given=True),
    Field("state_of", "P", "state", "place of the polity among the states of the world, -1 none", -1, 1000, dtype="int64", given=True),
    Field("pole", "W", "pole", "1 the state that leads the West, 2 the one that leads the East, 0 any other", 0, 2, dtype="int8", given=True),
    Field("km_moscow", "W", "thousand km", "distance of its capital from Moscow", 0, 21, given=True),
    Field("km_washington", "W", "thousand km", "distance of its capital from Washington", 0, 21, given=True),
    _flag("colony", "W", "was a colony or mandate within the span of the record", given=True),
    _flag("caribbean", "W", "a state in reach of which missiles stand at the door of the United States", given=True),
    _flag("aided", "W", "has been offered American aid for recovery", given=True),
    _flag("armistice", "W", "a former enemy of the victors of 1945, not at peace yet", given=True),
    Field("lies_in", "W", "theatre", "the theatre in which a state lies, -1 none", -1, 100, dtype="int64", given=True),
    _share("garrison", "P", "Soviet troops stationed in the polity", given=True),
    Field("population", "P", "thousand persons", "population, as recorded", 0, given=True),
    _share("stratum_share", "PS", "share of each stratum in the population", given=True),
    _flag("divided", "P", "one half of a divided nation", given=True),
    _share("church", "P", "weight of a church or nation outside the party's reach", given=True),
    _share("cohort_share", "C", "share of each birth cohort among the adults", given=True),
    _share("formative", "C", "share of a birth cohort that is 14 to 24 years old", given=True),
    # mortality
    Field("alive", "HE", "yes/no", "not dead of age and not executed", 0, 1, dtype="bool", initial=1),
    # patronage
    Field("rank", "HE", "rank", "0 outside, 1 cadre of the Central Committee, 2 candidate, 3 full member", 0, 3, dtype="int8"),
    Field("holds", "HEO", "yes/no", "who holds which office", 0, 1, dtype="bool"),
    Field("patron", "HE", "person", "whose man a person is, -1 nobody's", -1, 32000, dtype="int16", initial=-1),
    _share("clients", "HE", "share of the Central Committee that owes its seats to the person"),
    _share("loyalty", "HP", "chance that a client stands by his patron", initial=0.8),
    Field("prestige", "HE", "power", "standing that goes with the person, not the office", 0, 100),
    Field("power", "HE", "share", "share of power among the members of the court", 0, 1),
    _stock("institution", "HPI", "1", "weight of party, government, security, army and regions; their mean is 1", initial=1.0),
    _person("leader", "HP", "who leads: the strongest member, the incumbent until clearly surpassed", headline=True),
    _share("vacancy", "HP", "1 when a leader has gone, fading as the succession settles"),
    _stock("tenure", "HP", "month", "months since the leader began to lead"),
    _share("turnover", "HP", "share of the elite replaced in the last 24 months"),
    _share("personalisation", "HP", "the leader's share of power", headline=True),
    _person("dead_ruler", "HP", "the last autocrat who has gone, -1 none"),
    _share("failure", "HP", "how far recent results speak against the leader"),
    # coalition
    Field("fortune", "HE", "1", "log deviation of a person's power that no office explains, AR(1)", -6, 6),
    _flag("outvoted", "HE", "loses this month's showdown"),
    _share("strife", "HP", "memory of showdowns"),
    # purge
    _flag("fallen", "HE", "removed from the court this month"),
    _share("tainted", "HE", "memory of having been close to a man who fell, half-life a year"),
    Field("fate", "HE", "fate", "0 free, 1 pensioned, 2 imprisoned, 3 shot", 0, 3, dtype="int8"),
    _share("norm", "HP", "force of the norm of collective leadership", headline=True),
    # terror
    _stock("convictions", "HP", "persons/year", "political convictions at the present pace", headline=True),
    _stock("suspects", "HP", "share", "those whom the police still hold suspect, share of the stock of 1945"),
    _stock("political_prisoners", "HP", "thousand persons", "prisoners convicted for political crimes", headline=True),
    _stock("ordinary_prisoners", "HP", "thousand persons", "prisoners convicted for all other crimes", headline=True),
    _stock("fear", "HP", "1", "remembered political terror", headline=True),
    # reform
    Field("line", "HP", "1", "public course of the ruling party, -1 Stalinist to +1 reformist", -1, 1, headline=True),
    _share("revelation", "HP", "official revelation of the crimes, this month"),
    _share("damage", "HE", "standing lost this month through what was revealed"),
    _share("amnestied", "HP", "share of ordinary prisoners freed this month by decree"),
    _share("redress", "HP", "how far cases of the terror are being reviewed"),
    _share("relief", "HP", "what the New Course and farm reforms have taken off the burden"),
    _flag("renewed", "HP", "the leader replaces officials wholesale this month"),
    Field("easing", "HP", "1", "what thaws and freezes have done to censorship", -1, 1),
    _share("severity", "HP", "a fresh wave of terror ordered from above"),
    _share("devolved", "HP", "power handed from ministries to regions and enterprises"),
    _flag("ceded", "HP", "Moscow gives up East Germany this month"),
    _flag("ploughed", "HP", "the virgin lands have been taken under the plough"),
    # information
    _share("censorship", "HP", "what may not be printed", headline=True, initial=0.95),
    _share("jamming", "HP", "how far foreign radio is drowned out", headline=True),
    _share("broadcasting", "HP", "reach of foreign radio after jamming"),
    _share("cult", "HP", "output of the leader's cult", headline=True),
    _share("knowledge", "HP", "public knowledge of the crimes", headline=True),
    _share("samizdat", "HP", "reach of uncensored writing"),
    # economy
    Field("weather", "HP", "1", "standard normal: weather of the last harvest, known from July", -20, 20),
    Field("harvest", "HP", "index", "grain per head of the last harvest, 1 = normal of 1940", 0, headline=True, initial=1.0),
    _share("procurement", "HP", "share of the harvest that the state takes", initial=0.35),
    _share("collectivised", "HP", "farms in collectives"),
    _stock("steppe", "HP", "month", "since the virgin lands were taken under the plough"),
    Field("output", "HP", "thousand 2011 int$/year", "output per head", 0, headline=True, initial=3.0),
    Field("potential", "HP", "thousand 2011 int$/year", "output per head that skill and technique would allow with whole capital", 0, initial=3.5),
    Field("frontier", "H", "thousand 2011 int$/year", "output per head at best practice, that of the United States", 0, initial=14.2),
    _share("adapted", "HP", "devolution to which enterprises have adjusted"),
    Field("growth", "HP", "share/year", "growth of output per head, three-year mean, stoppages of work left out", -1, 1, initial=0.03),
    _share("hardship", "HP", "shortfall of consumption below the best year so far, hunger included"),
    _stock("best", "HP", "thousand 2011 int$/year", "consumption per head of the best year so far"),
    _share("defence", "HP", "share of output for arms", initial=0.1),
    _share("hunger", "HP", "dead of hunger this month, share of the population"),
    _share("idle", "HP", "output lost to strikes and revolt this month"),
    # society
    Field("street", "-", "bits", "who speaks and who revolts: (society, act, citizen, word of 64 histories)", dtype="uint64"),
    Field("removed", "-", "bits", "who is arrested or exhausted: (society, citizen, word)", dtype="uint64"),
    Field("grievance", "HPS", "1", "what a stratum holds against the regime", -10, 10),
    _share("voice", "HP", "share of citizens who speak up", headline=True),
    _share("revolt", "HP", "share of citizens in revolt", headline=True),
    _share("educated_voice", "HP", "share of the intelligentsia that speaks up"),
    _share("unrest", "HP", "memory of unrest and revolt"),
    _flag("in_uprising", "HP", "an uprising is going on", headline=True),
    _flag("in_unrest", "HP", "visible unrest is going on"),
    # bloc
    Field("pressure", "HP", "1", "Moscow's line as it reaches the satellite", -1, 1),
    Field("favour", "HP", "1", "what Moscow thinks of the satellite's leader", -1, 1),
    _person("alternative", "HP", "the rival of the softest line who is alive and at large, -1 none"),
    _person("install", "HP", "who is to be put in next month, -1 nobody"),
    _person("dismissed", "HP", "the satellite's leader who is to go next month, -1 nobody"),
    _share("occupied", "HP", "weight of Soviet force used"),
    _share("conceded", "HP", "credit of what the regime has given way on"),
    _share("contagion", "HP", "revolt next door, as seen a week later"),
    _flag("exited", "HP", "has left the alliance"),
    _flag("collapsed", "HP", "the ruling party has lost the capital"),
    # world
    _share("tension", "H", "hostility between the two blocs", headline=True),
    _stock("arms_east", "H", "1 = level of 1950", "arms of the East", initial=1.0),
    _stock("arms_west", "H", "1 = level of 1950", "arms of the West", initial=1.0),
    _flag("in_crisis", "HT", "the blocs threaten each other with force here"),
    Field("standoff", "HT", "month", "months a crisis has lasted", 0, 100, dtype="int8"),
    _flag("missiles", "H", "missiles of the East stand in the Caribbean"),
    _flag("at_war", "H", "the two poles are at war: the history ends"),
    _share("goodwill", "H", "memory of a crisis that was settled"),
    Field("alignment", "HW", "pole", "0 neither, 1 West, 2 East, -1 not independent yet", -1, 2, dtype="int8", initial=-1),
    _share("neutral_share", "H", "independent states on neither side", headline=True),
    _share("east_share", "H", "independent states on the side of the East", headline=True),
    _flag("offered", "HT", "the states of this theatre have been offered a Western pact"),
    _flag("bound", "HW", "bound by treaty to the pole on whose side it stands"),
    _share("allied_west", "H", "independent states bound by treaty to the pole of the West, itself among them"),
    _share("allied_east", "H", "independent states bound by treaty to the pole of the East, itself among them"),
    _flag("nam", "H", "the Non-Aligned Movement exists"),
    _flag("member", "HW", "takes part in the Non-Aligned Movement"),
    _share("quarrel", "H", "distance between Moscow and Beijing", headline=True),
    _flag("split", "H", "Moscow and Beijing have broken with each other"),
    _share("beijing", "HP", "how far a ruling party leans to Beijing"),
    _share("scrutiny", "HP", "what the world watches and says about a regime"),
    _share("effort", "H", "Western broadcasting effort"),
    _share("blame", "H", "standing that the leader lost this month by backing down"),
    # dissent
    _stock("dissidents", "HP", "per thousand of the intelligentsia", "people known for speaking", headline=True),
    _share("trials", "HP", "memory of trials for words"),
    _flag("movement", "HP", "a human-rights movement exists"),
    # memory
    Field("official", "H", "1", "what schools and press say of the hegemon's great ruler, -1 to 1", -1, 1, initial=0.9),
    Field("opinion", "HC", "1", "what a birth cohort thinks of him, dead or living, -1 to 1", -1, 1, headline=True),
    Field("reputation", "H", "1", "what the adults think of him, -1 to 1", -1, 1, headline=True),
)

FIELDS: dict[str, Field] = {field.name: field for field in _ALL}
HEADLINES: tuple[str, ...] = tuple(sorted(field.name for field in _ALL if field.headline))
