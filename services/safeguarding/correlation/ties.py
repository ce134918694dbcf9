"""When a state of an adult that lasts becomes a child's: when the tie between them is heard of, not when it began."""

from __future__ import annotations

from typing import Any, Final

# What ties an adult to a child for good; an unborn child is tied by whatever names it with its mother.
_TIES: Final = {
    "hub.household.changed": ("household",),
    "cgl.client.children_linked": ("yes", "contact", "no", "unknown"),
}


def waits_for(fact: dict[str, Any]) -> tuple[str, str] | None:
    """The adult and the kind of tie that an event waits for; None: it waits for none.

    Args:
        fact: the fact that carries it.
    """
    return (fact["via_adult"], fact["via_link"]) if fact["before"] else None


def tied(fact: dict[str, Any], event: dict[str, Any]) -> set[tuple[str, str]]:
    """Adults whom an event ties to the child of its fact, by kind of tie.

    Args:
        fact: the fact.
        event: the event it carries.
    """
    if fact["ref"] is None:
        return set()
    kinds = list(_TIES.get(event["type"], ()))
    if any(person["ref"] == fact["ref"] and person["role"] == "unborn_child" for person in event["people"]):
        kinds.append("pregnancy")
    return {(adult["key"], kind) for adult in fact["adults"] for kind in kinds}
