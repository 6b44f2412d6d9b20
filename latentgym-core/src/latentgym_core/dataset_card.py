"""The card of a dataset folder: a README with the head that `load_dataset` and the Hub read."""

import json
from collections.abc import Sequence

from attrs import field, frozen
