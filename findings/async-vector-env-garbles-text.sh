#!/usr/bin/env bash
# Packages: gymnasium 1.4.0, numpy 2.4.6.
#
# An environment whose observations are texts (a Text space) runs in one process each under AsyncVectorEnv.
#
# Expected: the vector environment returns the texts that its environments returned, as SyncVectorEnv does.
# Seen: with the default shared_memory=True texts come back changed; with shared_memory=False they are right.
# Nothing is raised, so an agent is shown observations that no environment gave.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q gymnasium==1.4.0 numpy==2.4.6
cd "$folder"
cat > run.py <<'PYTHON'
import string
import sys

import gymnasium
from gymnasium.spaces import Discrete, Text
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv

TEXTS = ("The number is greater.", "less", "You found it in 3 turns!", "")


class Speaking(gymnasium.Env):
    observation_space = Text(max_length=40, min_length=0, charset=string.printable)
    action_space = Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.turn = 0
        return TEXTS[0], {}

    def step(self, action):
        self.turn += 1
        return TEXTS[self.turn % len(TEXTS)], 0.0, False, False, {}


def texts(vector):
    seen = [vector.reset(seed=0)[0]]
    seen += [vector.step([0, 0])[0] for _ in range(3)]
    vector.close()
    return [list(each) for each in seen]


if __name__ == "__main__":
    print("gymnasium", gymnasium.__version__)
    made = [Speaking, Speaking]
    expected = texts(SyncVectorEnv(made))
    unshared = texts(AsyncVectorEnv(made, shared_memory=False))
    shared = texts(AsyncVectorEnv(made))
    for right, wrong in zip(expected, shared, strict=True):
        print(f"expected {right}\n    seen {wrong}")
    sys.exit(0 if unshared == expected and shared != expected else 1)
PYTHON
"$folder/venv/bin/python" run.py
