"""The generated part of `docs/fit.md`: what the shipped fit found, from its `fit.json`, and its drawings beside the page."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from thaw.docs_text import code, table
from thaw.errors import RunError
from thaw.inference.telling import HEAD, ladder, outside, rows
from thaw.names import known_parameters
from thaw.posterior import CLAIMS_CUT

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
    main = min(cuts, key=lambda cut: abs(cut - CLAIMS_CUT))
    told = (
        f"From `make fit`: {data['simulations']:,} prior histories of {data['citizens']:,} citizens, seed {data['seed']}, {data['numbers']} numbers, "
        f"{len(data['events'])} events, {data['parameters']} parameters along {data['directions']} directions. "
        f"Loss {min(loss for _, loss in data['losses']):.2f} on histories set apart, {data['prior_loss']:.2f} by the prior alone. {ladder(data)}"
    )
    lowest = min((said for cut in cuts.values() for said in (cut, *cut["without"].values())), key=lambda said: said["ranks_p"])
    even = f"Ranks are uniform in every row: lowest p {lowest['ranks_p']:.3f} (parameter `{lowest['least_uniform']}`), corrected for all parameters."
    most = [(f"`{name}`", f"{value:.2f}") for name, value in list(cuts[main]["contraction"].items())[:SHOWN]]
    never = [f"up to {cut}: {', '.join(said['never_made']) or 'nothing'}" for cut, said in cuts.items() if cut in (main, max(cuts))]
    of_record = [f"`{name}` ({one.source.partition(':')[2]})" for name, (_, one) in known_parameters().items() if one.source.startswith("record")]
    parts = [
        told, table(HEAD, list(rows(data))), data["failed"] or even, *outside(data), f"**Informed by the record up to {main}** (contraction at least 0.2):",
        table(("parameter", "contraction"), most), "**In the record and in no simulated history**: " + "; ".join(never) + ".",
        f"**Hardly informed up to {main}** ({len(cuts[main]['uninformed'])} parameters): {code(cuts[main]['uninformed'])}.",
        f"**Priors that rest on rows of the record**: {', '.join(of_record)}.",
        "\n".join(f"![{name.removesuffix('.svg')}](fit/{name})" for name in drawings),
    ]  # fmt: skip
    return "\n\n".join(parts)
