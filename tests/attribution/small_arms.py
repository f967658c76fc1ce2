"""What the small arms of these tests keep, and claims made by hand."""

from thaw.attribution.claim import Claim, parse_cause, parse_effect
from thaw.attribution.kept import Watch

WATCH = Watch(("SUN.thaw", "SUN.amnesty", "HUN.uprising", "SUN.death:stalin"), ("SUN.voice", "WLD.tension", "SUN.leader"))


def claim(cause: str, effect: str, by: str = "1955-12", direction: str = "brings about", onset: str = "all") -> Claim:
    """A claim on the built-in scenario."""
    return Claim("c", "own", 0, "", "ussr-1945", direction, parse_cause(cause), parse_effect(effect), by=by, onset=onset)
