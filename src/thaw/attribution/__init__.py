"""Attribution: did X bring about Y? Claims, what the record says of them, numbers from twin histories, their intervals, and the words for them.

    intervals     90% intervals of shares, differences, ratios and means, sound where nothing was counted
    numbers       twin histories in, probabilities of causation out
    weights       histories that weigh more or less: effective number, tempering
    bundle        causes that overlap: Shapley shares, any of them
    spread        how far an answer moves with the drawn parameters
    fragility     the three parameters that an answer hangs on
    grammar       causes and effects as text
    claim         claims files: strict reading; claim_checks: what a claim must hold beyond its types
    premise       what the record alone says of a claim; dated: its dates, and how sure they are
    verdict       one table of words
    known_worlds  small structural models whose answers are known exactly
"""
