"""What a request of the access table asks for."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Example:
    """What is asked for: the address's arguments, its query, and what the form sends."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
