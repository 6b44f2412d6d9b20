#!/usr/bin/env bash
# Packages: torch 2.13.0, accelerate 1.15.0.
#
# `accelerate launch --cpu --num_processes 2` is asked to run a script in two processes on the CPU.
#
# Expected: two processes that know of each other (num_processes 2, gloo), or a refusal.
# Seen: one process, num_processes 1, exit code 0. A job that was meant to be data parallel trains on half of what was
# asked for; torchrun with the same number starts two.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 accelerate==1.15.0
cd "$folder"
cat > job.py <<'PYTHON'
from accelerate import Accelerator

accelerator = Accelerator(cpu=True)
print(f"process {accelerator.process_index} of {accelerator.num_processes}", flush=True)
PYTHON
export OMP_NUM_THREADS=1 HF_HOME="$folder/home"
"$folder/venv/bin/python" -c 'import accelerate; print("accelerate", accelerate.__version__)'
launched=$("$folder/venv/bin/accelerate" launch --cpu --num_processes 2 --num_machines 1 --mixed_precision no \
  --dynamo_backend no job.py 2>/dev/null)
echo "accelerate launch --num_processes 2:" && echo "$launched"
run=$("$folder/venv/bin/torchrun" --nproc-per-node 2 job.py 2>/dev/null)
echo "torchrun --nproc-per-node 2:" && echo "$run"
[ "$launched" = "process 0 of 1" ] && [ "$(grep -o "of 2" <<<"$run" | wc -l)" = 2 ]
