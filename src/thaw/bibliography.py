"""What the model rests on: each source key of a mechanism and its full citation.

'(from memory)' marks details of a publication that were not seen in a catalogue, an abstract or another text when this list was
made: check them before you copy them. Sources of single facts are those of the record: `thaw record sources`.

>>> citation("kuran1991").partition(",")[0]
'Timur Kuran (1991)'
>>> citation("assumed")
"A judgement of this project, without a source; the prior's width says how much it is worth"
"""

from thaw.errors import ParameterError, did_you_mean

SOURCES: dict[str, str] = {
    "acemoglu2008": (
        "Daron Acemoglu, Georgy Egorov & Konstantin Sonin (2008), Coalition Formation in Non-Democracies, "
        "Review of Economic Studies 75(4), 987-1009, doi:10.1111/j.1467-937X.2008.00503.x"
    ),
    "acemoglu2009": (
        "Daron Acemoglu, Georgy Egorov & Konstantin Sonin (2009), Do Juntas Lead to Personal Rule?, "
        "American Economic Review: Papers & Proceedings 99(2), 298-303"
    ),
    "alexeyeva1985": (
        "Ludmilla Alexeyeva (1985), Soviet Dissent: Contemporary Movements for National, Religious, and Human Rights, "
        "Wesleyan University Press (from memory)"
    ),
    "allen2003": ("Robert C. Allen (2003), Farm to Factory: A Reinterpretation of the Soviet Industrial Revolution, Princeton University Press"),
    "axelrod1997": (
        "Robert Axelrod (1997), The Dissemination of Culture: A Model with Local Convergence and Global Polarization, "
        "Journal of Conflict Resolution 41(2), 203-226"
    ),
    "axtell1996": (
        "Robert Axtell, Robert Axelrod, Joshua M. Epstein & Michael D. Cohen (1996), Aligning Simulation Models: A Case Study and Results, "
        "Computational and Mathematical Organization Theory 1(2), 123-141, doi:10.1007/BF01299065"
    ),
    "barnes2011": ("Steven A. Barnes (2011), Death and Redemption: The Gulag and the Shaping of Soviet Society, Princeton University Press (from memory)"),
    "beaumont2002": (
        "Mark A. Beaumont, Wenyang Zhang & David J. Balding (2002), Approximate Bayesian Computation in Population Genetics, "
        "Genetics 162(4), 2025-2035"
    ),
    "breslauer1982": ("George W. Breslauer (1982), Khrushchev and Brezhnev as Leaders: Building Authority in Soviet Politics, Allen & Unwin (from memory)"),
    "brzezinski1967": (
        "Zbigniew K. Brzezinski (1967), The Soviet Bloc: Unity and Conflict, revised and enlarged edition, Harvard University Press (from memory)"
    ),
    "buenodemesquita2003": (
        "Bruce Bueno de Mesquita, Alastair Smith, Randolph M. Siverson & James D. Morrow (2003), The Logic of Political Survival, MIT Press"
    ),
    "cox1972": ("David R. Cox (1972), Regression Models and Life-Tables, Journal of the Royal Statistical Society B 34(2), 187-220 (pages from memory)"),
    "cui2014": (
        "Tiangang Cui, James Martin, Youssef M. Marzouk, Antti Solonen & Alessio Spantini (2014), Likelihood-Informed Dimension "
        "Reduction for Nonlinear Inverse Problems, Inverse Problems 30(11), 114015 (from memory)"
    ),
    "daniels1966": (
        "Robert V. Daniels (1966), Stalin's Rise to Dictatorship, 1922-29, in Alexander Dallin & Alan F. Westin (eds), "
        "Politics in the Soviet Union: 7 Cases, Harcourt, Brace & World, 1-38 (from memory)"
    ),
    "davies2004": ("R. W. Davies & Stephen G. Wheatcroft (2004), The Years of Hunger: Soviet Agriculture, 1931-1933, Palgrave Macmillan (from memory)"),
    "dicker2014": ("Lee H. Dicker (2014), Variance Estimation in High-Dimensional Linear Models, Biometrika 101(2), 269-284 (from memory)"),
    "egorov2011": (
        "Georgy Egorov & Konstantin Sonin (2011), Dictators and Their Viziers: Endogenizing the Loyalty-Competence Trade-off, "
        "Journal of the European Economic Association 9(5), 903-930"
    ),
    "ellman2000": (
        "Michael Ellman (2000), The 1947 Soviet Famine and the Entitlement Approach to Famines, Cambridge Journal of Economics 24(5), "
        "603-630 (issue from memory)"
    ),
    "epstein2002": (
        "Joshua M. Epstein (2002), Modeling Civil Violence: An Agent-Based Computational Approach, "
        "Proceedings of the National Academy of Sciences 99(suppl. 3), 7243-7250, doi:10.1073/pnas.092080199"
    ),
    "fagerland2017": (
        "Morten W. Fagerland, Stian Lydersen & Petter Laake (2017), Statistical Analysis of Contingency Tables, CRC Press; "
        "figures as in the tests of its R package contingencytables"
    ),
    "fieller1954": (
        "E. C. Fieller (1954), Some Problems in Interval Estimation, Journal of the Royal Statistical Society B 16(2), 175-185 (from memory)"
    ),
    "fearnhead2012": (
        "Paul Fearnhead & Dennis Prangle (2012), Constructing Summary Statistics for Approximate Bayesian Computation: "
        "Semi-Automatic Approximate Bayesian Computation, Journal of the Royal Statistical Society B 74(3), 419-474 (from memory)"
    ),
    "fursenko2006": (
        "Aleksandr Fursenko & Timothy Naftali (2006), Khrushchev's Cold War: The Inside Story of an American "
        "Adversary, W. W. Norton (from memory)"
    ),
    "gaddis1997": ("John Lewis Gaddis (1997), We Now Know: Rethinking Cold War History, Oxford University Press (from memory)"),
    "gardner1985": (
        "Everette S. Gardner & Ed McKenzie (1985), Forecasting Trends in Time Series, Management Science 31(10), 1237-1246 (from memory)"
    ),
    "geddes1999": (
        "Barbara Geddes (1999), What Do We Know about Democratization after Twenty Years?, Annual Review of Political Science 2, 115-144"
    ),
    "geddes2014": (
        "Barbara Geddes, Joseph Wright & Erica Frantz (2014), Autocratic Breakdown and Regime Transitions: A New Data Set, "
        "Perspectives on Politics 12(2), 313-331"
    ),
    "gerschenkron1962": ("Alexander Gerschenkron (1962), Economic Backwardness in Historical Perspective, Harvard University Press (from memory)"),
    "gill1990": ("Graeme Gill (1990), The Origins of the Stalinist Political System, Cambridge University Press (from memory)"),
    "gompertz1825": (
        "Benjamin Gompertz (1825), On the Nature of the Function Expressive of the Law of Human Mortality, and on a New Mode of "
        "Determining the Value of Life Contingencies, Philosophical Transactions of the Royal Society of London 115, 513-583 "
        "(pages from memory)"
    ),
    "gneiting2007": (
        "Tilmann Gneiting & Adrian E. Raftery (2007), Strictly Proper Scoring Rules, Prediction, and Estimation, Journal of the American Statistical "
        "Association 102(477), 359-378 (from memory)"
    ),
    "granovetter1978": ("Mark Granovetter (1978), Threshold Models of Collective Behavior, American Journal of Sociology 83(6), 1420-1443"),
    "granville2004": (
        "Johanna Granville (2004), The First Domino: International Decision Making during the Hungarian Crisis of 1956, Texas A&M University Press"
    ),
    "gregory2011": (
        "Paul R. Gregory, Philipp J. H. Schröder & Konstantin Sonin (2011), Rational Dictators and the Killing of Innocents: "
        "Data from Stalin's Archives, Journal of Comparative Economics 39(1), 34-42"
    ),
    "grimm2020": (
        "Volker Grimm, Steven F. Railsback, Christian E. Vincenot and others (2020), The ODD Protocol for Describing Agent-Based and Other Simulation "
        "Models: A Second Update to Improve Clarity, Replication, and Structural Realism, Journal of Artificial Societies and Social Simulation 23(2), 7, "
        "doi:10.18564/jasss.4259 (from memory)"
    ),
    "gulag_statistics": (
        "Counts of prisoners and convictions from the archives, as carried in the record (`thaw record series`): "
        "V. N. Zemskov (1991), GULAG: istoriko-sotsiologicheskii aspekt, Sotsiologicheskie issledovaniia 6-7; V. N. Zemskov (2018), "
        "Stalinskaia epokha; J. Arch Getty, Gábor T. Rittersporn & Viktor N. Zemskov (1993), Victims of the Soviet Penal System "
        "in the Pre-war Years, American Historical Review 98(4), 1017-1049 (pages from memory); A. I. Kokurin & N. V. Petrov (2000), "
        "GULAG 1917-1960"
    ),
    "guriev2019": ("Sergei Guriev & Daniel Treisman (2019), Informational Autocrats, Journal of Economic Perspectives 33(4), 100-127 (pages from memory)"),
    "hall1992": (
        "Peter Hall (1992), On the Removal of Skewness by Transformation, Journal of the Royal Statistical Society B 54(1), "
        "221-228 (from memory)"
    ),
    "halpern2016": ("Joseph Y. Halpern (2016), Actual Causality, MIT Press (from memory)"),
    "hannart2016": (
        "Alexis Hannart, Judea Pearl, Friederike E. L. Otto, Philippe Naveau & Michael Ghil (2016), Causal Counterfactual "
        "Theory for the Attribution of Weather and Climate-Related Events, Bulletin of the American Meteorological Society "
        "97(1), 99-110 (from memory)"
    ),
    "hough1979": ("Jerry F. Hough & Merle Fainsod (1979), How the Soviet Union Is Governed, Harvard University Press (from memory)"),
    "janossy1971": ("Ferenc Jánossy (1971), The End of the Economic Miracle: Appearance and Reality in Economic Development, IASP (from memory)"),
    "kaplan1958": (
        "Edward L. Kaplan & Paul Meier (1958), Nonparametric Estimation from Incomplete Observations, Journal of the American Statistical "
        "Association 53, 457-481"
    ),
    "kennedy2001": (
        "Marc C. Kennedy & Anthony O'Hagan (2001), Bayesian Calibration of Computer Models, Journal of the Royal Statistical Society B 63(3), 425-464 "
        "(from memory)"
    ),
    "kong1994": (
        "Augustine Kong, Jun S. Liu & Wing Hung Wong (1994), Sequential Imputations and Bayesian Missing Data Problems, Journal "
        "of the American Statistical Association 89, 278-288 (from memory)"
    ),
    "koopman1984": ("P. A. R. Koopman (1984), Confidence Intervals for the Ratio of Two Binomial Proportions, Biometrics 40(2), 513-517"),
    "kramer1998": (
        "Mark Kramer (1998), The Soviet Union and the 1956 Crises in Hungary and Poland: Reassessments and New Findings, "
        "Journal of Contemporary History 33(2), 163-214 (issue and pages from memory)"
    ),
    "krosnick1989": (
        "Jon A. Krosnick & Duane F. Alwin (1989), Aging and Susceptibility to Attitude Change, "
        "Journal of Personality and Social Psychology 57(3), 416-425"
    ),
    "jervis1980": (
        "Robert Jervis (1980), The Impact of the Korean War on the Cold War, Journal of Conflict Resolution 24(4), 563-592 (from memory; "
        "also that NSC 68 of April 1950 was costed at some 40 billion dollars a year against 13 then spent)"
    ),
    "kuran1989": (
        "Timur Kuran (1989), Sparks and Prairie Fires: A Theory of Unanticipated Political Revolution, Public Choice 61(1), 41-74, doi:10.1007/BF00116762"
    ),
    "kuran1991": ("Timur Kuran (1991), Now Out of Never: The Element of Surprise in the East European Revolution of 1989, World Politics 44(1), 7-48"),
    "leeds2007": (
        "Brett Ashley Leeds & Burcu Savun (2007), Terminating Alliances: Why Do States Abrogate Agreements?, Journal of Politics 69(4), "
        "1118-1132 (from memory)"
    ),
    "lohmann1994": (
        "Susanne Lohmann (1994), The Dynamics of Informational Cascades: The Monday Demonstrations in Leipzig, East Germany, "
        "1989-91, World Politics 47(1), 42-101"
    ),
    "luthi2008": ("Lorenz M. Lüthi (2008), The Sino-Soviet Split: Cold War in the Communist World, Princeton University Press (from memory)"),
    "mannheim1952": (
        "Karl Mannheim (1952), The Problem of Generations, in Essays on the Sociology of Knowledge, edited by Paul Kecskemeti, "
        "Routledge & Kegan Paul, 276-322; first in German 1928 (from memory)"
    ),
    "mcadam1982": ("Doug McAdam (1982), Political Process and the Development of Black Insurgency, 1930-1970, University of Chicago Press (from memory)"),
    "mcfadden1974": (
        "Daniel McFadden (1974), Conditional Logit Analysis of Qualitative Choice Behavior, in Paul Zarembka (ed.), "
        "Frontiers in Econometrics, Academic Press, 105-142 (from memory)"
    ),
    "nam2002": (
        "Jun-mo Nam & William C. Blackwelder (2002), Analysis of the Ratio of Marginal Probabilities in a Matched-Pair Setting, "
        "Statistics in Medicine 21, 689-699 (from memory)"
    ),
    "neal2001": ("Radford M. Neal (2001), Annealed Importance Sampling, Statistics and Computing 11, 125-139 (from memory)"),
    "newcombe1998": (
        "Robert G. Newcombe (1998), Two-Sided Confidence Intervals for the Single Proportion: Comparison of Seven Methods, "
        "Statistics in Medicine 17, 857-872 (from memory)"
    ),
    "neyman1937": ("Jerzy Neyman (1937), 'Smooth Test' for Goodness of Fit, Skandinavisk Aktuarietidskrift 20, 149-199 (from memory)"),
    "nove1992": ("Alec Nove (1992), An Economic History of the USSR, 1917-1991, third edition, Penguin (from memory)"),
    "oberst2019": (
        "Michael Oberst & David Sontag (2019), Counterfactual Off-Policy Evaluation with Gumbel-Max Structural Causal Models, "
        "Proceedings of Machine Learning Research 97, 4881-4890 (from memory)"
    ),
    "ofer1987": ("Gur Ofer (1987), Soviet Economic Growth: 1928-1985, Journal of Economic Literature 25(4), 1767-1833"),
    "paciorek2018": (
        "Christopher J. Paciorek, Dáithí A. Stone & Michael F. Wehner (2018), Quantifying Statistical Uncertainty in the "
        "Attribution of Human Influence on Severe Weather, Weather and Climate Extremes 20, 69-80, "
        "doi:10.1016/j.wace.2018.01.002"
    ),
    "papamakarios2016": (
        "George Papamakarios & Iain Murray (2016), Fast ε-free Inference of Simulation Models with Bayesian Conditional Density "
        "Estimation, Advances in Neural Information Processing Systems 29 (from memory)"
    ),
    "parta2007": (
        "R. Eugene Parta (2007), Discovering the Hidden Listener: An Assessment of Radio Liberty and Western Broadcasting to the "
        "USSR during the Cold War, Hoover Institution Press (from memory)"
    ),
    "pearl2009": ("Judea Pearl (2009), Causality: Models, Reasoning, and Inference, second edition, Cambridge University Press (from memory)"),
    "pianosi2018": (
        "Francesca Pianosi & Thorsten Wagener (2018), Distribution-Based Sensitivity Analysis from a Generic Input-Output "
        "Sample, Environmental Modelling & Software 108, 197-207, doi:10.1016/j.envsoft.2018.07.019"
    ),
    "radev2020": (
        "Stefan T. Radev, Ulf K. Mertens, Andreas Voss, Lynton Ardizzone & Ullrich Köthe (2020), BayesFlow: Learning Complex "
        "Stochastic Models with Invertible Neural Networks, IEEE Transactions on Neural Networks and Learning Systems 33(4), "
        "1452-1466 (from memory)"
    ),
    "radev2023": (
        "Stefan T. Radev and others (2023), BayesFlow: Amortized Bayesian Workflows with Neural Networks, Journal of Open Source "
        "Software 8(89), 5702 (from memory)"
    ),
    "richardson1960": ("Lewis F. Richardson (1960), Arms and Insecurity: A Mathematical Study of the Causes and Origins of War, Boxwood Press"),
    "rigby1990": ("T. H. Rigby (1990), Political Elites in the USSR: Central Leaders and Local Cadres from Lenin to Gorbachev, Edward Elgar (from memory)"),
    "rodrigues2018": (
        "G. S. Rodrigues, Dennis Prangle & Scott A. Sisson (2018), Recalibration: A Post-Processing Method for Approximate "
        "Bayesian Computation, Computational Statistics & Data Analysis 126, 53-66 (from memory)"
    ),
    "runciman1966": ("W. G. Runciman (1966), Relative Deprivation and Social Justice, Routledge & Kegan Paul (from memory)"),
    "salmon2011": (
        "John K. Salmon, Mark A. Moraes, Ron O. Dror & David E. Shaw (2011), Parallel Random Numbers: As Easy as 1, 2, 3, Proceedings of SC11 (from memory)"
    ),
    "saltelli2010": (
        "Andrea Saltelli and others (2010), Variance Based Sensitivity Analysis of Model Output: Design and Estimator for the Total Sensitivity Index, "
        "Computer Physics Communications 181(2), 259-270, doi:10.1016/j.cpc.2009.09.018 (as cited in SALib)"
    ),
    "schmitt2024": (
        "Marvin Schmitt, Paul-Christian Bürkner, Ullrich Köthe & Stefan T. Radev (2024), Detecting Model Misspecification in "
        "Amortized Bayesian Inference with Neural Networks, Pattern Recognition: DAGM GCPR 2023, Springer (from memory)"
    ),
    "schuman1989": (
        "Howard Schuman & Jacqueline Scott (1989), Generations and Collective Memories, American Sociological Review 54(3), 359-381, doi:10.2307/2095611"
    ),
    "shapley1953": (
        "Lloyd S. Shapley (1953), A Value for n-Person Games, in Contributions to the Theory of Games II, Princeton University "
        "Press, 307-317 (from memory)"
    ),
    "sobol2001": (
        "Ilya M. Sobol' (2001), Global Sensitivity Indices for Nonlinear Mathematical Models and Their Monte Carlo Estimates, "
        "Mathematics and Computers in Simulation 55, 271-280 (as cited in SALib)"
    ),
    "singer1958": (
        "J. David Singer (1958), Threat-Perception and the Armament-Tension Dilemma, Journal of Conflict Resolution 2(1), 90-105 "
        "(volume and pages from memory)"
    ),
    "solow1956": ("Robert M. Solow (1956), A Contribution to the Theory of Economic Growth, Quarterly Journal of Economics 70(1), 65-94 (from memory)"),
    "svolik2009": (
        "Milan W. Svolik (2009), Power Sharing and Leadership Dynamics in Authoritarian Regimes, "
        "American Journal of Political Science 53(2), 477-494, doi:10.1111/j.1540-5907.2009.00382.x"
    ),
    "svolik2012": "Milan W. Svolik (2012), The Politics of Authoritarian Rule, Cambridge University Press",
    "talts2018": (
        "Sean Talts, Michael Betancourt, Daniel Simpson, Aki Vehtari & Andrew Gelman (2018), Validating Bayesian Inference "
        "Algorithms with Simulation-Based Calibration, arXiv:1804.06788 (from memory)"
    ),
    "tang2003": (
        "Nian-Sheng Tang, Man-Lai Tang & Ivan S. F. Chan (2003), On Tests of Equivalence via Non-Unity Relative Risk for "
        "Matched-Pair Design, Statistics in Medicine 22, 1217-1233 (from memory)"
    ),
    "tango1998": (
        "Toshiro Tango (1998), Equivalence Test and Confidence Interval for the Difference in Proportions for the Paired-Sample "
        "Design, Statistics in Medicine 17, 891-908"
    ),
    "taubman2003": "William Taubman (2003), Khrushchev: The Man and His Era, W. W. Norton (from memory)",
    "tian2000": (
        "Jin Tian & Judea Pearl (2000), Probabilities of Causation: Bounds and Identification, Annals of Mathematics and "
        "Artificial Intelligence 28, 287-313 (from memory)"
    ),
    "tullock1980": (
        "Gordon Tullock (1980), Efficient Rent Seeking, in James M. Buchanan, Robert D. Tollison & Gordon Tullock (eds), "
        "Toward a Theory of the Rent-Seeking Society, Texas A&M University Press, 97-112 (from memory)"
    ),
    "ussr_life_table_1959": (
        "Central Statistical Administration of the USSR, life table of 1958-59 from the census of 1959, in Itogi Vsesoiuznoi "
        "perepisi naseleniia 1959 goda: SSSR, Gosstatizdat, 1962 (from memory; the table was not opened. A secondary text was seen "
        "for one figure: 64.4 years of life expected at birth for men)"
    ),
    "vaupel1979": (
        "James W. Vaupel, Kenneth G. Manton & Eric Stallard (1979), The Impact of Heterogeneity in Individual Frailty on the "
        "Dynamics of Mortality, Demography 16(3), 439-454"
    ),
    "walt1987": "Stephen M. Walt (1987), The Origins of Alliances, Cornell University Press (from memory)",
    "ward2022": (
        "Daniel Ward, Patrick Cannon, Mark Beaumont, Matteo Fasiolo & Sebastian M. Schmon (2022), Robust Neural Posterior Estimation and Statistical "
        "Model Criticism, Advances in Neural Information Processing Systems 35 (from memory)"
    ),
    "watts2002": (
        "Duncan J. Watts (2002), A Simple Model of Global Cascades on Random Networks, Proceedings of the National Academy of Sciences 99(9), 5766-5771"
    ),
    "wattsstrogatz1998": ("Duncan J. Watts & Steven H. Strogatz (1998), Collective Dynamics of 'Small-World' Networks, Nature 393, 440-442 (from memory)"),
    "west1993": (
        "Mike West (1993), Approximating Posterior Distributions by Mixture, Journal of the Royal Statistical Society B 55(2), "
        "409-422 (from memory)"
    ),
    "westad2005": (
        "Odd Arne Westad (2005), The Global Cold War: Third World Interventions and the Making of Our Times, Cambridge "
        "University Press (from memory)"
    ),
    "wilson1927": (
        "Edwin B. Wilson (1927), Probable Inference, the Law of Succession, and Statistical Inference, Journal of the American "
        "Statistical Association 22, 209-212 (from memory)"
    ),
    "wilson1931": (
        "Edwin B. Wilson & Margaret M. Hilferty (1931), The Distribution of Chi-Square, Proceedings of the National Academy of "
        "Sciences 17, 684-688 (from memory)"
    ),
    "yao2018": (
        "Yuling Yao, Aki Vehtari, Daniel Simpson & Andrew Gelman (2018), Using Stacking to Average Bayesian Predictive Distributions, "
        "Bayesian Analysis 13(3), 917-1003"
    ),
}

PLAIN = {
    "assumed": "A judgement of this project, without a source; the prior's width says how much it is worth",
    "definition": "A definition: the number says what a word means here and is not estimated",
    "design": "A choice of form made when the model was designed, after trying it on paper",
}
TABLES = {
    "record": "Read off the record of this project: ",
    "base_rates": "Read off counts of how autocrats leave office (datasets named in docs/model/coalition.md): ",
}


def citation(key: str) -> str:
    """The full citation of a source key, or what a plain word or 'record:...' means; a ParameterError for an unknown key."""
    table, colon, what = key.partition(":")
    if colon and table in TABLES and what.strip():
        return TABLES[table] + what.strip()
    if key in PLAIN:
        return PLAIN[key]
    if key in SOURCES:
        return SOURCES[key]
    tables = ", ".join(f"'{name}:...'" for name in TABLES)
    raise ParameterError(f"there is no source '{key}'. {did_you_mean(key, [*SOURCES, *PLAIN])} Also possible: {tables}.")
