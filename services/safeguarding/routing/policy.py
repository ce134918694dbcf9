"""Who may hold what: one matrix, every cell filled, default nothing (rules.md). What is sent follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from safeguarding.errors import ConfigurationError

NEVER: Final = "never"
THICK: Final = ("hub", "worker")  # receive the alert itself
Policy = Mapping[str, Mapping[str, str]]

# A ceiling: a rule sends what it says, never more than this. One row for each kind of knowledge.
MATRIX: Final = """
              hub  worker  gp           health-visitor  school-nurse  school  police  cgl     probation  yos     health      operators
identity      all  all     nhs_number   nhs_number      nhs_number    upn     name    linked  linked     linked  nhs_number  never
abuse         all  all     all          all             all           all     own     never   never      never   never       never
narrative     all  all     never        never           never         never   own     never   never      never   never       never
grade         all  all     medium_high  all             all           never   own     never   never      never   never       never
signs         all  all     all          all             all           never   never   own     own        own     never       never
clinical      all  all     own          never           never         never   never   own     own        own     own         never
counts        all  all     numbers      numbers         numbers       never   numbers never   never      never   never       never
plan          all  all     all          all             all           all     all     linked  linked     linked  never       never
offence       all  all     never        never           never         never   own     own     own        own     never       never
address       all  all     never        never           never         never   own     never   never      never   never       never
voice         all  all     short        short           short         short   own     never   never      never   never       never
police_case   all  all     never        never           never         never   all     never   never      never   never       never
court_report  all  all     never        never           never         never   never   never   all        never   never       never
referral      all  all     never        never           never         all     all     all     all        all     all         never
meeting       all  all     never        never           never         never   never   never   never      never   never       never
silence       all  all     never        never           never         never   never   never   never      never   never       all
handling      all  all     all          all             all           all     never   never   never      never   all         never
"""  # noqa: E501  # a matrix is read across

ROWS: Final[dict[str, str]] = {
    "identity": "who the child is",
    "abuse": "domestic abuse: date, child present or not, welfare check",
    "narrative": "what happened, who, where",
    "grade": "risk grade of a form",
    "signs": "signs of relapse, and whom to ring about them",
    "clinical": "diagnosis, treatment, medication",
    "counts": "how much there is in the history",
    "plan": "plan status, who else works with the family, and whom to ring",
    "offence": "offence detail",
    "address": "where the child lives",
    "voice": "the child's own words",
    "police_case": "what a police case of its own still lacks",
    "court_report": "a report to the court that is waited for",
    "referral": "a referral of its own that waits, or an answer that it owes",
    "meeting": "a meeting of the hub's, and who is missing from it",
    "silence": "an agency from which nothing comes",
    "handling": "whom not to tell, when the perpetrator lives with the child",
}
WORDS: Final[dict[str, str]] = {
    "all": "yes",
    NEVER: "no",
    "nhs_number": "NHS number, name, date of birth",
    "upn": "UPN, name, date of birth",
    "name": "name, date of birth",
    "linked": "only if it works with the child or an adult of the family",
    "own": "only what it sent itself",
    "medium_high": "medium and high, not standard",
    "numbers": "numbers only, no agency named",
    "short": "at most 200 characters",
}
_FITS: Final[dict[str, set[str]]] = {  # words that mean something in a row, besides yes, no and own
    "identity": {"nhs_number", "upn", "name", "linked"},
    "grade": {"medium_high"},
    "counts": {"numbers"},
    "plan": {"linked"},
    "voice": {"short"},
}

# What the plain words of each rule tell. A rule that is not here tells nobody but the hub and the worker.
SAYS: Final[dict[str, str]] = {
    "agency-silent": "silence",
    "chronic-neglect": "counts",
    "closing-code": "police_case",
    "contact-missed": "counts",
    "court-clock": "court_report",
    "cumulative-concern": "counts",
    "da-escalation": "abuse",
    "da-health-notice": "abuse",
    "encompass-gap": "police_case",
    "encompass-notice": "abuse",
    "family-overlap": "plan",
    "feedback-due": "referral",
    "incident-open": "police_case",
    "information-overdue": "referral",
    "invitee-missing": "meeting",
    "marac-repeat": "abuse",
    "minutes-late": "meeting",
    "missing-coordinator": "police_case",
    "not-brought-pattern": "counts",
    "receipt-missing": "referral",
    "referral-feedback": "referral",
    "referral-missing": "police_case",
    "relapse-signs": "signs",
    "return-interview": "police_case",
    "status-to-health": "plan",
}

# The row that decides on a field, of a notice or of an alert; what a `what` tells depends on its rule.
FIELDS: Final[dict[str, str]] = {
    "child": "identity",
    "counts": "counts",
    "grade": "grade",
    "signs": "signs",
    "voice": "voice",
    "because": "narrative",
    "because_count": "counts",
    "observed": "counts",
    "history": "counts",
}


def parsed(matrix: str) -> dict[str, dict[str, str]]:
    """Rows by audience, from the matrix's text.

    Raises:
        ConfigurationError: a row has more or fewer cells than there are audiences; it says which.
    """
    head, *lines = [line.split() for line in matrix.strip().splitlines()]
    for name, *cells in lines:
        if len(cells) != len(head):
            raise ConfigurationError(f"policy: {name} has {len(cells)} cells for {len(head)} audiences")
    return {audience: {line[0]: line[1 + n] for line in lines} for n, audience in enumerate(head)}


def checked(table: Policy) -> Policy:
    """The table, if every cell is filled with a word that means something there.

    Raises:
        ConfigurationError: a cell is missing, empty or unknown; it says which.
    """
    for audience, row in table.items():
        for name in ROWS:
            if row.get(name) not in {"all", NEVER, "own"} | _FITS.get(name, set()):
                raise ConfigurationError(f"policy: {audience} has no valid word for {name}")
        for name in row:
            if name not in ROWS:
                raise ConfigurationError(f"policy: {audience} has an unknown row {name}")
    return table


POLICY: Final[Policy] = parsed(MATRIX)
