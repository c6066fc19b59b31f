"""A release: one folder with everything that scoring needs, checked before it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.batching import bucket_of
from models.calibration import Calibration, identity
from models.errors import ReleaseError
from models.jsonfile import read_json, read_object
from models.layout import Layout
from models.manifest import verify_manifest
from models.normaliser import Normaliser
from models.thresholds import Threshold, thresholds_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.windows import WindowSettings

RELEASES = Path(__file__).parent / "releases"
DRAFT = "draft"


@dataclass(frozen=True)
class Release:
    """What a release folder says about its model.

    `labels` are short names in the order of the model's outputs; `not_judged` those among all
    labels that had too little held-out data to be carried. `pad_id` fills rows up to their bucket.
    """

    folder: Path
    name: str
    fingerprint: str
    labels: tuple[str, ...]
    pad_id: int
    calibration: Calibration
    normaliser: Normaliser
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    not_judged: tuple[str, ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Mapping[str, Any], ...] = ()

    @property
    def layout(self) -> Layout:
        """The files of the release."""
        return Layout(self.folder)

    @property
    def windows(self) -> WindowSettings:
        """How long text is divided."""
        return self.calibration.windows

    @property
    def max_length(self) -> int:
        """Tokens of one window, special tokens included."""
        return self.windows.length

    @classmethod
    def load(cls, folder: Path) -> Release:
        """Verify every file against the manifest, then read the release.

        Raises ReleaseError naming the file that is damaged or incomplete and the remedy.
        """
        manifest = verify_manifest(folder)
        layout = Layout(folder)
        config = read_object(layout.config)
        metrics = read_object(layout.metrics)
        sources = read_json(layout.sources)
        release = cls(
            folder=folder,
            name=manifest.name,
            fingerprint=manifest.fingerprint,
            labels=_labels(config, layout),
            pad_id=_pad_id(config, layout),
            calibration=Calibration.from_json(read_object(layout.calibration)),
            normaliser=Normaliser.from_json(read_object(layout.normaliser)),
            thresholds=thresholds_from_json(read_object(layout.thresholds)),
            not_judged=tuple(metrics.get("not_judged", ())),
            metrics=metrics,
            sources=tuple(sources) if isinstance(sources, list) else (),
        )
        release._check(config)
        return release

    @classmethod
    def draft(
        cls,
        folder: Path,
        normaliser: Normaliser,
        calibration: Calibration | None = None,
    ) -> Release:
        """Read a folder that has only been exported, so that training can compute its logits.

        Without a calibration, probabilities are plain sigmoids. There is no manifest yet, hence
        nothing is verified and the fingerprint is "draft"; such a release is never served.
        """
        layout = Layout(folder)
        config = read_object(layout.config)
        labels = _labels(config, layout)
        return cls(
            folder=folder,
            name=folder.name,
            fingerprint=DRAFT,
            labels=labels,
            pad_id=_pad_id(config, layout),
            calibration=calibration or identity(labels),
            normaliser=normaliser,
        )

    def _check(self, config: Mapping[str, Any]) -> None:
        """Refuse files that do not belong together."""
        for label in self.labels:
            self.calibration.scaling(label)
            if label not in self.thresholds:
                raise ReleaseError(
                    f"{self.layout.thresholds} has no threshold for {label}; evaluate it again"
                )
        padded = bucket_of(self.max_length)
        positions = config.get("max_position_embeddings", padded)
        if padded > positions:
            raise ReleaseError(
                f"{self.layout.calibration}: windows padded to {padded} tokens exceed the "
                f"{positions} positions of the model; choose shorter windows"
            )


def find_release(name_or_folder: str | Path | None = None) -> Path:
    """Return the folder of a release.

    None gives the one that `models/releases/default` names; a bare name one beside that file;
    anything else is taken as a path, of a release or of a run that holds one.
    Raises ReleaseError listing the releases that exist.
    """
    if name_or_folder is None:
        return _default()
    shipped = RELEASES / str(name_or_folder)
    for folder in (shipped, Path(name_or_folder)):
        if str(name_or_folder).strip() and folder.is_dir():
            inside = Layout(folder / "release")
            return inside.folder if inside.manifest.is_file() else folder
    raise ReleaseError(
        f"no release {str(name_or_folder)!r}: neither a folder nor a name among {_existing()}"
    )


def _default() -> Path:
    pointer = RELEASES / "default"
    if not pointer.is_file():
        raise ReleaseError(
            f"{pointer} is missing; write the name of a release into it, one of {_existing()}, "
            "or name a release folder"
        )
    name = pointer.read_text(encoding="utf-8").strip()
    folder = RELEASES / name
    if not name or not folder.is_dir():
        raise ReleaseError(f"{pointer} names {name!r}, which is not among {_existing()}")
    return folder


def _existing() -> str:
    names = sorted(path.name for path in RELEASES.glob("*") if path.is_dir())
    return ", ".join(names) or "(none yet: train one with `mingjian train`)"


def _labels(config: Mapping[str, Any], layout: Layout) -> tuple[str, ...]:
    by_id = config.get("id2label")
    if not isinstance(by_id, dict) or not by_id:
        raise ReleaseError(f"{layout.config} names no labels (id2label); export it again")
    try:
        return tuple(str(by_id[str(place)]) for place in range(len(by_id)))
    except KeyError as error:
        raise ReleaseError(
            f"{layout.config}: id2label lacks output {error}; export again"
        ) from None


def _pad_id(config: Mapping[str, Any], layout: Layout) -> int:
    pad_id = config.get("pad_token_id")
    if not isinstance(pad_id, int):
        raise ReleaseError(f"{layout.config} names no pad_token_id; export it again")
    return pad_id
