"""The numbers in tests/golden.rs: a plain JAX transformer over all positions, in f64, with optax's AdamW.

    pip install "jax[cpu]" optax
    python tests/golden.py

It shares nothing with the lab but the conventions: parameter order, [x, y, =] tokens, causal mask.
"""

import jax, jax.numpy as jnp, numpy as np, optax
jax.config.update("jax_enable_x64", True)

P, D, HEADS, MLP = 5, 8, 2, 12

def init(shapes):                     # w_k = 0.3 sin(k + 1) over all elements in order
    k, out = 1, []
    for rows, cols in shapes:
        n = rows * cols
        out.append(jnp.array(0.3 * np.sin(np.arange(k, k + n))).reshape(rows, cols)); k += n
    return out

def shapes(layers, norm):
    s = [(P + 1, D), (3, D)]
    for _ in range(layers):
        s += [(D, D), (D, D), (D, D), (D, D), (D, MLP), (MLP, D), (1, MLP), (1, D)]
        s += [(2, D), (2, D)] if norm else []
    return s + ([(2, D)] if norm == "pre" else []) + [(D, P)]

def ln(x, a):
    c = x - x.mean(-1, keepdims=True)
    return a[0] * c / jnp.sqrt((c * c).mean(-1, keepdims=True) + 1e-5) + a[1]

def logits(w, tokens, layers, norm, act):
    w = list(w); take = lambda: w.pop(0)
    E, pos = take(), take()
    x = E[tokens] + pos                                     # [B, 3, D], every position, no sharing
    for _ in range(layers):
        WQ, WK, WV, WO, Win, Wout, bin_, bout = (take() for _ in range(8))
        n1, n2 = (take(), take()) if norm else (None, None)
        h = ln(x, n1) if norm == "pre" else x
        split = lambda t: t.reshape(*t.shape[:2], HEADS, D // HEADS).transpose(0, 2, 1, 3)
        q, k, v = split(h @ WQ), split(h @ WK), split(h @ WV)
        s = q @ k.transpose(0, 1, 3, 2) / np.sqrt(D // HEADS)
        s = jnp.where(np.tril(np.ones((3, 3))) > 0, s, -jnp.inf)
        z = (jax.nn.softmax(s, -1) @ v).transpose(0, 2, 1, 3).reshape(x.shape)
        x = x + z @ WO
        x = ln(x, n1) if norm == "post" else x
        h = ln(x, n2) if norm == "pre" else x
        x = x + act(h @ Win + bin_) @ Wout + bout
        x = ln(x, n2) if norm == "post" else x
    if norm == "pre": x = ln(x, take())
    return x[:, -1] @ take()

def run(layers, norm, act, pairs, target, lr=0.01, wd=1.0, warmup=4, steps=10):
    tokens = jnp.array([[a, b, P] for a, b in pairs]); y = jnp.array(target)
    w = init(shapes(layers, norm))
    loss = lambda w: optax.softmax_cross_entropy_with_integer_labels(logits(w, tokens, layers, norm, act), y).mean()
    opt = optax.adamw(lambda t: lr * jnp.minimum(1, (t + 1) / warmup), b1=0.9, b2=0.98, eps=1e-8, weight_decay=wd)
    s = opt.init(w); out = []
    for _ in range(steps):
        l, g = jax.value_and_grad(loss)(w); out.append(float(l))
        u, s = opt.update(g, s, w); w = optax.apply_updates(w, u)
    print(", ".join(f"{l:.9f}" for l in out))
    print("norm", float(jnp.sqrt(sum((p * p).sum() for p in w))))

# task::split of the 25 pairs mod 5 at 60 %, seed 0
PAIRS = [(0, 1), (0, 2), (1, 1), (1, 2), (1, 3), (1, 4), (2, 2), (2, 4), (3, 0), (3, 1), (3, 2), (3, 4), (4, 1), (4, 2), (4, 3)]
C = [(a + b) % P for a, b in PAIRS]
gelu = lambda x: jax.nn.gelu(x, approximate=True)
run(1, None, jax.nn.relu, PAIRS, C)
run(2, "pre", gelu, PAIRS, C)
run(3, "post", gelu, PAIRS, C)
