"""The demo's number routing: opening hours, sites, a plan for each line, a blocked number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import numbers
from crm_core.demo.house import SALES_NUMBER, SERVICE_NUMBER
from crm_core.people.model import User
from crm_core.tenancy import Scope

_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_ZONE = "Asia/Shanghai"
_AHEAD = timedelta(days=30)  # of the night on which the hotline's systems are renewed


async def route_numbers(
    session: AsyncSession, scope: Scope, people: list[User], *, now: datetime
) -> None:
    """Publish schedules and plans, and make the sites, as the demo's administrator."""
    acting = Scope(tenant_id=scope.tenant_id, user_id=people[-1].id)
    for name, title in (("shanghai", "上海职场"), ("suzhou", "苏州职场")):
        await numbers.save_site(session, acting, name, title=title)
    for key, schedule in schedules(now.date() + _AHEAD).items():
        await numbers.publish(session, acting, "schedule", key, schedule)
    for number, plan in plans().items():
        await numbers.publish(session, acting, "plan", number, plan)
    await numbers.block_number(session, acting, "+8617099990000", reason="骚扰电话")


def schedules(renewal: date) -> dict[str, dict[str, Any]]:
    """Give the opening hours: around the clock but for one night, and of an office."""
    return {
        "hotline": {
            "format": 1,
            "title": "热线 7×24",
            "zone": _ZONE,
            "hours": [{"days": _DAYS, "from": "00:00", "until": "24:00"}],
            "exceptions": [
                {
                    "from": renewal.isoformat(),
                    "hours": [
                        {"from": "00:00", "until": "02:00"},
                        {"from": "04:00", "until": "24:00"},
                    ],
                    "note": "系统升级",
                }
            ],
        },
        "office": {
            "format": 1,
            "title": "销售办公时间",
            "zone": _ZONE,
            "hours": [
                {"days": _DAYS[:5], "from": "09:00", "until": "18:00"},
                {"days": ["sat"], "from": "10:00", "until": "16:00"},
            ],
            "holidays": {"country": "CN"},
        },
    }


def plans() -> dict[str, dict[str, Any]]:
    """Give the plans: the hotline at every hour, and the sales line with all that plans can do."""
    closed = {
        "kind": "announcement",
        "text": {
            "zh": "因故暂停服务，请稍后再拨。",
            "en": "We are out of service for now. Please call again later.",
        },
    }
    return {SERVICE_NUMBER: _hotline(closed), SALES_NUMBER: _sales(closed)}


def _hotline(closed: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": 1,
        "zone": _ZONE,
        "rules": [
            {
                "id": "maintenance",
                "note": "系统升级期间",
                "when": [{"kind": "hours", "schedule": "hotline", "state": "closed"}],
                "to": {
                    "kind": "announcement",
                    "text": {
                        "zh": "系统正在升级，凌晨四点恢复服务。",
                        "en": "Our systems are being renewed. We are back at four.",
                    },
                },
            },
            {
                "id": "crowded",
                "note": "排队过长时留言",
                "when": [
                    {
                        "kind": "load",
                        "queue": "service",
                        "measure": "waiting",
                        "is": "over",
                        "value": 40,
                    }
                ],
                "to": {"kind": "voicemail", "box": "service"},
            },
        ],
        "otherwise": {"kind": "flow", "flow": "hotline"},
        "closed": closed,
    }


def _sales(closed: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": 1,
        "zone": _ZONE,
        "rules": [
            {
                "id": "holiday",
                "when": [{"kind": "holiday", "country": "CN"}],
                "to": {
                    "kind": "announcement",
                    "text": {
                        "zh": "今天是法定节假日，我们节后与您联系。",
                        "en": "Today is a public holiday. Please call again afterwards.",
                    },
                },
            },
            {
                "id": "night",
                "when": [{"kind": "hours", "schedule": "office", "state": "closed"}],
                "to": {"kind": "voicemail", "box": "sales"},
            },
            {
                "id": "vip",
                "when": [{"kind": "caller", "group": "vip"}],
                "to": {"kind": "queue", "queue": "sales", "priority": 9},
            },
            {
                "id": "sites",
                "note": "上海六成，苏州四成",
                "split": [
                    {
                        "percent": 60,
                        "site": "shanghai",
                        "label": "上海",
                        "to": {"kind": "queue", "queue": "sales"},
                    },
                    {
                        "percent": 40,
                        "site": "suzhou",
                        "label": "苏州",
                        "to": {"kind": "queue", "queue": "service"},
                    },
                ],
            },
        ],
        "otherwise": {"kind": "queue", "queue": "sales"},
        "closed": closed,
    }
