"""Benchmarks are run by hand; that they still find what they measure is seen here."""

import ast
import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[2] / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_all_that_a_benchmark_imports_of_ours_exists(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("latentgym_"):
            module = importlib.import_module(node.module)
            for each in node.names:
                deeper = f"{node.module}.{each.name}"
                assert hasattr(module, each.name) or find_spec(deeper), deeper
