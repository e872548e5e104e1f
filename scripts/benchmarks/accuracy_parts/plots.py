"""The pictures for docs/images: reliability, precision and recall, detection and identification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OURS, THEIRS = "all of ours", "original"


def draw(result: dict[str, Any], folder: Path) -> list[Path]:
    """Needs matplotlib (scripts/requirements-dev.txt)."""
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "accuracy-reliability.png": _reliability,
        "accuracy-precision-recall.png": _precision_recall,
        "accuracy-large.png": _large,
    }
    return [_page(folder / name, draw_it, result) for name, draw_it in pages.items()]


def _page(path: Path, draw_it: Any, result: dict[str, Any]) -> Path:
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), dpi=100)
    draw_it(axes, result)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": ""})
    plt.close(figure)
    return path


def _reliability(axes: Any, result: dict[str, Any]) -> None:
    for axis, (half, found) in zip(axes, result["scenes"]["halves"].items(), strict=True):
        bins = found["reliability"]
        axis.plot([0, 1], [0, 1], color="0.7", linewidth=1)
        axis.plot([b["stated"] for b in bins], [b["right"] for b in bins], marker="o", color="C0")
        for one in bins:
            axis.annotate(
                str(one["tracks"]),
                (one["stated"], one["right"]),
                textcoords="offset points",
                xytext=(4, -10),
                fontsize=7,
            )
        axis.set(
            title=f"{half} half, ECE {found['ece']:.3f}",
            xlabel="stated",
            ylabel="right",
            xlim=(0, 1.02),
            ylim=(0, 1.05),
        )


def _precision_recall(axes: Any, result: dict[str, Any]) -> None:
    for axis, (half, rules) in zip(axes, result["rules"].items(), strict=True):
        for name, row in rules.items():
            if name == OURS or name.startswith(THEIRS):
                curve = row["curve"]
                axis.plot([c["recall"] for c in curve], [c["precision"] for c in curve], marker=".", label=name)
        axis.set(title=f"{half} half", xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.03))
        axis.legend(loc="lower left", fontsize=8)


def _large(axes: Any, result: dict[str, Any]) -> None:
    runs = [run for run in result["lfw"]["runs"] if run["references"] == 2]
    for kind in dict.fromkeys(run["kind"] for run in runs):
        own = [run for run in runs if run["kind"] == kind]
        axes[0].plot([r["people"] for r in own], [r["dir_at_fpir"]["0.01"] for r in own], marker="o", label=kind)
    axes[0].set(title="DIR at FPIR 1 %, up to 2 references", xlabel="people in the gallery", xscale="log", ylabel="DIR")
    axes[0].legend(fontsize=8)
    largest = max((run["people"] for run in runs), default=0)
    for run in runs:
        if run["people"] == largest:
            levels = sorted(run["dir_at_fpir"], key=float)
            values = [run["dir_at_fpir"][level] for level in levels]
            axes[1].plot([float(level) for level in levels], values, marker="o", label=run["kind"])
    axes[1].set(title=f"gallery of {largest:,} people", xlabel="FPIR", xscale="log", ylabel="DIR")
    axes[1].legend(fontsize=8)
