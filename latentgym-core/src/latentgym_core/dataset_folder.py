"""Write datasets into a folder: parquet files, what they are, and the card made from that."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import field, frozen

from latentgym_core.dataset import Row
from latentgym_core.dataset_card import render_card
from latentgym_core.errors import MissingDependencyError, SpecError
from latentgym_core.serial import from_data, to_data

MANIFEST = "latentgym.json"
CARD = "README.md"
SUBSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
