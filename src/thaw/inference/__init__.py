"""Parameters fitted to the record up to a cut: what is fitted to, prior histories, the network, its diagnostics, and the posterior.

    targets    numbers, events as censored times and leaders, from the record up to the cut
    simulate   prior histories as summaries, in pieces that can be resumed
    scale      parameters in the normal scale of their priors
    encode     summaries as inputs of a network under any cut and with any events left out
    directions the few directions among the parameters that the summaries tell anything of
    network    a flow over these directions, by BayesFlow on JAX
    weighting  prior histories weighted by nearness to the record: where the model cannot make what the record shows
    diagnostics calibration, coverage, contraction, prediction, misspecification
    fitting    all of it in order: `thaw fit`
"""
