"""Sending one event to one address: signed, with limits, to the address that was checked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx2
import orjson

from service.event.addresses import Blocked, resolve
from service.event.repository import Delivery
from service.event.signature import HEADER, sign

CONNECT_S, ANSWER_S, TOTAL_S = 5.0, 10.0, 20.0
GONE = 410


class Failed(Exception):
    """An event did not arrive; `final` tells that trying again is of no use."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Webhook:
    """Posts events; redirects are not followed and the environment's proxies not used."""

    def __init__(self, secret: str, *, allow_private: bool = False) -> None:
        self._secret = secret
        self._allow_private = allow_private
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(ANSWER_S, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
            # A connection kept open would outlive the check of its address.
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()

    async def send(self, delivery: Delivery, now: datetime) -> None:
        """Post a delivery; raises Failed unless the receiver answers with 2xx in time."""
        body = body_of(delivery)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Mingjian-Webhook/1",
            "X-Mingjian-Event": delivery.type,
            "X-Mingjian-Event-Id": delivery.event_id,
            HEADER: sign(self._secret, int(now.timestamp()), body),
        }
        try:
            async with asyncio.timeout(TOTAL_S):
                status = await self._post(delivery.url, body, headers)
        except Blocked as error:
            raise Failed(str(error)) from None
        except TimeoutError:
            raise Failed(f"no answer within {TOTAL_S:.0f} seconds") from None
        except (httpx2.HTTPError, OSError) as error:
            raise Failed(f"{type(error).__name__}: {error}") from error
        if not 200 <= status < 300:
            raise Failed(f"the receiver answered {status}", final=status == GONE)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        target = await resolve(url, allow_private=self._allow_private)
        # What the receiver says beside its status is not read: it could be without end.
        async with self._client.stream(
            "POST",
            target.url,
            content=body,
            headers={"Host": target.host, **headers},
            extensions={"sni_hostname": target.name},
        ) as response:
            return response.status_code


def body_of(delivery: Delivery) -> bytes:
    """Return the JSON of an event; the same for every attempt."""
    created = delivery.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return orjson.dumps(
        {
            "id": delivery.event_id,
            "type": delivery.type,
            "created_at": created,
            "data": delivery.data,
        }
    )
