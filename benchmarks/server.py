"""Evaluate against a loopback server that answers after 50 ms; compare with the ideal time.

The ideal is turns × latency ÷ concurrency: what it would take if nothing but the server took time.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SERVER = Path(__file__).parents[1] / "tests/core/loopback_server.py"
