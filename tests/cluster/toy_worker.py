"""A worker with a room of `agents.rooms`: `python -m cluster.toy_worker ROOM`, settings from the environment."""

import sys

from agents.rooms import ROOMS
from safeguarding.runtime.worker import run
from safeguarding.settings import Settings

run(ROOMS[sys.argv[1]](), Settings())
