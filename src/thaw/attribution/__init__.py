"""Attribution: did X bring about Y? Claims, what the record says of them, numbers from twin histories, their intervals, and the words for them.

    grammar       causes and effects as text
    claim         claims files: strict reading; claim_checks: what a claim must hold beyond its types
    premise       what the record alone says of a claim; dated: its dates, and how sure they are
    terms         a claim on a plan: what has to be run for it, and how its effect is read off
    channel       the declared path from cause to effect; what carries it
    given         histories that follow the record up to the cause
    arms          what is run: trunks and branches; abreast: several side by side; kept: what an arm leaves behind
    study         claims asked of the model: arms run, twins read off
    answer        everything known of one claim; the door
    turning       when an effect became likely
    intervals     90% intervals of shares, differences, ratios and means, sound where nothing was counted
    numbers       twin histories in, probabilities of causation out
    weights       histories that weigh more or less: effective number, tempering
    bundle        causes that overlap: Shapley shares, any of them
    spread        how far an answer moves with the drawn parameters
    fragility     the three parameters that an answer hangs on
    verdict       one table of words
    known_worlds  small structural models whose answers are known exactly
"""
