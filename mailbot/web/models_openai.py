"""What clients of OpenAI send, and what they expect."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from mailbot.web.models_ai import MAX_MESSAGES, Name, Said, Text

MOST: Final = 262_144  #: tokens of an answer, whatever the model's own limit is
#: What would change the answer in a way that we cannot: better an error than an answer to another question.
UNSUPPORTED: Final = (
    "tools", "tool_choice", "functions", "function_call", "logprobs", "stop", "logit_bias", "modalities", "audio",
)  # fmt: skip


def _text(content: Any) -> Any:  # noqa: ANN401  (whatever was sent)
    """Words, or a list of parts that are words."""
    if not isinstance(content, list):
        return content
    if not all(isinstance(one, dict) and one.get("type") == "text" for one in content):
        raise ValueError("only text is understood here, no pictures and no sound")
    return "".join(str(one.get("text", "")) for one in content)


class Message(BaseModel):
    """One message."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[Text, BeforeValidator(_text)] = Field(min_length=1)

    def said(self) -> Said:
        """As we call it."""
        return Said(role="system" if self.role == "developer" else self.role, content=self.content)


class StreamOptions(BaseModel):
    """Of a stream."""

    include_usage: bool | None = None


class Completion(BaseModel):
    """A call for an answer."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"model": "qwen2.5-coder:7b", "messages": [{"role": "user", "content": "Hi"}]}]
        },
    )

    model: Name
    messages: list[Message] = Field(min_length=1, max_length=MAX_MESSAGES)
    max_tokens: int | None = Field(default=None, ge=1, le=MOST)
    max_completion_tokens: int | None = Field(default=None, ge=1, le=MOST)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    n: Literal[1] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    response_format: dict[str, JsonValue] | None = None
    user: Annotated[str, StringConstraints(max_length=320)] | None = Field(
        default=None, description="for mailbot/builder: who gets the mail"
    )

    def unsupported(self) -> str:
        """What is asked for and cannot be given; empty: nothing."""
        if self.response_format and self.response_format.get("type") != "text":
            return "response_format"
        more = self.model_extra or {}
        return next((one for one in UNSUPPORTED if more.get(one) not in (None, [], {}, "none", False)), "")


class Usage(BaseModel):
    """Tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Answered(BaseModel):
    """The message of an answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: str | None = None


class Choice(BaseModel):
    """The one answer."""

    index: int = 0
    message: Answered
    finish_reason: Literal["stop", "length"]
    logprobs: None = None


class Completed(BaseModel):
    """An answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class Model(BaseModel):
    """A model."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class Listed(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[Model]
