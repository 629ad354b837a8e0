"""The one write path of visits, plans and records.

`apply` runs the safety gate, writes rows and claims, raises versions, appends the audit entries and records what is
owed to people outside: all in the caller's transaction, all or nothing.
"""

from clinic.services.apply.write import Applied, apply

__all__ = ["Applied", "apply"]
