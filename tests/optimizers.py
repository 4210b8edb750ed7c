"""The numbers in tests/optimizers.rs: the transformer of tests/golden.py in PyTorch and f64, with PyTorch's optimisers and
the filters written out from the papers.

    pip install torch numpy
    python tests/optimizers.py

Muon and ⊥Grad follow their authors' formulas; PyTorch's own Muon rounds to bfloat16.
"""

import math, numpy as np, torch
torch.set_default_dtype(torch.float64)

P, D, HEADS, MLP, STEPS = 5, 8, 2, 12, 10
SHAPES = [(P + 1, D), (3, D), (D, D), (D, D), (D, D), (D, D), (D, MLP), (MLP, D), (1, MLP), (1, D), (D, P)]
HIDDEN = range(2, 8)                  # W_Q … W_out
PAIRS = [(0, 1), (0, 2), (1, 1), (1, 2), (1, 3), (1, 4), (2, 2), (2, 4), (3, 0), (3, 1), (3, 2), (3, 4), (4, 1), (4, 2), (4, 3)]
TOKENS = torch.tensor([[a, b, P] for a, b in PAIRS])
TARGETS = torch.tensor([(a + b) % P for a, b in PAIRS])

def init():                           # w_k = 0.3 sin(k + 1) over all elements in order, as f32
    k, out = 1, []
    for rows, cols in SHAPES:
        n = rows * cols
        w = (0.3 * np.sin(np.arange(k, k + n))).astype(np.float32).astype(np.float64)
        out.append(torch.nn.Parameter(torch.tensor(w).reshape(rows, cols))); k += n
    return out

