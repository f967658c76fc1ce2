"""The generated part of `docs/fit.md`: what the shipped fit found, from its `fit.json`, and its drawings beside the page."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from thaw.docs_text import code, table
from thaw.errors import RunError

SHOWN = 30  # parameters in the table of contraction


def fit_of(folder: Path, pictures: Path, *, write: bool) -> dict[str, Callable[[], str]]:
    """The maker of the block `fit` from the folder of a fit; its drawings are copied to `pictures` if asked."""
    path = folder / "fit.json"
    if not path.is_file():
        raise RunError(f"{folder} holds no finished fit: there is no fit.json. Run make fit.")
    data = json.loads(path.read_text(encoding="utf-8"))
    drawings = sorted(folder.glob("*.svg"))
    if write:
        pictures.mkdir(parents=True, exist_ok=True)
        for old in pictures.glob("*.svg"):
            old.unlink()
        for drawing in drawings:
            (pictures / drawing.name).write_bytes(drawing.read_bytes())
    return {"fit": lambda: _page(data, [drawing.name for drawing in drawings])}


def _page(data: dict[str, Any], drawings: list[str]) -> str:
    cuts = {int(cut): said for cut, said in data["cuts"].items()}
    main = min(cuts, key=lambda cut: abs(cut - 1956))
    even = f"The ranks are uniform: p = {data['ranks_p']:.3f}, corrected for all parameters and cuts."
    told = (
        f"From `make fit`: {data['simulations']:,} prior histories of {data['citizens']:,} citizens, seed {data['seed']}, {data['numbers']} numbers, "
        f"{len(data['events'])} events, {data['parameters']} parameters along {data['directions']} directions. "
        f"Loss {min(loss for _, loss in data['losses']):.2f} on histories set apart, {data['prior_loss']:.2f} by the prior alone. "
        f"Error allowed to the model's numbers: {data['error']:g} spreads of the prior. {data['failed'] or even}"
    )
    rows = [
        (
            cut, said["method"], f"{said['misspecification']['p']:.3f}", f"{said['ranks_p']:.3f}", f"{said['coverage_50']:.0%}", f"{said['coverage_90']:.0%}",
            said["recovery"], said["informed"], f"{said['inside']} of {said['numbers']}",
        )
        for cut, said in cuts.items()
    ]  # fmt: skip
    head = ("cut", "method", "record inside, p", "ranks, p", "50% hold", "90% hold", "recovery, r", "informed", "numbers in the band")
    most = [(f"`{name}`", f"{value:.2f}") for name, value in list(cuts[main]["contraction"].items())[:SHOWN]]
    never = [f"{cut}: {', '.join(said['never_made'])}" for cut, said in cuts.items() if said["never_made"]]
    parts = [
        told, table(head, rows), f"**Informed by the record up to {main}** (contraction at least 0.2):", table(("parameter", "contraction"), most),
        "**In the record and in no simulated history**: " + ("; ".join(never) or "nothing") + ".",
        f"**Hardly informed up to {main}** ({len(cuts[main]['uninformed'])} parameters): {code(cuts[main]['uninformed'])}.",
        "\n".join(f"![{name.removesuffix('.svg')}](fit/{name})" for name in drawings),
    ]  # fmt: skip
    return "\n\n".join(parts)
