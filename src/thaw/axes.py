"""The axes of every array, in the order they appear.

H histories · P polities · E elite (persons of all courts, contiguous by polity) · I institutions · O offices ·
S strata · A acts · W states of the world · T theatres of crisis · C cohorts of birth. A month is the time step; society and bloc move
by weeks inside it.

W holds every state that is independent at some time within the scenario, whether or not it is a polity with a court of its own.
"""

INSTITUTIONS = ("party", "government", "security", "army", "regions")
OFFICES = ("first_secretary", "premier", "head_of_state", "secretary", "security", "defence", "foreign", "deputy", "region")
OFFICE_INSTITUTION = ("party", "government", "government", "party", "security", "army", "government", "government", "regions")
SINGLE_HOLDER = ("first_secretary", "premier", "head_of_state", "security", "defence", "foreign")
STRATA = ("workers", "peasants", "intelligentsia", "officials", "minorities")
ACTS = ("voice", "revolt")
THEATRES = ("berlin", "caribbean", "straits", "middle_east")
COHORTS = tuple(range(1860, 2000, 10))  # first year of birth; each spans ten
WEEKS_PER_MONTH = 365.2425 / 12 / 7
HISTORIES_PER_WORD = 64
HISTORIES_PER_BLOCK = 512
