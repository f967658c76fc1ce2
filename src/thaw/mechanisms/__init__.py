"""The mechanisms, and the month as one tuple: a month reads from top to bottom, the inner tuple turns once a week."""

from thaw.mechanisms.bloc import bloc
from thaw.mechanisms.coalition import coalition
from thaw.mechanisms.economy import economy
from thaw.mechanisms.information import information
from thaw.mechanisms.mortality import mortality
from thaw.mechanisms.patronage import patronage
from thaw.mechanisms.purge import purge
from thaw.mechanisms.reform import reform
from thaw.mechanisms.society import society
from thaw.mechanisms.terror import terror

ORDER = (
    mortality,  # who dies of age
    patronage,  # who holds power
    coalition,  # who wins a showdown
    purge,  # who is removed, and the norm against it
    terror,  # arrests, prisoners, fear
    reform,  # what the leader decides
    information,  # what people may know
    economy,  # bread and steel
    (
        society,  # who dares to speak
        bloc,  # Moscow and its satellites
    ),
)
