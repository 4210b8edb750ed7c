"""Weights that the lab saved, in PyTorch: reads the file, rebuilds the network, and answers every pair.

    pip install torch
    python load.py x-plus-y-mod-97-step-250.safetensors

Tensors have the names of Nanda et al. (2023): `W_E` [p + 1, d], `W_pos` [3, d] ([k + a, d] on sequences of k operands with a answers),
`layer0.W_Q` …, `W_U` [d, p]; an MLP has `layer0.W` [2p, hidden] ([p, hidden] on rows of p numbers, [kp, hidden] on sequences; behind a
`W_E` [2p, d] it is [d, hidden]), `layer0.b` …, `W_U`, `b_U`, and with numbers before the answers `W_out` before `W_U`. Vectors are matrices with one row, a norm's gain and
shift are two rows. With several runs, every tensor has a leading axis of runs.
The file's notes hold every setting of the run as text, how many results there are, and the step.
"""

import json
import struct
import sys

import torch
import torch.nn.functional as F


def read(path):
    """Tensors and notes of a safetensors file; the package `safetensors` does the same."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    notes = header.pop("__metadata__")
    numbers = torch.frombuffer(bytearray(data), dtype=torch.float32)
    span = lambda entry: slice(*(at // 4 for at in entry["data_offsets"]))
    return {name: numbers[span(entry)].reshape(entry["shape"]) for name, entry in header.items()}, notes


ACTIVATIONS = {
    "relu": F.relu,
    "gelu": lambda h: F.gelu(h, approximate="tanh"),
    "tanh": torch.tanh,
    "quadratic": torch.square,
    "identity": lambda h: h,
}


def logits(weights, notes, *operands, known=()):
    """The network's logits `[n, results]` for n examples: operands x and y of pairs, or as many as a sequence has, each `[n]`. Where it
    gives several answers, those that are known, and the logits are of the next."""
    if notes["model"] == "mlp":
        return float(notes["alpha"]) * mlp(weights, notes, *operands)
    return float(notes["alpha"]) * transformer(weights, notes, *operands, known=known)


def mlp(weights, notes, *operands):
    """On one-hot vectors side by side, or on their sum; embedded first where there is a W_E."""
    apart, act = notes["inputs"] == "two-hot", ACTIVATIONS[notes["activation"]]
    symbols = len(weights.get("W_E", weights["layer0.W"])) // (len(operands) if apart else 1)
    hot = [F.one_hot(operand, symbols).float() for operand in operands]
    h = torch.cat(hot, -1) if apart else sum(hot)
    h = h @ weights["W_E"] if "W_E" in weights else h
    for layer in range(int(notes["layers"])):
        h = act(h @ weights[f"layer{layer}.W"] + weights.get(f"layer{layer}.b", 0))
    h = h @ weights["W_out"] if "W_out" in weights else h
    return h @ weights["W_U"] + weights.get("b_U", 0)


def transformer(weights, notes, *operands, known=()):
    """Causal on [x, y, =] and read out at `=`, or as an encoder without a mask on [x, y] and read out at y; or on more operands, and
    behind `=` on the answers that are known."""
    heads, norm, act = int(notes["heads"]), notes["norm"], ACTIVATIONS[notes["activation"]]
    split = lambda h: h.unflatten(-1, (heads, -1)).transpose(-2, -3)
    normed = lambda h, gain_and_shift: F.layer_norm(h, h.shape[-1:], *gain_and_shift, eps=1e-5)

    causal = notes["model"] == "transformer"
    symbols = len(weights["W_E"]) - causal
    tokens = [*operands, torch.full_like(operands[0], symbols), *known] if causal else operands
    h = weights["W_E"][torch.stack(tokens, -1)] + positions(weights, notes, len(tokens))
    scale = float(notes["attention"]) * (h.shape[-1] / heads) ** -0.5
    for layer in range(int(notes["layers"])):
        w = {name.split(".")[1]: tensor for name, tensor in weights.items() if name.startswith(f"layer{layer}.")}
        a = normed(h, w["LN_attention"]) if norm == "pre" else h
        qkv = (split(a @ w[name]) for name in ("W_Q", "W_K", "W_V"))
        z = F.scaled_dot_product_attention(*qkv, is_causal=causal, scale=scale)
        h = h + z.transpose(-2, -3).flatten(-2) @ w["W_O"]
        h = normed(h, w["LN_attention"]) if norm == "post" else h
        a = normed(h, w["LN_mlp"]) if norm == "pre" else h
        h = h + act(a @ w["W_in"] + w.get("b_in", 0)) @ w["W_out"] + w.get("b_out", 0)
        h = normed(h, w["LN_mlp"]) if norm == "post" else h
    h = normed(h, weights["LN_final"]) if norm == "pre" else h
    # Without a W_U, a result is read off with its embedding; of the operands, the first are results. Older files leave that out.
    return h[:, -1] @ (weights["W_U"] if "W_U" in weights else weights["W_E"][: int(notes.get("results", symbols))].T)


def positions(weights, notes, count):
    """What is added to the tokens for their positions."""
    if notes["positions"] == "learned":
        return weights["W_pos"][:count]
    if notes["positions"] == "none":
        return 0
    d = int(notes["width"])
    angle = torch.arange(count)[:, None] / 10_000 ** (torch.arange(d) // 2 * 2 / d)
    return torch.where(torch.arange(d) % 2 == 0, angle.sin(), angle.cos())


# What a right answer c makes 0 modulo p.
ERROR = {
    "x+y": lambda x, y, c: c - x - y,
    "x-y": lambda x, y, c: c - x + y,
    "x*y": lambda x, y, c: c - x * y,
    "x/y": lambda x, y, c: c * y - x,
    "x^2+y^2": lambda x, y, c: c - x * x - y * y,
}


def questions(notes):
    """Operands, and the function of an answer that is 0 modulo p where it is right: of all pairs, or of 10,000 sequences that are drawn."""
    task, p = notes["task"], int(notes["p"])
    if task == "sum":
        operands = torch.randint(p, (int(notes["k"]), 10_000))
        return operands, lambda c: c - operands.sum(0)
    if task not in ERROR:
        sys.exit(f"{task}: add a line to ERROR if its examples are pairs, or a case to `questions`; its weights are read all the same")
    x, y = torch.cartesian_prod(torch.arange(p), torch.arange(p)).T
    if task == "x/y":
        x, y = x[y > 0], y[y > 0]
    return (x, y), lambda c: ERROR[task](x, y, c)


def main(path):
    tensors, notes = read(path)
    p, runs = int(notes["p"]), int(notes.get("seeds") or notes["runs"])
    operands, error = questions(notes)
    print(f"{notes['task']} mod {p} at step {notes['step']}, trained on the {notes['backend']}")
    for run in range(runs):
        weights = {name: tensor[run] for name, tensor in tensors.items()} if runs > 1 else tensors
        right = error(logits(weights, notes, *operands).argmax(-1)) % p == 0
        print(f"seed {int(notes['seed']) + run}: {100 * right.float().mean():.2f} % of {len(right)} questions are right")


if __name__ == "__main__":
    main(sys.argv[1])
