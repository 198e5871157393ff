"""The demo's house: units, people, queues, numbers, reasons, dispositions and tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.rating import Rate, Tariff
from crm_core.billing.tariffs import create_tariff
from crm_core.calls.dispositions import create_disposition
from crm_core.calls.model import Disposition
from crm_core.demo.settings import settle
from crm_core.people.model import User
from crm_core.people.roles import ADMIN, AGENT, SUPERVISOR
from crm_core.people.users import create_unit, create_user, ensure_roles
from crm_core.queues.verbs import add_member, create_queue
from crm_core.tables.queues import DidRow, NotReadyReasonRow
from crm_core.tenancy import Scope

SERVICE_NUMBER = "4000"
FULL_SERVICE_NUMBER = "4008"  # the flow with identification, self-service, survey and night

SALES_NUMBER = "4006"  # a plan with hours, holidays, VIPs and a split between two sites


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who can log in to the demo."""

    username: str
    display_name: str
    role: str
    extension: str | None
    position: str
    language: str
    queues: tuple[str, ...] = ()


USERS = (
    DemoUser("wangmin", "王敏", AGENT, "1001", "客服专员", "zh_CN", ("service", "sales")),
    DemoUser("liqiang", "李强", AGENT, "1002", "客服专员", "zh_CN", ("service",)),
    DemoUser("emma", "Emma Clark", AGENT, "1003", "Service agent", "en", ("service", "sales")),
    DemoUser("zhaoxue", "赵雪", AGENT, "1004", "销售专员", "zh_CN", ("sales",)),
    DemoUser("chenjing", "陈静", SUPERVISOR, None, "客服主管", "zh_CN"),
    DemoUser("admin", "周建国", ADMIN, None, "系统管理员", "zh_CN"),
)

QUEUES = (
    ("service", "服务热线", "Service line", 20),
    ("sales", "销售专线", "Sales line", 30),
)

REASONS = (
    ("break", "小休", "Break"),
    ("lunch", "用餐", "Lunch"),
    ("training", "培训", "Training"),
    ("meeting", "会议", "Meeting"),
    ("paperwork", "案头工作", "Paperwork"),
)

DISPOSITIONS = (
    Disposition(code="resolved", label="已解决", label_en="Resolved"),
    Disposition(code="ticket", label="已建工单", label_en="Ticket opened"),
    Disposition(code="order", label="成功下单", label_en="Order placed"),
    Disposition(code="information", label="业务咨询", label_en="Information given"),
    Disposition(code="complaint", label="投诉", label_en="Complaint"),
    Disposition(code="call_back", label="需要回电", label_en="Call back"),
    Disposition(code="wrong_number", label="打错电话", label_en="Wrong number"),
    Disposition(code="silent", label="无声电话", label_en="Silent call"),
)

TARIFFS = (
    Tariff(
        code="hotline",
        name="热线来电 / Hotline inbound",
        direction="inbound",
        rates=(
            Rate(label="日间 / day", price_per_minute=Decimal("0.15")),
            Rate(
                label="夜间 / night",
                price_per_minute=Decimal("0.08"),
                starts="22:00",
                ends="07:00",
            ),
        ),
    ),
    Tariff(
        code="outbound",
        name="去话标准 / Outbound standard",
        direction="outbound",
        rates=(
            Rate(prefix="+86", label="国内 / domestic", price_per_minute=Decimal("0.20")),
            Rate(
                prefix="+8621",
                label="上海本地 / Shanghai local",
                price_per_minute=Decimal("0.11"),
                initial_block=180,
            ),
            Rate(
                prefix="+86400",
                label="400 / shared cost",
                price_per_minute=Decimal("0.11"),
            ),
            Rate(
                prefix="+1",
                label="北美 / North America",
                price_per_minute=Decimal("1.20"),
                increment=6,
                initial_block=30,
            ),
            Rate(
                prefix="+44",
                label="英国 / United Kingdom",
                connect_fee=Decimal("0.30"),
                price_per_minute=Decimal("1.45"),
                increment=1,
                minimum=Decimal("0.50"),
            ),
            Rate(prefix="+", label="国际 / international", price_per_minute=Decimal("8.00")),
        ),
    ),
)


async def build_house(session: AsyncSession, scope: Scope, hashed: str) -> list[User]:
    """Create everything of the house and return its people in the order of USERS."""
    await ensure_roles(session, scope)
    people = await _people(session, scope, hashed)
    for name, title, title_en, wrap_up in QUEUES:
        await create_queue(
            session, scope, name=name, title=title, title_en=title_en, wrap_up_seconds=wrap_up
        )
    for demo, user in zip(USERS, people, strict=True):
        for position, queue in enumerate(demo.queues):
            await add_member(session, scope, queue=queue, agent_id=user.agent_id, penalty=position)
    await _dictionaries(session, scope)
    await settle(session, scope, people)
    for tariff in TARIFFS:
        await create_tariff(session, scope, tariff, is_default=True)
    return people


async def _people(session: AsyncSession, scope: Scope, hashed: str) -> list[User]:
    center = await create_unit(session, scope, "客户服务中心")
    service = await create_unit(session, scope, "服务组", parent_id=center)
    sales = await create_unit(session, scope, "销售组", parent_id=center)
    units = {"service": service, "sales": sales, "": center}
    return [
        await create_user(
            session,
            scope,
            username=demo.username,
            display_name=demo.display_name,
            hashed=hashed,
            roles=[demo.role],
            extension=demo.extension,
            language=demo.language,
            position=demo.position,
            unit_id=units[demo.queues[0] if demo.queues else ""],
        )
        for demo in USERS
    ]


async def _dictionaries(session: AsyncSession, scope: Scope) -> None:
    tenant = scope.tenant_id
    session.add(DidRow(tenant_id=tenant, number=SERVICE_NUMBER, title="客户热线", flow="hotline"))
    session.add(DidRow(tenant_id=tenant, number=SALES_NUMBER, title="销售专线", flow="hotline"))
    full = DidRow(
        tenant_id=tenant, number=FULL_SERVICE_NUMBER, title="客户服务热线", flow="service-line"
    )
    session.add(full)
    session.add_all(
        NotReadyReasonRow(tenant_id=tenant, code=code, label=label, label_en=label_en, sort=sort)
        for sort, (code, label, label_en) in enumerate(REASONS)
    )
    await session.flush()
    for sort, word in enumerate(DISPOSITIONS):
        await create_disposition(session, scope, word, sort=sort)
