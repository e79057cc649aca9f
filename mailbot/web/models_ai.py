"""What is sent to the routes of the models, and what they answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from mailbot.web.models import Metadata
from mailbot.web.sieve import clean

MAX_TEXT: Final = 1_000_000  #: characters, whatever the settings say
MAX_MESSAGES: Final = 200
MAX_BATCH: Final = 100
MAX_TOKENS: Final = 2_048

Text = Annotated[str, StringConstraints(max_length=MAX_TEXT), AfterValidator(clean)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
SessionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Wanted(BaseModel):
    """How an answer is wanted."""

    model: Name | None = Field(default=None, description="none: the one that is chosen; GET /api/v1/models lists all")
    max_tokens: int = Field(default=512, ge=1, le=MAX_TOKENS)
    temperature: float = Field(default=0.7, ge=0, le=2)
    top_p: float = Field(default=0.9, ge=0, le=1)
    stream: bool = Field(
        default=False, description="true: in pieces, as events, or as lines of JSON where those are accepted"
    )


class Generate(Wanted):
    """A prompt."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"prompt": "Why is the sky blue?", "max_tokens": 100}]})

    prompt: Text = Field(min_length=1, description="at most [talk] max_prompt characters")


class Said(BaseModel):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: Text = Field(min_length=1)


class Chat(Wanted):
    """A conversation, or the next message of one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"messages": [{"role": "user", "content": "Name a river of Poland."}]}]}
    )

    messages: list[Said] = Field(default=[], max_length=MAX_MESSAGES)
    message: Text | None = Field(default=None, min_length=1, description="one message of the user, instead of messages")
    context: list[Text | Said] = Field(default=[], max_length=MAX_MESSAGES, description="what was before, or is known")
    session_id: SessionId | None = Field(default=None, description="the session that it continues")


class Generated(BaseModel):
    """The answer of a model."""

    response: str
    model: str
    tokens_used: int = Field(
        description="of prompt and answer, as the model's server counts; else a quarter of the signs"
    )
    processing_time: float = Field(description="seconds")
    timestamp: datetime
    finish_reason: Literal["stop", "length"] = Field(default="stop", description="length: it was cut at max_tokens")
    cached: bool = Field(default=False, description="it was said before to the same words")


class Chatted(Generated):
    """The same, of a conversation."""

    message: Said | None = Field(default=None, description="the same as response")
    session_id: str | None = None


class Chunk(BaseModel):
    """A piece of an answer."""

    chunk: str
    done: bool
    model: str
    tokens_used: int = Field(description="so far: pieces; at the end: tokens")
    error: str | None = Field(default=None, description="why it ended before its end")
    error_code: str | None = None


class Batch(BaseModel):
    """Several prompts at once."""

    requests: list[Generate] = Field(min_length=1, max_length=MAX_BATCH)
    max_concurrent: int = Field(default=10, ge=1, le=50)


class Result(BaseModel):
    """What became of one of them."""

    index: int
    success: bool
    response: Generated | None = None
    error: str | None = None
    error_code: str | None = None


class Results(BaseModel):
    """What became of all of them, in their order."""

    results: list[Result]
    total: int
    successful: int
    failed: int
    processing_time: float


class NewSession(BaseModel):
    """A new conversation."""

    model: Name | None = None
    messages: list[Said] = Field(default=[], max_length=MAX_MESSAGES, description="such as a system message")
    metadata: Metadata = Field(default={}, description="kept with it, used for nothing")


class ChangedSession(BaseModel):
    """What is to be different; what is left out stays."""

    model: Name | None = None
    messages: list[Said] | None = Field(
        default=None, max_length=MAX_MESSAGES, description="instead of all that was said"
    )
    metadata: Metadata | None = None


class Session(BaseModel):
    """A conversation that is kept."""

    session_id: str
    model: str | None = Field(description="none: whichever is chosen")
    messages: list[Said]
    metadata: Metadata
    created_at: datetime
    updated_at: datetime
    expires_at: datetime = Field(description="then it is forgotten, unless it is used before")


class Sessions(BaseModel):
    """All of yours."""

    sessions: list[Session]
    total: int


class ModelShown(BaseModel):
    """A model."""

    name: str
    type: str
    path: str = Field(description="the model as its server names it, or the file of its weights")
    format: str | None = None
    device: str | None = None
    quantization: str | None = None
    max_memory: str | None = None
    threads: int | None = None
    adapter: str | None = None
    context_length: int | None = None
    loaded: bool | None = Field(description="whether it is in memory; null: its server does not tell")
    status: Literal["loaded", "unloaded", "unknown"]
    default: bool
    current: bool


class ModelsShown(BaseModel):
    """All models."""

    models: list[ModelShown]
    default_model: str
    current_model: str = Field(description="the one that answers where none is named")
    total: int
    trouble: str | None = Field(default=None, description="why the list as it is now is not used")


class Which(BaseModel):
    """A model by its name."""

    model_name: Name


class Done(BaseModel):
    """It is done."""

    status: Literal["loaded", "unloaded"]
    model_name: str
    message: str
    load_time: float = Field(default=0.0, description="seconds")
