"""What the IVR's tests share is found by name."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
