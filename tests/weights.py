"""Compares www/examples/load.py with the lab, on files that the lab wrote.

    cargo test --test weights -- --ignored
    pip install torch
    python tests/weights.py

For each network, the largest difference of any logit, after the mean of each row is taken off: the lab has probabilities,
which do not change with it.
"""

import importlib.util
import json
import pathlib

import torch

ROOT = pathlib.Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("load", ROOT / "www/examples/load.py")
load = importlib.util.module_from_spec(spec)
spec.loader.exec_module(load)

print("torch", torch.__version__)
for path in sorted((ROOT / "target/weights").glob("*.safetensors")):
    tensors, notes = load.read(path)
    want = json.loads(path.with_suffix(".json").read_text())
    operands = torch.tensor(want["operands"]).T
    # Of several answers, those that are known differ in number from row to row.
    known = want["known"]
    got = torch.cat([
        load.logits(tensors, notes, *operands[:, [row]], known=torch.tensor(answers)[:, None]) for row, answers in enumerate(known)
    ]) if any(known) else load.logits(tensors, notes, *operands)
    centred = lambda rows: rows - rows.mean(-1, keepdim=True)
    lab = centred(torch.tensor(want["log_probabilities"]))
    difference = (centred(got) - lab).abs().max().item()
    print(f"{path.stem}: {operands.shape[1]} test examples, step {notes['step']}, largest |logit| {lab.abs().max():.2f}, difference {difference:.1e}")
