"""The report of a release: one HTML file with nothing to fetch, and its JSON twin.

The twin names posts by id and holds no text. The page quotes the posts it names, so it belongs
beside the data, not into a commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from data.split import TEST, TEST_TIME
from models.jsonfile import read_object, write_json
from models.labels import CHINESE_NAMES, LOW_QUALITY
from models.release import Release
from training.evaluation.compare import Against
from training.evaluation.deletion import Deletion
from training.evaluation.errors import Mistake, worst_mistakes
from training.evaluation.evaluate import Evaluation
from training.evaluation.identity import group_means
from training.evaluation.marks import MARKS
from training.evaluation.plots import curves_svg
from training.evaluation.scored import Scored
from training.evaluation.suite import Suite
from training.run import Run

# Counts up when a reader of the twin would have to change.
SCHEMA = 2
HERE = Path(__file__).parent
PAGE = "report.html"
# In the folder of a run: what `mingjian leave-one-out` found.
LEFT_OUT = "leave_one_out.json"
SHOWN_FLIPS, SHOWN_WORDS, SHOWN_CHARACTERS = 40, 20, 160


@dataclass(slots=True)
class Report:
    """What is known of a release on some posts; parts that were not asked for are None.

    `leave_one_out` is the content of the file that `mingjian leave-one-out` wrote.
    """

    evaluation: Evaluation
    scored: Scored
    suite: Suite | None = None
    against: Against | None = None
    leave_one_out: Mapping[str, Any] | None = None
    deletion: Mapping[str, Deletion] = field(default_factory=dict)

    def mistakes(self) -> dict[str, list[Mistake]]:
        """Return the worst mistakes by label."""
        return worst_mistakes(self.scored)

    def to_json(self) -> dict[str, Any]:
        """Return the twin: every key is always there, null where a part was not asked for."""
        reasons = {name: found.to_json() for name, found in self.deletion.items()}
        return self.evaluation.to_json() | {
            "schema": SCHEMA,
            "errors": {
                name: [mistake.to_json() for mistake in found]
                for name, found in self.mistakes().items()
            },
            "suite": None if self.suite is None else self.suite.to_json(),
            "against": None if self.against is None else self.against.to_json(),
            "leave_one_out": self.leave_one_out,
            "deletion": reasons or None,
            "scores": self.scored.to_json(),
        }


def render(report: Report) -> str:
    """Return the page."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(MARKS)
    scored = report.scored
    return environment.get_template(PAGE).render(
        report=report,
        evaluation=report.evaluation,
        labels=list(report.evaluation.labels),
        chinese=CHINESE_NAMES | {LOW_QUALITY: "低质内容"},
        style=(HERE / "report.css").read_text("utf-8"),
        curves=_curves(report),
        mistakes=report.mistakes(),
        texts={example.id: _excerpt(example.title, example.text) for example in scored.examples},
        groups=group_means(report.suite.identity) if report.suite else {},
        shown_flips=SHOWN_FLIPS,
        shown_words=SHOWN_WORDS,
    )


def _curves(report: Report) -> dict[str, str]:
    found = {}
    for name in report.evaluation.labels:
        posts = report.scored.of_label(name)
        if 0 < posts.positives < len(posts.truth):
            bins = report.evaluation.reliability[name]
            found[name] = curves_svg(posts, bins, report.scored.threshold(name))
    return found


def _excerpt(title: str | None, text: str) -> str:
    joined = " · ".join(part for part in (title, text) if part)
    short = joined[:SHOWN_CHARACTERS]
    return short + ("…" if len(joined) > len(short) else "")


def write_report(
    run: Run,
    release: Release,
    test: Scored,
    evaluation: Evaluation,
    against: Against | None = None,
    *,
    newest: Evaluation | None = None,
) -> None:
    """Write `report.html` and its twin `report.json` into the folder of a run.

    `newest` is what was measured on the posts held out by time, which the report shows beside, as
    it does what was found on sources left out, where the run's folder holds it.
    """
    if newest is not None:
        splits = {TEST: evaluation.labels, TEST_TIME: newest.labels}
        evaluation = replace(evaluation, splits=splits)
    report = Report(evaluation, test.under(release), against=against)
    if (run.out / LEFT_OUT).is_file():
        report.leave_one_out = read_object(run.out / LEFT_OUT)
    write_json(run.out / "report.json", report.to_json())
    (run.out / "report.html").write_text(render(report), encoding="utf-8")
