"""The lamps of `lamps.py` with a latent that pays, players who know it or not, and data files."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any, ClassVar

from attrs import frozen

import latentgym_core.plugin
from latentgym_core import Latent, Registry, hookimpl
from latentgym_core.contract.player import Player
from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, SuiteSpec

SPEC = importlib.util.spec_from_file_location("lamps", Path(__file__).with_name("lamps.py"))
lamps = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lamps)

SAME = "lamps/same_lamp/no_info/standard/ep3"
ANY = "lamps/any_lamp/no_info/standard/ep3"
SUITE = f"""
agents = ["steady"]
num_sequences = 4

[[environments]]
id = "lamps/same_lamp"

[[environments]]
id = "{ANY}"
num_sequences = 3
seed = 20
"""


@frozen(kw_only=True)
class SameLamp(Latent[int]):
    """One lamp is lit in all tasks."""

    family: ClassVar[str] = "same_lamp"
    z_type: ClassVar[Any] = int
    shade: str = "none"

    def draw(self, core_envs, rng):
        return rng.randrange(lamps.NUM_LAMPS)

    def task(self, z, context, rng):
        return lamps.Lamp(number=z)

    def describe(self, z):
        return f"Lamp {z} is lit."


@frozen(kw_only=True)
class Told(Player):
    """Names lamp z first, then the others."""

    def act(self, view, truth, rng):
        others = [each for each in range(lamps.NUM_LAMPS) if each != truth.z]
        return str([truth.z, *others][len(view.turns)])


class Suited:
    """The plugin: its files lie in a package that `registry_with` writes."""

    def __init__(self, package, suites, worth, version=1):
        self.package, self.suites, self.worth, self.version = package, suites, worth, version

    @hookimpl
    def latentgym_register_core_envs(self):
        yield CoreEnvSpec(
            name="lamps",
            factory=lamps.Lamps,
            default_num_tasks=3,
            default_latent="any_lamp",
            version=self.version,
            worth=f"{self.package}:worth.csv" if self.worth else "",
        )

    @hookimpl
    def latentgym_register_latents(self):
        yield LatentSpec(name="any_lamp", core_envs=("lamps",), factory=lamps.AnyLamp)
        yield LatentSpec(name="same_lamp", core_envs=("lamps",), factory=SameLamp)
        shaded = {"params": {"shade": "red"}, "factory": SameLamp}
        yield LatentSpec(name="red_lamp", core_envs=("lamps",), **shaded)

    @hookimpl
    def latentgym_register_agents(self):
        told = {"factory": Told, "privileged": True}
        yield AgentSpec(name="scripted/blind", core_envs=("lamps",), factory=lamps.InTurn)
        yield AgentSpec(name="scripted/oracle", core_envs=("lamps",), **told)
        yield AgentSpec(name="steady", factory=lamps.Steady)
        yield AgentSpec(name="moody", factory=lamps.Moody)

    @hookimpl
    def latentgym_register_suites(self):
        for name in self.suites:
            file = f"{self.package}:{name}.toml"
            yield SuiteSpec(name=name, file=file, summary=f"The suite {name}.", version=3)


def registry_with(folder: Path, monkeypatch, *, suites=(), worth="", version=1) -> Registry:
    """A registry whose plugin ships these files; `suites` maps names to TOML."""
    package = f"data_{abs(hash(str(folder)))}"
    (folder / package).mkdir(exist_ok=True)
    (folder / package / "__init__.py").touch()
    for name, text in dict(suites).items():
        (folder / package / f"{name}.toml").write_text(text, "utf-8")
    (folder / package / "worth.csv").write_text(worth, "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    plugin = Suited(package, tuple(dict(suites)), worth, version)
    return Registry.from_plugins([latentgym_core.plugin, plugin])
