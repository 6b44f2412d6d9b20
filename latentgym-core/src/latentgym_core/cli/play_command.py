"""`latentgym play`: play a sequence yourself."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve

from latentgym_core.cli.console import print_table, say
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.env_id import EnvId

if TYPE_CHECKING:
    from latentgym_core.trajectory import Trajectory
