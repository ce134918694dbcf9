"""What goes wrong on the way: retries, training records, a missing basis, a wrong clock, an old address.

Every so many rows, not by the dice, so that even a small borough shows each of them.
"""

from __future__ import annotations

from datetime import timedelta

from safeguarding.events.times import MINUTE, SECOND, local
from safeguarding.producers.agencies import LAYOUTS

Sent = tuple[int, str, dict[str, str]]


def mishaps(count: int, sent: int, agency: str, row: dict[str, str]) -> list[Sent]:
    """What is sent in place of the `count`-th row of the background.

    Args:
        count: number of the row.
        sent: when it is sent.
        agency: whose it is.
        row: the row.
    """
    layout = LAYOUTS[agency]
    if count % 250 == 40:  # no answer in time, so the sender repeats itself
        return [(sent, agency, row), (sent + (30 + count % 400) * SECOND, agency, row)]
    if count % 700 == 90:  # somebody practises on the live system
        copy = row | {layout.ref: f"TRAIN-{count}", layout.test: "Y"}
        return [(sent, agency, row), (sent + 3 * MINUTE, agency, copy)]
    if count % 900 == 130:
        return [(sent, agency, {column: text for column, text in row.items() if column != layout.basis})]
    if count % 1800 == 160:  # the sender's clock is two days fast
        ahead = (local(sent) + timedelta(days=2)).strftime(layout.time_form)
        copy = row | {layout.ref: f"FAST-{count}", layout.occurred: ahead, layout.recorded: ahead}
        return [(sent, agency, row), (sent + MINUTE, agency, copy)]
    if count % 25 == 10 and row.get("N1_ROLE") == "CH":  # the place where the child was found, not where it lives
        return [(sent, agency, row | {"N1_POSTCODE": "TS90 9AA"})]
    return [(sent, agency, row)]
