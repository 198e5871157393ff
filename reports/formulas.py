"""How each figure is counted, in words, by the id that stands beside it in every report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    """One figure's rule, in English and Chinese."""

    english: str
    chinese: str


FORMULAS = {
    "offered": Formula(
        "Visits to the queue that began in the interval. A call that comes back to a queue, or "
        "goes on to another, is a visit there too. "
        "offered = answered + abandoned + overflowed + other.",
        "在该时段内进入队列的次数；重新进入或转入另一队列时另计一次。"
        "呼入 = 接听 + 放弃 + 溢出 + 其他。",
    ),
    "answered": Formula(
        "Of these, visits that ended with an agent answering.", "其中由座席接听的次数。"
    ),
    "abandoned": Formula(
        "Of these, visits in which the caller hung up while waiting, short ones included.",
        "其中客户在等待时挂机的次数，含短放弃。",
    ),
    "short_abandoned": Formula(
        "Of the abandoned, those within the queue's own short limit, as it is set now.",
        "放弃中等待不超过该队列短放弃时限（按现行设置）的次数。",
    ),
    "overflowed": Formula(
        "Of these, visits the queue's own rule ended: closed, full, nobody signed in, waited too "
        "long; the call went to another queue, a number, voicemail, a message or a callback.",
        "其中因队列规则而结束的次数：非营业时间、队列已满、无人签入或等待过久，"
        "来电转往其他队列、号码、语音信箱、提示音或回呼。",
    ),
    "other": Formula(
        "Of these, visits that ended in another way: taken to another queue or number, or lost.",
        "其中以其他方式结束的次数：转往其他队列或号码，或因故障丢失。",
    ),
    "in_target": Formula(
        "Answered visits that waited no longer than the queue's target seconds.",
        "等待时间不超过队列目标秒数的接听次数。",
    ),
    "service_level": Formula(
        "in_target / the visits that count by the queue's own formula, as it is set now: answered "
        "+ abandoned - short_abandoned, or answered + abandoned + overflowed, or answered; empty "
        "when none counts. Totals add both, each queue by its own.",
        "目标内接听 / 按该队列现行公式计入的次数："
        "接听 + 放弃 − 短放弃，或接听 + 放弃 + 溢出，或接听；"
        "无计入时为空。合计时各队列按自身公式分别相加。",
    ),
    "asa_seconds": Formula(
        "Average speed of answer: waiting time of the answered / answered.",
        "平均应答速度：已接听来电的等待总时长 / 接听次数。",
    ),
    "longest_wait_seconds": Formula(
        "The longest wait of any visit, however it ended.", "所有来电中最长的等待时间。"
    ),
    "aht_seconds": Formula(
        "Average handle time: (talk + wrap-up of the answered) / answered.",
        "平均处理时长：（通话 + 话后处理）/ 接听次数。",
    ),
    "agent_answered": Formula(
        "Queue calls the agent answered in the interval, by the time of answering.",
        "座席在该时段内接听的队列来电，按接听时间计。",
    ),
    "missed": Formula(
        "Offers that the agent's phone did not take; at his limit he was set not ready.",
        "座席话机未接听的振铃次数；达到上限时被置为未就绪。",
    ),
    "signed_in_seconds": Formula(
        "Time in any state but offline, from the agent's state history.",
        "除离线外所有状态的时长，取自座席状态历史。",
    ),
    "unpaid_seconds": Formula(
        "Time not ready for reasons that are not paid, as the reasons are set now.",
        "因不计薪原因而未就绪的时长，按现行原因设置计。",
    ),
    "occupancy": Formula(
        "busy / (busy + free) from the state history, busy = talking + holding + consulting "
        "+ wrap-up, "
        "free = ready + offered; empty when there is no history.",
        "忙时 /（忙时 + 闲时），取自状态历史：忙 = 通话 + 保持 + 咨询 + 话后，闲 = 就绪 + 振铃；"
        "无历史时为空。",
    ),
    "unevenness": Formula(
        "Gini coefficient of the agents' occupancy: 0 when all are equally busy, towards 1 when "
        "one has all of the work; empty for fewer than two. Of a queue: over those who sit in it "
        "now or answered for it in the time, busy for whatever queue.",
        "各座席占用率的基尼系数：0 表示忙闲相同，越接近 1 越集中于一人；不足两人时为空。"
        "按队列计时，取现在该队列的座席及该时段为其接听过的座席，忙于哪个队列都算。",
    ),
    "survey_answers": Formula(
        "Scores callers gave in the interval, by the time of the answer.",
        "该时段内来电者给出的评分数，按评分时间计。",
    ),
    "survey_average": Formula(
        "The mean of these scores; `survey_most` is the best one could give.",
        "这些评分的平均值；survey_most 为最高分。",
    ),
    "survey_most": Formula("The best score the question takes.", "该问题的最高分。"),
    "survey_low": Formula(
        "Scores so low that a ticket was opened for the supervisors.",
        "因分数过低而为主管开立工单的评分数。",
    ),
}
