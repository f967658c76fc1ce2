"""Names of events: `POLITY.name` or `POLITY.name:WHOM`, and what a row must show to count as one.

The mechanisms make events under these names; the record says when they happened. One definition for both.

>>> parse("SUN.fall:beria")
EventName(polity='SUN', name='fall', about='beria')
"""

from collections.abc import Collection
from typing import NamedTuple

from thaw.errors import RecordError, did_you_mean

THEATRES = ("berlin", "caribbean", "straits", "middle_east")
ABOUT = {"death": "person", "fall": "person", "crisis": "theatre"}

EVENTS = {
    # the court
    "death": "a person dies, of whatever cause; people.csv tells which, and has the date",
    "fall": "a member of the top leadership loses, by removal or arrest, the post his standing rested on",
    "purge": "a wave of removals, arrests or trials against members of the party and state elite",
    "challenge": "a showdown over the leadership in the Soviet Presidium, whoever wins",
    "succession": "a new leader takes office",
    "leader_ousted": "the head of a party or regime is removed by insiders or by Moscow",
    "personnel_renewal": "a congress replaces at least a third of the full members of the Central Committee",
    # reform
    "amnesty": "a decree frees prisoners by category",
    "new_course": "consumers and peasants are promised relief as a programme",
    "secret_speech": "the dead ruler's crimes are revealed to the party by its leader",
    "second_destalinization": "the dead ruler is attacked in public by the leadership",
    "rehabilitation": "victims, singly or as a group, are officially cleared or a review of their cases is ordered",
    "thaw": "something printed, or a rule lifted, that censorship had forbidden until then",
    "freeze": "writers, artists or speech are publicly called to order",
    "decentralisation": "economic command moves from the centre to regions",
    "enterprise_reform": "enterprises gain rights against the plan",
    "agrarian_reform": "farms get better terms: prices, taxes, quotas, machines",
    "virgin_lands": "the ploughing of the eastern steppe is decided",
    "german_deal": "East Germany is given up for a neutral Germany",
    "renewed_terror": "mass political arrests are ordered again after they had stopped",
    # society and bloc
    "famine": "hunger kills by the hundred thousand",
    "unrest": "a strike, protest or riot that is visible and put down or dispersed",
    "camp_revolt": "prisoners of a camp strike or rise together",
    "uprising": "a revolt that challenges the state itself",
    "concession": "the alternative comes to power or the regime gives way to it",
    "regime_collapse": "the ruling party loses control of its state",
    "intervention": "Soviet force is used in a satellite",
    "exit": "a state leaves, or is put out of, the Soviet alliance",
    "dissident_trial": "writers or protesters are tried for what they wrote or said",
    "human_rights_movement": "dissidents found a public group for human rights that outlasts its first arrests",
    # the world
    "crisis": "the two camps threaten each other with force in one theatre",
    "missile_deployment": "Moscow sends missiles to an ally in the Caribbean",
    "back_down": "one side of a crisis gives way",
    "settlement": "a crisis ends by agreement",
    "war": "the two poles fight each other",
    "detente": "the two poles agree on a lasting measure that lowers tension",
    "sino_soviet_split": "Moscow and Beijing break off working relations",
    "nam_founded": "the Non-Aligned Movement is founded",
    "joins_nam": "a state takes part in it from now on",
}


class EventName(NamedTuple):
    """The parts of `SUN.fall:beria`; `about` is the person or theatre, empty for most events."""

    polity: str
    name: str
    about: str = ""


def parse(
    text: str, polities: Collection[str] = (), persons: Collection[str] = (), theatres: Collection[str] = THEATRES
) -> EventName:
    """The parts of an event name; polities and persons are checked against the lists given, if any.

    >>> parse("HUN.uprisign")
    Traceback (most recent call last):
        ...
    thaw.errors.RecordError: 'HUN.uprisign': there is no event 'uprisign'. Did you mean 'uprising'?
    """
    polity, dot, rest = text.partition(".")
    name, colon, about = rest.partition(":")
    if not (dot and polity and name) or bool(colon) != bool(about):
        raise RecordError(f"'{text}' is no event name: expected POLITY.name or POLITY.name:WHOM, as SUN.fall:beria.")
    if name not in EVENTS:
        raise RecordError(f"'{text}': there is no event '{name}'. {did_you_mean(name, EVENTS)}")
    if polities and polity not in polities:
        raise RecordError(f"'{text}': there is no polity '{polity}'. {did_you_mean(polity, polities)}")
    kind = ABOUT.get(name, "")
    if bool(kind) != bool(about):
        wanted = f"needs a {kind}, as {polity}.{name}:WHOM" if kind else f"takes no person or theatre: {polity}.{name}"
        raise RecordError(f"'{text}': {name} {wanted}.")
    known = {"person": persons, "theatre": theatres}.get(kind, ())
    if known and about not in known:
        raise RecordError(f"'{text}': there is no {kind} '{about}'. {did_you_mean(about, known)}")
    return EventName(polity, name, about)
