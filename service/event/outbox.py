"""The outbox: what is written with a change leaves afterwards, at least once.

A delivery that fails is tried again after longer and longer waits and given up ("dead") after
MOST_ATTEMPTS; a process that dies while sending leaves a lease that runs out.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from models.errors import InvalidInput
from service.event.addresses import read_urls
from service.event.repository import Delivery, EventRepository
from service.event.webhook import Failed, Webhook
from service.settings import Settings
from service.store.database import Database
from service.watching import Watch

log = structlog.get_logger("service.event")

POLL_S = 5.0
AT_ONCE = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=6)
# Waits of 10 s, 20 s, … 5.7 h: together about eleven and a half hours.
MOST_ATTEMPTS = 12
KEPT = timedelta(days=30)


class Outbox:
    """Sends what waits, in the background."""

    def __init__(
        self,
        repository: EventRepository,
        webhook: Webhook | None,
        urls: tuple[str, ...],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.urls = urls
        self._repository = repository
        self._webhook = webhook
        self._clock = clock
        self._chance = chance
        self._watch = Watch("deliver events", self.step, POLL_S)

    @classmethod
    def of(cls, settings: Settings, database: Database) -> Outbox:
        """Return the outbox of the settings; raises InvalidInput for addresses without a secret."""
        urls = read_urls(settings.webhook_urls)
        webhook = None
        if urls:
            if settings.webhook_secret is None:
                raise InvalidInput(
                    "MINGJIAN_WEBHOOK_URLS needs MINGJIAN_WEBHOOK_SECRET, at least 16 characters "
                    "that the receiver knows too: events are signed with it"
                )
            webhook = Webhook(settings.webhook_secret, allow_private=settings.webhook_allow_private)
        return cls(EventRepository(database), webhook, urls)

    def start(self, every_s: float = POLL_S) -> None:
        """Begin to send."""
        self._watch.start(every_s)

    def wake(self) -> None:
        """Send now what has just been written."""
        self._watch.wake()

    async def close(self) -> None:
        """Stop; what waits is sent after the next start."""
        await self._watch.close()
        if self._webhook is not None:
            await self._webhook.close()

    async def step(self) -> None:
        """Send everything that is due."""
        while due := await self._repository.take(self._clock(), AT_ONCE):
            await asyncio.gather(*(self._send(delivery) for delivery in due))
        await self._repository.purge(self._clock() - KEPT)

    async def _send(self, delivery: Delivery) -> None:
        try:
            if self._webhook is None or delivery.url not in self.urls:
                raise Failed("the address is in MINGJIAN_WEBHOOK_URLS no more", final=True)
            await self._webhook.send(delivery, self._clock())
        except Failed as failure:
            await self._give_back(delivery, failure)
        else:
            await self._repository.delivered(delivery, self._clock())
            log.info("event delivered", event_id=delivery.event_id, attempts=delivery.attempts)

    async def _give_back(self, delivery: Delivery, failure: Failed) -> None:
        dead = failure.final or delivery.attempts >= MOST_ATTEMPTS
        next_at = None if dead else self._clock() + self._wait(delivery.attempts)
        await self._repository.failed(delivery, str(failure), next_at)
        log.warning(
            "event given up" if dead else "event not delivered",
            event_id=delivery.event_id,
            attempts=delivery.attempts,
            error=str(failure),
        )

    def _wait(self, attempts: int) -> timedelta:
        """Return the wait after so many attempts, a little apart for each delivery."""
        wait: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
        return wait * (0.9 + 0.2 * self._chance())
