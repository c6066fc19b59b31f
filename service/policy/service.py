"""Policies while the service runs: one immutable snapshot, swapped when anything changes.

Of policies with one name, that of the store hides that of the operator's folder, which hides the
one that ships. A change of another process, and of a file, is seen within POLL_S.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from models.errors import FieldError
from models.release import Release
from service.community_rules.service import HouseRules
from service.decide import ActivePolicy
from service.errors import UnknownPolicy
from service.policy.compile import Compiled, check_policy, compile_policy
from service.policy.errors import InvalidPolicy, PolicyNotFound
from service.policy.files import FileFault, PolicyFolder, check_folder, shipped_policies
from service.policy.reading import Draft, read_policy
from service.policy.repository import Form, Kept, Origin, PolicyRepository
from service.release.thresholds import ReleaseThresholds
from service.store.database import Database
from service.store.errors import StoreError

log = structlog.get_logger("service.policy")

POLL_S = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A policy in force and where it came from."""

    compiled: Compiled
    origin: Origin
    form: Form = "yaml"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All policies of one moment; `file_faults` are files and versions that cannot be used."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    file_faults: tuple[FileFault, ...] = ()


class Policies:
    """Finds, keeps and changes policies."""

    def __init__(
        self,
        release: Release,
        repository: PolicyRepository | None = None,
        folder: str | None = None,
        shipped: Mapping[str, Draft] | None = None,
    ) -> None:
        self.thresholds = ReleaseThresholds(release)
        self.rules = HouseRules.shipped()
        self.snapshot = Snapshot()
        self._repository = repository
        self._shipped = shipped_policies() if shipped is None else shipped
        self._folder = PolicyFolder(check_folder(folder)) if folder else None
        self._stored: dict[str, Kept] = {}
        self._changing = asyncio.Lock()
        self._behind = True
        self._watching: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, release: Release, database: Database, folder: str | None = None, poll_s: float = POLL_S
    ) -> Policies:
        """Load every policy and begin to watch for changes.

        Raises InvalidInput when the folder of the operator is not there.
        """
        policies = await asyncio.to_thread(cls, release, PolicyRepository(database), folder)
        await policies.refresh()
        policies._watching = asyncio.create_task(policies._watch(poll_s), name="watch policies")
        return policies

    @classmethod
    def of_files(cls, release: Release, folder: str | None = None) -> Policies:
        """Return the policies that ship and those of a folder, without any store."""
        policies = cls(release, folder=folder)
        if policies._folder is not None:
            policies._folder.refresh()
        policies.snapshot = policies._build()
        return policies

    async def close(self) -> None:
        """Stop watching."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    def resolve(self, name: str, at: datetime | None = None) -> ActivePolicy:
        """Return what a policy says at a moment, now without one; raises UnknownPolicy."""
        return self.named(name).compiled.at(at)

    def named(self, name: str) -> Entry:
        """Return a policy in force that a request names in its body; raises UnknownPolicy."""
        entry = self.snapshot.entries.get(name)
        if entry is None:
            raise UnknownPolicy(
                f"No policy has this name; known are: {self._names()}.",
                errors=[FieldError("/policy", "is the name of no policy")],
            )
        return entry

    def find(self, name: str) -> Entry:
        """Return a policy in force that an address names; raises PolicyNotFound."""
        entry = self.snapshot.entries.get(name)
        if entry is None:
            raise PolicyNotFound(f"No policy has this name; known are: {self._names()}.")
        return entry

    def check(self, name: str, draft: Draft) -> Compiled:
        """Compile a policy without keeping it; raises InvalidPolicy where anything is amiss."""
        return check_policy(name, draft, self.thresholds, self.rules)

    async def put(
        self, name: str, draft: Draft, form: Form, by: str | None = None
    ) -> tuple[Entry, bool]:
        """Keep a policy and put it in force; tell whether the store had none of this name.

        Raises InvalidPolicy, and then nothing changes.
        """
        await asyncio.to_thread(self.check, name, draft)
        assert self._repository is not None
        created = await self._repository.put(_kept(name, draft, "store", form, by))
        await self.refresh()
        return self.find(name), created

    async def delete(self, name: str) -> Entry | None:
        """Take a stored policy out of force; return the one that it hid, if any.

        Raises PolicyNotFound when the store has none of this name.
        """
        assert self._repository is not None
        if not await self._repository.remove(name):
            hint = (
                " It comes from a file, which only the operator can take away."
                if name in self.snapshot.entries
                else ""
            )
            raise PolicyNotFound(f"No policy of this name was made over the API.{hint}")
        await self.refresh()
        return self.snapshot.entries.get(name)

    async def versions(self, name: str) -> list[Kept]:
        """Return every version of a policy, newest first; raises PolicyNotFound."""
        assert self._repository is not None
        kept = await self._repository.versions(name)
        if not kept:
            raise PolicyNotFound(f"No policy ever had this name; known are: {self._names()}.")
        return kept

    async def version(self, name: str, version: str) -> tuple[Kept, Compiled]:
        """Return a version of a policy, resolved for the release of now; raises PolicyNotFound."""
        assert self._repository is not None
        kept = await self._repository.get(name, version)
        if kept is None:
            raise PolicyNotFound(
                f"The policy has no such version; GET /policies/{name}/versions lists them."
            )
        return kept, await asyncio.to_thread(self._compile, name, _draft(kept))

    async def refresh(self) -> None:
        """Take up what has changed in the store and in the folder; requests go on meanwhile."""
        async with self._changing:
            if self._folder is not None:
                self._behind |= await asyncio.to_thread(self._folder.refresh)
            self._behind |= await self._fetch()
            if not self._behind:
                return
            snapshot = await asyncio.to_thread(self._build)
            if self._repository is not None:
                await self._repository.remember(
                    _kept(name, entry.compiled.draft, entry.origin, entry.form)
                    for name, entry in snapshot.entries.items()
                    if entry.origin != "store"
                )
            self._tell(snapshot)
            self.snapshot = snapshot
            # Only now: what fails on the way is tried again at the next look.
            self._behind = False

    async def _fetch(self) -> bool:
        """Read the policies of the store that have changed; tell whether any has."""
        if self._repository is None:
            return False
        current = await self._repository.current()
        if current == {name: kept.version for name, kept in self._stored.items()}:
            return False
        stored = {}
        for name, version in current.items():
            known = self._stored.get(name)
            if known is None or known.version != version:
                known = await self._repository.get(name, version)
            if known is not None:
                stored[name] = known
        self._stored = stored
        return True

    def _build(self) -> Snapshot:
        layers: list[tuple[Origin, Mapping[str, Draft]]] = [("shipped", self._shipped)]
        faults: list[FileFault] = []
        if self._folder is not None:
            layers.append(("folder", self._folder.good))
            faults += self._folder.faults
        entries = {
            name: Entry(self._compile(name, draft), origin)
            for origin, drafts in layers
            for name, draft in drafts.items()
        }
        for name, kept in self._stored.items():
            try:
                entries[name] = Entry(self._compile(name, _draft(kept)), "store", kept.form)
            except InvalidPolicy as error:
                # Kept by a Mingjian that knew other fields.
                faults.append(FileFault(f"{name} (store, version {kept.version})", error))
        return Snapshot(dict(sorted(entries.items())), tuple(faults))

    def _compile(self, name: str, draft: Draft) -> Compiled:
        return compile_policy(name, draft, self.thresholds, self.rules)

    def _tell(self, snapshot: Snapshot) -> None:
        before = self.snapshot
        for fault in snapshot.file_faults:
            if fault not in before.file_faults:
                log.warning("policy not usable", file=fault.file, detail=fault.error.detail)
        for name, entry in snapshot.entries.items():
            known = before.entries.get(name)
            compiled = entry.compiled
            if known is None or known.compiled.draft.version != compiled.draft.version:
                log.info(
                    "policy in force",
                    policy=name,
                    version=compiled.draft.version,
                    origin=entry.origin,
                    faults=[f"{fault.pointer} {fault.detail}" for fault in compiled.faults],
                )

    async def _watch(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await self.refresh()
            except StoreError as error:
                log.warning("policies stay as they were", code=error.code)
            except Exception:
                # Whatever it is, the policies in force go on being used.
                log.exception("policies stay as they were")

    def _names(self) -> str:
        return ", ".join(self.snapshot.entries)


def _draft(kept: Kept) -> Draft:
    return read_policy(kept.source.encode(), json=kept.form == "json")


def _kept(name: str, draft: Draft, origin: Origin, form: Form, by: str | None = None) -> Kept:
    return Kept(
        name=name,
        version=draft.version,
        origin=origin,
        form=form,
        source=draft.text,
        created_at=datetime.now(UTC),
        created_by=by,
    )
