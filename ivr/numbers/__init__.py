"""Number routing: the plan of a number is data; these are the doors to read one and to decide."""

from ivr.numbers.blocking import Blocked, BlockList
from ivr.numbers.book import Needs, Number, PlanBook
from ivr.numbers.decide import Decision, Spent, Tested, decide
from ivr.numbers.errors import PlanInvalid
from ivr.numbers.facts import Customer, Facts, QueueLoad, Request
from ivr.numbers.hours import Schedule
from ivr.numbers.model import Plan, Rule, Screening, Share
from ivr.numbers.reading import as_data, as_yaml, read_plan, read_schedule, read_screening
from ivr.numbers.split import Pick, SplitState
from ivr.numbers.targets import Target, target_words

__all__ = [
    "BlockList",
    "Blocked",
    "Customer",
    "Decision",
    "Facts",
    "Needs",
    "Number",
    "Pick",
    "Plan",
    "PlanBook",
    "PlanInvalid",
    "QueueLoad",
    "Request",
    "Rule",
    "Schedule",
    "Screening",
    "Share",
    "Spent",
    "SplitState",
    "Target",
    "Tested",
    "as_data",
    "as_yaml",
    "decide",
    "read_plan",
    "read_schedule",
    "read_screening",
    "target_words",
]
