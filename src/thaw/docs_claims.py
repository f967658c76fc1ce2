"""The generated parts of `docs/claims.md`: the built-in claims, causes from outside, what can be asked for, the words of an answer."""

from thaw import record
from thaw.docs_text import code, table


def listed(file: str) -> str:
    """The claims of a built-in file: sentence, what is asked, and the word of the record where it has one."""
    from thaw.attribution.claim import load_claims
    from thaw.attribution.premise import record_part

    rows = []
    for claim in load_claims(file).claims:
        cause, effect = (part.as_text() if part else "" for part in (claim.cause, claim.effect))
        asked = f"`{cause}` {claim.direction} `{effect}` by {claim.by}" if cause and effect else "–"
        word = record_part(claim).word or ("not modelled" if claim.not_modelled else "–")
        rows.append((claim.id, claim.sentence, claim.paraphrase, asked, word))
    return table(("claim", "sentence", "in our words", "what is asked", "by the record alone"), rows)


def left_out() -> str:
    """Claims that the model cannot be asked, with the reason."""
    from thaw.attribution.claim import claims_names, load_claims

    claims = sorted((claim for name in claims_names() for claim in load_claims(name).claims), key=lambda claim: claim.id)
    return table(("claim", "why not"), [(claim.id, claim.not_modelled) for claim in claims if claim.not_modelled])


def rows_as_causes() -> str:
    """Rows of the record that can be a cause, with the given inputs that each feeds."""
    from thaw.attribution.grammar import fed_by

    found = [(row, fed_by(row.id)) for row in record.events()]
    return table(("row", "date", "what", "feeds"), [(f"`row:{row.id}`", row.date, row.summary, code(fed)) for row, fed in found if fed])


def askable() -> str:
    """Quantities that can be an effect, with their unit and bounds."""
    from thaw.attribution.grammar import REMAINDERS, can_be_asked
    from thaw.fields import FIELDS

    fields = [(name, field) for name, field in FIELDS.items() if can_be_asked(field, effect=True)]
    rows = [(f"`{'POLITY' if 'P' in field.axes else 'WLD'}.{name}`", field.meaning, field.unit) for name, field in fields]
    rows += [(f"`WLD.{name}`", meaning, "share") for name, (_, meaning) in REMAINDERS.items()]
    return table(("quantity", "meaning", "unit"), rows)


def verdicts() -> str:
    """The words of an answer, in their order."""
    from thaw.attribution.verdict import as_markdown

    return as_markdown()
