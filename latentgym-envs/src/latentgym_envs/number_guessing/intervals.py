"""What is known about targets: intervals of whole numbers."""

import numpy as np
from numpy.typing import NDArray

Interval = tuple[int, int]
"""Both ends included; a known target is an interval of one number."""
Evidence = tuple[Interval, ...]
"""Where the targets of earlier tasks lie, one interval for each task, in any order."""
FloatArray = NDArray[np.float64]
