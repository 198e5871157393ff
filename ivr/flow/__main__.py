"""Write the JSON schema of flows beside the code that checks by it: `python -m ivr.flow`."""

from __future__ import annotations

import json
from pathlib import Path

from ivr.flow.reading import flow_schema

if __name__ == "__main__":
    text = json.dumps(flow_schema(), indent=2, ensure_ascii=False) + "\n"
    Path(__file__).with_name("flow.schema.json").write_text(text, encoding="utf-8")
