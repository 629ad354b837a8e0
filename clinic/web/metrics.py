"""Figures for Prometheus: requests by route and status, how long they took, and what waits in the outbox."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector


class Metrics:
    """One set of figures an application; `shared` when several processes keep theirs together in one folder.

    Routes are rules, never paths: their number is bounded and they name nobody.
    """

    def __init__(self, *, shared: bool) -> None:
        own = CollectorRegistry()
        self._requests = Counter("clinic_requests", "Requests answered.", ["route", "method", "status"], registry=own)
        self._seconds = Histogram(
            "clinic_request_seconds",
            "Time from a request to its answer.",
            ["route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=own,
        )
        self._all = CollectorRegistry() if shared else own
        if shared:
            MultiProcessCollector(self._all)  # type: ignore[no-untyped-call] # the library has no types there

    def seen(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, *, due: int, oldest_due_seconds: float, dead: int) -> bytes:
        """Everything in the text format, with what the database says about the outbox at this moment."""
        registry = CollectorRegistry()
        registry.register(
            _Gauges(
                ("clinic_mails_due", "Mails that are due and not yet sent.", due),
                ("clinic_mail_oldest_due_seconds", "For how long the oldest of them is due.", oldest_due_seconds),
                ("clinic_mails_dead", "Mails given up: each needs a person.", dead),
            )
        )
        return generate_latest(self._all) + generate_latest(registry)


class _Gauges:
    def __init__(self, *gauges: tuple[str, str, float]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, words, value in self._gauges:
            yield GaugeMetricFamily(name, words, value)
