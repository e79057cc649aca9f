"""What is sent to the routes for orders and mails, and what they answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from mailbot.domain.message import Address
from mailbot.domain.news import What
from mailbot.understand.addresses import address

MAX_WORD: Final = 200  #: characters of a name: a kind, a framework, a feature
MAX_LIST: Final = 50
MAX_WISH: Final = 2_000  #: characters of one requirement
MAX_METADATA: Final = 20_000  #: characters of all metadata, as JSON
DEFAULT_STACK: Final = ("python", "fastapi")
_URL: Final = re.compile(r"https?://[!-~]{1,1990}")


def _address(text: str) -> str:
    found = address(text.strip())
    if found is None:
        raise ValueError("this is no address that a mail can be sent to; one looks like ana@example.org")
    return found


def _small(found: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        size = len(json.dumps(found, allow_nan=False))
    except (ValueError, RecursionError):
        raise ValueError("this is no plain JSON") from None
    if size > MAX_METADATA:
        raise ValueError(f"this is {size:,} characters of JSON; {MAX_METADATA:,} are the most")
    return found


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise ValueError("this is no address of a web page; one looks like https://example.org/hook")
    return text


Recipient = Annotated[str, AfterValidator(_address), Field(max_length=320, examples=["ana@example.org"])]
Word = Annotated[str, StringConstraints(min_length=1, max_length=MAX_WORD, pattern=r"^[^\x00-\x1f\x7f]*$")]
Wish = Annotated[str, StringConstraints(max_length=MAX_WISH)]
Words = Annotated[list[Word], Field(max_length=MAX_LIST)]
Wishes = Annotated[list[Wish], Field(max_length=MAX_LIST)]
Metadata = Annotated[dict[str, JsonValue], AfterValidator(_small)]
Events = Annotated[list[What], Field(max_length=10)]
Url = Annotated[str, AfterValidator(_url), Field(max_length=2_000, examples=["https://example.org/hook"])]


class Order(BaseModel):
    """What is to be built, and who gets the answer by mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "app_type": "dashboard",
        "description": "A dashboard of our monthly sales",
        "recipient_email": "ana@example.org",
        "requirements": ["It shows a table of months and sums"],
        "tech_stack": ["python", "fastapi"],
    }]})  # fmt: skip

    app_type: Word = Field(description="such as web_application, dashboard, cli, api, script")
    description: str = Field(min_length=1, max_length=1_000_000, description="what it is for, in plain words")
    recipient_email: Recipient
    requirements: Wishes = Field(default=[], description="what must hold; each becomes a check")
    tech_stack: Words = Field(default=list(DEFAULT_STACK))
    deployment_target: Word = "docker"
    features: Words = Field(default=[])
    metadata: Metadata = Field(default={}, description="kept with the order, used for nothing")
    webhook_url: Url | None = Field(default=None, description="is told how the order stands")
    webhook_events: Events = Field(default=[], description="what it is told; none: completed, failed and email_sent")


class Queued(BaseModel):
    """The order is on disk; it is built whatever happens to us now."""

    request_id: str = Field(description="a UUID")
    status: Literal["queued"] = "queued"
    message: str
    estimated_completion: datetime


class Status(BaseModel):
    """How an order stands."""

    request_id: str
    status: Literal["queued", "processing", "completed", "failed"]
    created_at: datetime
    completed_at: datetime | None
    error: str | None = Field(description="why it failed")
    email_sent: bool


class Hook(BaseModel):
    """An order by webhook: the form of workflow tools, or the short form of the concept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "app_type": "web_application",
        "description": "A page for our summer party",
        "recipient_email": "ana@example.org",
        "callback_url": "https://example.org/hook",
    }]})  # fmt: skip

    app_type: Word = "web_application"
    description: str = Field(default="", max_length=1_000_000)
    recipient_email: str | None = Field(default=None, max_length=1_000)
    recipient: str | None = Field(default=None, max_length=1_000, description="the same, in the short form")
    requirements: Wishes = Field(default=[])
    tech_stack: Words | None = None
    deployment_target: Word | None = None
    features: Words = Field(default=[])
    parameters: dict[Word, Word | bool | int | None] = Field(
        default={}, max_length=MAX_LIST, description="of the short form: database, auth, deployment"
    )
    metadata: Metadata = Field(default={})
    callback_url: Url | None = None
    webhook_url: Url | None = None
    webhook_events: Events = Field(default=[])


class Accepted(BaseModel):
    """The order is on disk."""

    success: Literal[True] = True
    request_id: str
    message: str
    status_url: str


class Told(BaseModel):
    """How something of yours stands."""

    model_config = ConfigDict(extra="allow")

    status: Annotated[str, StringConstraints(max_length=MAX_WORD)] = ""
    request_id: Annotated[str, StringConstraints(max_length=MAX_WORD)] = ""


class Success(BaseModel):
    """It was heard."""

    success: Literal[True] = True
    message: str = ""


class Sample(BaseModel):
    """Whom a sample order goes to, and of what kind it is."""

    recipient_email: str | None = Field(default=None, max_length=1_000, description="without it: the first admin")
    app_type: Word = "web_application"


class Test(BaseModel):
    """Whom a test mail goes to."""

    recipient: str = Field(max_length=1_000, examples=["ana@example.org"])


class Sent(BaseModel):
    """The mail is on disk and goes out."""

    success: Literal[True] = True
    email_id: str
    message: str = ""


class Email(BaseModel):
    """How a mail stands."""

    email_id: str
    status: Literal["queued", "sending", "sent", "failed", "bounced"]
    recipient: str
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    message_id: str
    error: str | None


def recipient_of(text: str | None) -> Address | None:
    """*text* as an address; None when it is none."""
    return address(text.strip()) if text else None


def order_of(hook: Hook, recipient: Address) -> Mapping[str, Any]:
    """The order that a webhook means, with what is taken where nothing is said."""
    parameters: dict[str, Any] = dict(hook.parameters)
    deployment = parameters.pop("deployment", None)
    order = Order(
        app_type=hook.app_type,
        description=hook.description or f"Build a {hook.app_type.replace('_', ' ')}.",
        recipient_email=recipient,
        requirements=hook.requirements,
        tech_stack=hook.tech_stack or list(DEFAULT_STACK),
        deployment_target=hook.deployment_target or (deployment if isinstance(deployment, str) else "docker"),
        features=hook.features,
        metadata=hook.metadata,
        webhook_url=hook.webhook_url or hook.callback_url,
        webhook_events=hook.webhook_events,
    )
    said = {name: value for name, value in parameters.items() if value not in (None, "")}
    return order.model_dump(mode="json") | ({"parameters": said} if said else {})
