"""Nothing in `analyse` gives a value for a row or a person: its whole surface is walked."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil

import pytest

import fairwitness.analyse

MODULES = [
    importlib.import_module(f"fairwitness.analyse.{found.name}")
    for found in pkgutil.iter_modules(fairwitness.analyse.__path__)
]
FORBIDDEN = {
    "predict",
    "predicted",
    "fitted",
    "residual",
    "residuals",
    "leverage",
    "rank",
    "ranking",
    "score",
    "scores",
}
MAY = {("Pair", "probability")}  # that two rows are about one case, for people who decide that
FORBIDDEN |= {"risk_score", "propensity", "probability", "probabilities", "apply", "transform", "per_row", "by_person"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_public_name_or_result_is_about_a_row(module):
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        assert name.lower() not in FORBIDDEN
        if inspect.isclass(thing):
            names = {field.name for field in dataclasses.fields(thing)} if dataclasses.is_dataclass(thing) else set()
            names |= {attribute for attribute in vars(thing) if not attribute.startswith("_")}
            told = {one for one in FORBIDDEN & names if (name, one) not in MAY}
            assert not told, (module.__name__, name)
