"""Where the law lets an assistant needle."""

from functools import cache

from clinic.content.dated import load_dated
from clinic.domain.practice.delegation import Delegation


@cache
def delegations() -> tuple[Delegation, ...]:
    """All that are known; read once."""
    return load_dated("delegation.toml", "delegations", "allowed", Delegation)
