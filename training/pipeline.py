"""The road of a release, as one list of steps.

`mingjian train` takes them all; `mingjian export` takes those after fine-tuning, also on another
machine. Every step reads what the one before left in the run's folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from data.pairs import as_posts, read_pairs, split_of
from data.prepare import PrepareReport, is_prepared, load_split, prepare
from data.split import CALIBRATION, TEST, TEST_TIME, TRAIN
from data.unlabelled import read_unlabelled
from models.errors import InvalidInput
from models.jsonfile import read_object
from models.labels import LABEL_NAMES, own_label
from models.release import find_release
from training.assemble import assemble
from training.progress import Announce, track
from training.recipe import Recipe, load_recipe
from training.run import RUN, Run, environment, fingerprint_of, load_run, seen_by

LEAST_HELD_OUT = 20

Step = Callable[[Run, Announce], None]


def start_run(  # noqa: PLR0913, PLR0917  a run is made of all these
    data: Sequence[Path],
    out: Path,
    base_model: str | None,
    recipe: Recipe | None,
    name: str | None = None,
    pairs: Sequence[Path] = (),
    teacher: Path | None = None,
    unlabelled: Sequence[Path] = (),
    added: Sequence[str] = (),
) -> Run:
    """Prepare the corpus unless `data` is a prepared folder, and choose the labels.

    Without a base model the shipped release's weights are the start. `pairs` are files of claims
    and their debunks, from which the embedding learns. With a `teacher` the base model learns from
    it, also on `unlabelled` posts; without one a student is made of the teacher's layers. `added`
    names labels beside our own seven. A run that is fine-tuned stays what it is.
    Raises InvalidInput before any training when no label has 20 held-out posts
    of both classes, or when the run was begun with other data.
    """
    names = list(dict.fromkeys([*LABEL_NAMES, *map(own_label, added)]))
    prepared = data[0] if len(data) == 1 and is_prepared(data[0]) else out / "prepared"
    fingerprint = " ".join([fingerprint_of(data), *added])
    started = (out / RUN).is_file()  # a corpus that was refused is prepared anew
    if started and read_object(out / RUN).get("data") != fingerprint:
        raise InvalidInput(f"{out} was begun with other data: name another --out, or remove it")
    if prepared not in data and not (started and is_prepared(prepared)):
        prepare_corpus(data, prepared, names)
    finished = _finetuned_run(out, prepared)
    if finished is not None:
        finished.name = name or finished.name
        return finished
    run = Run(
        out=out,
        name=name or out.name,
        base_model=base_model or str(teacher or find_release(None)),
        recipe=recipe or load_recipe(),
        prepared=prepared,
        environment=environment(),
        data=fingerprint,
        pair_files=list(pairs),
        teacher=str(teacher or ""),
        unlabelled_files=list(unlabelled),
    )
    # A student has what its teacher saw from hearsay; its own counts come first.
    run.seen_before = seen_by(run.teacher) | seen_by(run.base_model)
    run.labels, run.not_judged = choose_labels(prepared, names)
    run.save()
    return run


def _finetuned_run(out: Path, prepared: Path) -> Run | None:
    """Return the run that was fine-tuned in `out` before: its record must not be written over."""
    if not (out / RUN).is_file():
        return None
    run = load_run(out, prepared)
    return run if run.finetuned else None


def prepare_corpus(
    data: Sequence[Path], out: Path, names: Sequence[str] = LABEL_NAMES
) -> PrepareReport:
    """Run `data.prepare` with a progress bar."""
    with track("de-duplicate") as progress:
        return prepare(data, out, labels=names, progress=progress)


def choose_labels(
    prepared: Path, names: Sequence[str] = LABEL_NAMES
) -> tuple[list[str], list[str]]:
    """Return the labels of `names` with enough held-out posts of both classes, and those without.

    Both classes must also be among the posts that calibrate and among those that test.
    """
    of_split: dict[str, Counter[tuple[str, int]]] = {}
    for split in (CALIBRATION, TEST, TEST_TIME):
        of_split[split] = Counter()
        for example in load_split(prepared, split):
            of_split[split].update(example.labels.items())
    counts = sum(of_split.values(), Counter[tuple[str, int]]())
    judged = [
        name
        for name in names
        if min(counts[name, 0], counts[name, 1]) >= LEAST_HELD_OUT
        and all(of_split[split][name, value] for split in (CALIBRATION, TEST) for value in (0, 1))
    ]
    if not judged:
        held = ", ".join(f"{n} {counts[n, 1]}/{counts[n, 0]}" for n in names)
        raise InvalidInput(
            f"no label has {LEAST_HELD_OUT} held-out positives and negatives ({held}): bring more "
            "Examples, of both classes"
        )
    return judged, [name for name in names if name not in judged]


def finetune_step(run: Run, announce: Announce) -> None:
    """Fine-tune the base model, going on from the last checkpoint if there is one."""
    from training.finetune import Material, finetune
    from training.teaching import Teaching, make_student

    if run.finetuned:
        announce("fine-tune: done before")
        return
    base, train, teaching = run.base_model, load_split(run.prepared, TRAIN), None
    pairs = [pair for pair in read_pairs(run.pair_files) if split_of(pair) == "train"]
    if run.teacher:
        teaching = Teaching(Path(run.teacher))
        if run.begins_with_teacher:
            student = make_student(Path(run.teacher), run.recipe.distil.layers, run.out / "student")
            base = str(student)
        train += read_unlabelled(
            run.unlabelled_files, run.recipe.distil.unlabelled, run.recipe.seed
        )
        train += as_posts(pairs)
    run.seen = finetune(
        Material(train, load_split(run.prepared, CALIBRATION), pairs, teaching),
        run.labels,
        base,
        run.recipe,
        run.out,
    )
    run.pairs = len(pairs)
    run.save()


def export_step(run: Run, announce: Announce) -> None:
    """Write the fine-tuned model as the model files of a release."""
    from training.export import export_model
    from training.network import load_network

    model, tokenizer = load_network(str(run.model), run.labels)
    export_model(model, tokenizer, run.release)
    announce(f"exported to {run.release}")


STEPS: tuple[Step, ...] = (finetune_step, export_step, assemble)
AFTER_FINETUNE: tuple[Step, ...] = (export_step, assemble)


def take(run: Run, steps: Sequence[Step], announce: Announce) -> Path:
    """Take the steps in turn and return the release folder."""
    for step in steps:
        step(run, announce)
    return run.release
