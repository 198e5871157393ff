"""The center and the phone of the stories, which the benchmark uses as they are."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

# The stories' modules are plain files beside each other.
sys.path.append(str(Path(__file__).parents[2] / "tests" / "stories"))

Center = importlib.import_module("center").Center
free_ports = importlib.import_module("ports").free_ports
WebsocketPhone = importlib.import_module("websocket_phone").WebsocketPhone
call_id_of = importlib.import_module("websocket_phone").call_id_of
