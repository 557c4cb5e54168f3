#!/usr/bin/env bash
# Trains on nodes that share this folder; goes on from the last checkpoint, if there is one:
#
#     sbatch slurm.sh --training.num_epochs 50
#
# Two minutes before its time is over, or when others need the nodes, the run saves a checkpoint,
# and the job takes its place in the queue again. A run that is done or gives up does not.
#SBATCH --job-name={{ distribution_name }}
#SBATCH --nodes={{ nodes[0] }}
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node={{ nodes[1] }}
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=slurm-%j.log

set -o nounset -o pipefail
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
stopped=no

stop() {
    stopped=yes
    kill -TERM "$training" # reaches every rank: they agree, save and end
}
trap stop TERM

srun torchrun \
    --nnodes "$SLURM_JOB_NUM_NODES" \
    --nproc-per-node auto \
    --max-restarts 3 \
    --shutdown-timeout 100 \
    --rdzv-backend c10d \
    --rdzv-endpoint "$head:29500" \
    --rdzv-id "$SLURM_JOB_ID" \
    train.py --config configs/config.yaml --resume "$@" &
training=$!
wait "$training"
code=$?
if [ "$stopped" = yes ]; then
    wait "$training" # the first wait ended with the signal
    scontrol requeue "$SLURM_JOB_ID"
    exit 0
fi
exit "$code"
