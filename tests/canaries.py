"""Events full of canaries: a text of its own in every field, and which audience may read each."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from building import adult, child, event
from safeguarding.errors import Refused
from safeguarding.events.acceptance import read_json
from safeguarding.events.times import rfc3339
from safeguarding.wire.topics import AUDIENCES

CANARY = re.compile(r"zq([a-z]+)-([a-z]+)", re.IGNORECASE)
NHS, UPN = "9990000018", "T808999000001"
THICK = ("hub", "worker")
HEALTH = ("gp", "health-visitor", "school-nurse", "health")
NURSES = ("gp", "health-visitor", "school-nurse")
AGENCY = {"school": "education", "gp": "health", "health-visitor": "health", "school-nurse": "health"}

# Which audiences may read a kind of field; `own`: that of the agency that sent it.
MAY_READ: Mapping[str, tuple[str, ...]] = {
    "given": AUDIENCES,
    "family": AUDIENCES,
    "nhs": (*THICK, *HEALTH),
    "upn": (*THICK, "school"),
    "lachildid": THICK,
    "agencyref": THICK,
    "summary": THICK,
    "voice": (*THICK, *NURSES, "school"),
    "demeanour": THICK,
    "signs": (*THICK, *NURSES),
    "contact": AUDIENCES,
    "data": (*THICK, "own"),
    "caseref": (*THICK, "own"),
    "recordref": (),
    "source": (),
    "postcode": (),
    "uprn": (),
    "sex": (),
    "adult": (),
    "adultref": (),
}
# Who to ring or to send to: codes and names of services, not of the family.
SERVICES = ("gp_practice", "health_visitor_team", "midwifery_team", "school", "school_nurse_team", "team")
CONTACTS = ("contact", "worker", "provider", "named_gp")
WORKING = ("alert_id", "rule", "event_id", "event_agency", "from_agency", "ref", "from_case_ref", "to_case_ref")


def people(agency: str) -> list[dict[str, Any]]:
    one = child(
        1,
        identifiers={
            "nhs_number": NHS,
            "upn": UPN,
            "la_child_id": f"zqlachildid-{agency}",
            "agency_ref": f"zqagencyref-{agency}",
        },
        name={"given": f"zqgiven-{agency}", "family": f"zqfamily-{agency}"},
        postcode=f"zqpostcode-{agency}",
        uprn=f"zquprn-{agency}",
        sex=f"zqsex-{agency}",
    )
    other = adult(
        1,
        role="client" if agency in ("cgl", "probation", "health") else "adult_victim",
        identifiers={"agency_ref": f"zqadultref-{agency}"},
        name={"given": f"zqadult-{agency}", "family": f"zqadult-{agency}"},
        date_of_birth="1984-05-21",
        postcode=f"zqpostcode-{agency}",
    )
    del one["identifiers"]["la_child_id" if agency != "hub" else "upn"]  # one council: one number
    return [one, other]


def sown(node: Any, agency: str, field: str = "data") -> Iterator[Any]:
    """The data of an example with a canary in place of a text; each text by itself, the rest as it is."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in SERVICES and key not in WORKING:
                kind = "signs" if key == "signs" else "contact" if key in CONTACTS else field
                yield from ({**node, key: changed} for changed in sown(value, agency, kind))
    elif isinstance(node, list):
        yield from ([changed] for value in node for changed in sown(value, agency, field))
    elif isinstance(node, str):
        yield f"zq{field}-{agency}"


def full_of_canaries(kind: str, at: int) -> dict[str, Any]:
    """An event of a type with a canary in every field that takes a text of anybody's making."""
    agency = kind.split(".", 1)[0]
    made = event(
        kind,
        rfc3339(at),
        *people(agency),
        record_ref=f"zqrecordref-{agency}",
        case_ref=f"zqcaseref-{agency}",
        source=f"zqsource-{agency}",
        voice={"seen": True, "alone": True, "words": f"zqvoice-{agency}", "demeanour": f"zqdemeanour-{agency}"},
        summary=f"zqsummary-{agency}",
    )
    if kind.endswith(".concern.raised"):
        made["data"] = {"category": "emotional", "level": "high"}
    for data in list(sown(made["data"], agency)):
        try:
            read_json(json.dumps(made | {"data": made["data"] | {k: v for k, v in data.items() if "zq" in str(v)}}))
        except Refused:
            continue
        made["data"] |= {key: value for key, value in data.items() if "zq" in str(value)}
    return made


def found(text: str) -> set[tuple[str, str]]:
    words = {(kind.lower(), agency.lower()) for kind, agency in CANARY.findall(text)}
    words |= {("nhs", "")} if NHS in text else set()
    words |= {("upn", "")} if UPN in text else set()
    return words
