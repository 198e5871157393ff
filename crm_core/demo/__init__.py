"""The demo: what an installation shows before it has customers of its own."""

from crm_core.demo.customers import CALLERS, DemoCaller
from crm_core.demo.house import SERVICE_NUMBER
from crm_core.demo.seed import DemoAccount, Seeded, seed

__all__ = ["CALLERS", "SERVICE_NUMBER", "DemoAccount", "DemoCaller", "Seeded", "seed"]