def loss(w):
    E, pos, WQ, WK, WV, WO, Win, Wout, bin_, bout, U = w
    x = E[TOKENS] + pos
    split = lambda t: t.reshape(*t.shape[:2], HEADS, D // HEADS).transpose(1, 2)
    q, k, v = split(x @ WQ), split(x @ WK), split(x @ WV)
    s = (q @ k.transpose(2, 3) / math.sqrt(D // HEADS)).masked_fill(torch.ones(3, 3).tril() == 0, -math.inf)
    x = x + (s.softmax(-1) @ v).transpose(1, 2).reshape(x.shape) @ WO
    x = x + torch.relu(x @ Win + bin_) @ Wout + bout
    return torch.nn.functional.cross_entropy(x[:, -1] @ U, TARGETS)

class Ema:
    def __init__(self, alpha, lamb): self.alpha, self.lamb, self.mean = alpha, lamb, None
    def __call__(self, w):
        g = [p.grad.clone() for p in w]
        self.mean = g if self.mean is None else [self.alpha * m + (1 - self.alpha) * g for m, g in zip(self.mean, g)]
        for p, m in zip(w, self.mean): p.grad += self.lamb * m

class Ma:
    def __init__(self, window, lamb): self.window, self.lamb, self.queue = window, lamb, []
    def __call__(self, w):
        self.queue = (self.queue + [[p.grad.clone() for p in w]])[-self.window:]
        if len(self.queue) == self.window:
            for i, p in enumerate(w): p.grad += self.lamb * sum(g[i] for g in self.queue) / self.window

def orthogonal(w):
    for p in w:
        v, g = p.detach().view(-1), p.grad.view(-1)
        left = g - torch.dot(v, g) / (torch.dot(v, v) + 1e-30) * v
        p.grad.copy_((left * (g.norm() / (left.norm() + 1e-30))).view_as(p))

class ToInitial(torch.optim.Optimizer):   # decoupled decay to the initial weights around another optimiser
    def __init__(self, w, inner, wd): self.inner, self.wd, self.w, self.origin = inner, wd, w, [p.detach().clone() for p in w]
    @property
    def param_groups(self): return self.inner.param_groups
    def zero_grad(self): self.inner.zero_grad()
    def step(self):
        displacement = [p.detach() - o for p, o in zip(self.w, self.origin)]
        self.inner.step()
        with torch.no_grad():
            for p, d in zip(self.w, displacement): p -= self.inner.param_groups[0]["lr"] * self.wd * d

class Muon:
    def __init__(self, w, lr, mu, wd):
        self.w, self.mu, self.wd = w, mu, wd
        self.b = [torch.zeros_like(p) for p in w]
        self.rest = torch.optim.AdamW([p for i, p in enumerate(w) if i not in HIDDEN], lr, (mu, 0.98), 1e-8, wd)
        self.param_groups = self.rest.param_groups
    def zero_grad(self):
        for p in self.w: p.grad = None
    def step(self):
        self.rest.step()
        lr = self.param_groups[0]["lr"]
        with torch.no_grad():
            for i in HIDDEN:
                p, g = self.w[i], self.w[i].grad
                self.b[i].lerp_(g, 1 - self.mu)
                x = g.lerp(self.b[i], self.mu)
                x = x / (x.norm() + 1e-7)
                x = x.T if p.shape[0] > p.shape[1] else x
                for _ in range(5):
                    A = x @ x.T
                    x = 3.4445 * x + (-4.775 * A + 2.0315 * A @ A) @ x
                x = x.T if p.shape[0] > p.shape[1] else x
                p.mul_(1 - lr * self.wd).sub_(lr * 0.2 * math.sqrt(max(p.shape)) * x)

def run(query, make, lr, filter=None, warmup=4, sphere=None, cosine=None):
    w = init(); opt = make(w); out = []
    norm = lambda: math.sqrt(sum(float((p.detach() ** 2).sum()) for p in w))
    start = norm()
    for t in range(1, STEPS + 1):
        opt.zero_grad(); l = loss(w); l.backward(); out.append(float(l.detach()))
        if filter: filter(w)
        rate = lr * min(1, t / warmup)
        if cosine: rate *= 0.1 + 0.9 * (1 + math.cos(math.pi * min(1, max(0, (t - warmup) / (cosine - warmup))))) / 2
        for group in opt.param_groups: group["lr"] = rate
        opt.step()
        if sphere:
            with torch.no_grad():
                factor = sphere * start / norm()
                for p in w: p.mul_(factor)
    print(f'    Golden {{\n        variant: "{query}",\n        losses: [{", ".join(f"{l:.9f}" for l in out)}],\n        norm: {norm():.12f},\n    }},')

betas = (0.9, 0.98)
adam = lambda wd: lambda w: torch.optim.Adam(w, betas=betas, eps=1e-8, weight_decay=wd)
adamw = lambda wd: lambda w: torch.optim.AdamW(w, betas=betas, eps=1e-8, weight_decay=wd)
sgd = lambda wd: lambda w: torch.optim.SGD(w, momentum=0.9, weight_decay=wd, lr=1)
run("optimizer=adam&wd=0.1", adam(0.1), 0.01)
run("optimizer=sgd&lr=0.5&wd=0.01", sgd(0.01), 0.5)
run("optimizer=muon", lambda w: Muon(w, 0.01, 0.9, 1.0), 0.01)
run("filter=grokfast-ema&ema=0.8&amplify=3", adamw(1.0), 0.01, Ema(0.8, 3))
run("optimizer=sgd&lr=0.1&wd=0&filter=grokfast-ema&ema=0.8&amplify=3", sgd(0), 0.1, Ema(0.8, 3))
run("optimizer=sgd&lr=0.1&wd=0.01&filter=grokfast-ma&window=3&amplify=5", sgd(0.01), 0.1, Ma(3, 5))
run("optimizer=adam&wd=0.01&filter=grokfast-ma&window=4&amplify=5", adam(0.01), 0.01, Ma(4, 5))
run("filter=orthogonal&wd=0", adamw(0), 0.01, orthogonal)
run("optimizer=sgd&lr=0.5&wd=0&filter=orthogonal", sgd(0), 0.5, orthogonal)
run("decay=initial&wd=2", lambda w: ToInitial(w, adamw(0)(w), 2.0), 0.01)
run("schedule=cosine&steps=9", adamw(1.0), 0.01, cosine=9)
run("optimizer=sgd&lr=0.5&wd=0&sphere=0.8", sgd(0), 0.5, sphere=0.8)
run("sphere=0.8&wd=0", adamw(0), 0.01, sphere=0.8)
