"""What of the ODD description no declaration says: short, by hand, one text a heading."""

from typing import NamedTuple


class Entity(NamedTuple):
    """A kind of thing in the model: what it is called and what it stands for."""

    name: str
    meaning: str


ENTITIES = {  # axis -> entity; 'citizen' stands for the packed street
    "": Entity("world", "what there is once in a history"),
    "P": Entity("polity", "a regime: its leader and court, its policy, economy and street"),
    "E": Entity("person", "a member of an elite, real where recorded"),
    "citizen": Entity("citizen", "somebody who may speak or revolt, in a stratum, with neighbours"),
    "W": Entity("state", "an independent state of the world, whether or not its regime is simulated"),
    "T": Entity("theatre", "a place where the two blocs may come to blows"),
    "C": Entity("cohort", "those born within ten years"),
}

BY_HAND = {
    "protocol": (
        "After the ODD protocol (Overview, Design concepts, Details; `grimm2020`). Printed by `thaw show odd` from the scenario and from what the "
        "code declares."
    ),
    "purpose": (
        "To answer counterfactual questions on the fall of one-man rule and what follows it: what difference an event made, and how surely that can be said. "
        "A history is a function of scenario, parameters and seed; two runs that differ in one intervention share every other accident."
    ),
    "patterns": (
        "The model is useful so far as it shows what the texts name; judged on the record up to 1956, later years being prediction. "
        "`thaw show system` says which rows run and match."
    ),
    "scales": (
        "Space is not continuous: citizens have eight neighbours each in a small-world network, polities border on each other, states have distances. "
        "A run is some hundred or thousand histories side by side."
    ),
    "schedule": (
        "Processes follow one another; each reads the state that those before it have left and writes fields of its own, which nobody else writes. "
        "What stands earlier in the month sees later processes' results in the next month. Within a process all entities move at once."
    ),
    "principles": "Political science from the literature, one process each; a hazard is a base rate times the exponential of named pushes.",
    "emergence": (
        "Who leads, who falls, when terror ends, where revolts break out and how far they spread come out of the processes together; "
        "base rates and the direction of pushes are imposed."
    ),
    "adaptation": (
        "Leaders choose among options and rivals among allies, by hazards that rise and fall with their situation; citizens speak when enough neighbours do. "
        "Nobody looks ahead."
    ),
    "objectives": (
        "None is maximised, but for showdowns at court, where factions form the coalition that is best for the winners and stable against the next showdown."
    ),
    "learning": "No rule changes with experience.",
    "prediction": "Nobody forms an expectation explicitly; a coalition's stability is foreseen by its members.",
    "sensing": (
        "A process sees the fields it reads, without error; citizens see their neighbours a week late. Where knowledge is limited, the limit is a field "
        "(`censorship`, `knowledge`, `broadcasting`)."
    ),
    "interaction": (
        "Through the fields of the table above; directly between neighbours on the street, patrons and clients at court, a revolt and the next country."
    ),
    "stochasticity": (
        "Every random number is keyed by what it is for: seed, name of the draw or event, entity, history. An event with hazard h comes when h "
        "summed since the last time reaches an exponential draw. Each history draws its parameters from their priors."
    ),
    "collectives": "Courts, factions and strata are collectives: the first from the record, the second formed anew in each showdown, the third fixed shares.",
    "observation": "Each history leaves monthly series and a log of events with what drove each; shares and ranges are taken over histories.",
    "initialization": "Equal in every history, but for traits drawn once: attitudes and guilt of persons between two codings, ranks and networks of citizens.",
    "inputs": "Given by the scenario and the record, equal in every history; `--free` frees what is pinned.",
}
