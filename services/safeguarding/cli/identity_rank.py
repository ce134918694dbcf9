"""An order of candidates by Splink, the field's library for record linkage: an optional extra, and never an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safeguarding.errors import SafeguardingError
from safeguarding.events.times import day_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safeguarding.cli.review import Item
    from safeguarding.identity.look import Look, Sighting

# How often a level is seen among pairs that are one person (m) and among others (u), exact first: careful guesses,
# since a queue of a few candidates can train nothing. They order; they are no probability, and none is shown.
_LEVELS = (
    ([0.80, 0.09, 0.05, 0.02, 0.04], [0.002, 0.001, 0.004, 0.01, 0.983]),  # a name
    ([0.90, 0.04, 0.02, 0.02, 0.01, 0.01], [0.0002, 0.001, 0.005, 0.02, 0.2, 0.7738]),  # a date of birth
    ([0.60, 0.10, 0.10, 0.05, 0.15], [0.0005, 0.005, 0.02, 0.2, 0.7745]),  # a postcode
)


def ranked(look: Look, item: Item, cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Candidates of a question, the likeliest in front, each with its match weight.

    Args:
        look: what is known of people.
        item: the question.
        cards: its candidates as they are shown.

    Raises:
        SafeguardingError: Splink is not installed; says how.
    """
    asked = look.named(item.agency, item.id, item.ref or "")
    if asked is None or len(cards) < 2:
        return list(cards)
    known = {card["key"]: [_row(seen) for seen in look.sightings(card["key"])] for card in cards}
    weights = _weights(_row(asked), [(key, row) for key, rows in known.items() for row in rows])
    weighed = [{**card, "weight": weights[card["key"]]} for card in cards if card["key"] in weights]
    rest = [card for card in cards if card["key"] not in weights]
    return [*sorted(weighed, key=lambda card: -card["weight"]), *rest]


def _weights(asked: dict[str, Any], known: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """The best match weight of each key."""
    try:
        import pyarrow
        import splink.comparison_library as compare
        from splink import Linker, SettingsCreator, block_on
        from splink.backends.duckdb import DuckDBAPI
    except ImportError:
        raise SafeguardingError(
            "Splink is not installed; it only orders candidates: pip install 'safeguarding-pipeline[splink]'"
        ) from None
    name, born, home = (dict(zip(("m_probabilities", "u_probabilities"), levels, strict=True)) for levels in _LEVELS)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.NameComparison("given").configure(**name, term_frequency_adjustments=False),
            compare.NameComparison("family").configure(**name, term_frequency_adjustments=False),
            compare.DateOfBirthComparison("born", input_is_string=True).configure(**born),
            compare.PostcodeComparison("home").configure(**home),
        ],
        blocking_rules_to_generate_predictions=[block_on("pool")],
        probability_two_random_records_match=0.5,
    )
    database = DuckDBAPI()
    tables = [
        database.register(pyarrow.Table.from_pylist(rows), dataset_display_name=name)
        for name, rows in {
            "asked": [{"unique_id": "asked", "pool": 1, **asked}],
            "known": [{"unique_id": f"{n}|{key}", "pool": 1, **row} for n, (key, row) in enumerate(known)],
        }.items()
    ]
    linker = Linker(tables, settings, log_level="ERROR")
    best: dict[str, float] = {}
    for pair in linker.inference.predict().as_record_list():
        ids = (pair["unique_id_l"], pair["unique_id_r"])
        key = next(name for name in ids if name != "asked").split("|")[1]
        best[key] = max(best.get(key, float("-inf")), round(float(pair["match_weight"]), 1))
    return best


def _row(seen: Sighting) -> dict[str, Any]:
    person, name = seen.person, seen.person["name"] or {}
    born = person["date_of_birth"]
    return {
        "given": name.get("given"),
        "family": name.get("family"),
        "born": None if born is None else day_text(born),
        "home": person["postcode"],
    }
