from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    events: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    quantity: str = ""
    low: float | None = None
    high: float | None = None
    first: str = ""
    last: str = ""
    absent: bool = False
    date: str = ""
@dataclass(frozen=True)
class Effect:
    events: tuple[str, ...] = ()
    quantity: str = ""
    measure: str = "mean"
    above: float | None = None
    below: float | None = None
    leader: str = ""
    absent: bool = False
@dataclass(frozen=True)
class Claim:
    id: str = ""
    text: str = ""
    sentence: int = 0
    paraphrase: str = ""
    direction: str = ""
    cause: Cause | None = None
    effect: Effect | None = None
    affected: str = ""
    by: str = ""
    onset: str = "all"
