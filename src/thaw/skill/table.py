"""What is scored, named before any score was seen: fifteen series, and the five kinds of events of `thaw.trust`.

A series is a row of `MEASURES` that the record has for single years both before 1953 and after, and that one mechanism of the model writes.
"""

from dataclasses import dataclass

from thaw.fields import FIELDS
from thaw.names import WORLD
from thaw.system_rows import MEASURES, Measure

RATIO, DIFFERENCE = "ratio", "difference"


@dataclass(frozen=True)
class Series:
    """A series of the record: whose, which, the mechanism that owns it, and how a forecast is anchored to the last recorded value.

    change   "ratio": times what the histories' own quantity is multiplied by since then; "difference": plus what it rises by
    """

    polity: str
    variable: str
    mechanism: str
    change: str

    @property
    def name(self) -> str:
        """As `SUN.gdp_pc`."""
        return f"{self.polity}.{self.variable}"

    @property
    def measure(self) -> Measure:
        """How it is read off a run."""
        return MEASURES.get(self.name) or MEASURES[self.variable]

    @property
    def quantities(self) -> tuple[str, ...]:
        """What it is read from, as `SUN.output` or `WLD.tension`."""
        return tuple(f"{WORLD if FIELDS[field].axes == 'H' else self.polity}.{field}" for field in self.measure.fields)


SERIES = (
    Series("SUN", "gulag_prisoners", "terror", RATIO),
    Series("SUN", "gulag_counterrevolutionaries", "terror", RATIO),
    Series("SUN", "gdp_pc", "economy", RATIO),
    Series("POL", "gdp_pc", "economy", RATIO),
    Series("HUN", "gdp_pc", "economy", RATIO),
    Series("CSK", "gdp_pc", "economy", RATIO),
    Series("ROU", "gdp_pc", "economy", RATIO),
    Series("BGR", "gdp_pc", "economy", RATIO),
    Series("SUN", "grain_harvest", "economy", RATIO),
    Series("SUN", "defence_burden", "economy", RATIO),
    Series("SUN", "military_expenditure", "world", RATIO),
    Series("USA", "military_expenditure", "world", RATIO),
    Series("SUN", "dispute_hostility_with_usa", "world", DIFFERENCE),
    Series("WLD", "states_allied_west", "world", DIFFERENCE),
    Series("WLD", "states_allied_east", "world", DIFFERENCE),
)

ANY = "any of them"  # the panel's last row: all kinds together
