"""The practical's second exercise worked in one order and written down in the table of the other."""

import handworked as hw
import numpy as np

ROWS = ("s_i", "z_i", "s_out", "z_out", "L", "delta_out", "delta_i")
SIGN = {"gradient": (1, 0), "step": (0, -1), "scaled": (0, 1)}  # of the gradient and of alpha times that


def entry(x, y, weights, *, tanh, exact, share=1.0):
    """Return the lines of one sample by these weights, (W, w); `share` stands in its delta."""
    W, w = weights
    s = x @ W
    z = np.maximum(s, 0)
    s_out = z @ w
    z_out = np.tanh(s_out) if tanh else max(s_out, 0.0)
    slope = 1 - np.tanh(s_out) ** 2 if tanh else float(s_out > 0)
    delta_out = share * (z_out - y) * slope
    delta_i = delta_out * (w if exact else np.ones(3)) * (s > 0)
    return {
        "s_i": s,
        "z_i": z,
        "s_out": s_out,
        "z_out": z_out,
        "L": (z_out - y) ** 2 / 2,
        "delta_out": delta_out,
        "delta_i": delta_i,
        "Delta_w": delta_out * z,
        "Delta_W": np.outer(x, delta_i),
    }


def written_change(gradient, alpha, sign):
    plain, scaled = SIGN[sign]
    return (plain + scaled * alpha) * gradient


def moved(weights, alpha, lines, share=1.0):
    W, w = weights
    return W - alpha * share * lines["Delta_W"], w - alpha * share * lines["Delta_w"]


def samples():
    return list(zip(np.array(hw.X), hw.Y, strict=True))


def start():
    return np.array(hw.START["W"]), np.array(hw.START["w"])


def updated_after_each(
    alpha=0.2, digits=5, *, tanh=True, exact=True, sign="gradient", sums="sum", change=None
):
    """Return four rows a step, each worked by the weights that the row before left; `change` alters a row.

    `sums` is what stands as the change of the weights: the sum of the four, their mean, the last, nothing.
    """
    weights = start()
    steps = []
    for iteration in range(3):
        rows = []
        for k, (x, y) in enumerate(samples()):
            lines = entry(x, y, weights, tanh=tanh, exact=exact)
            if change:
                lines = change(iteration, k, lines)
            weights = moved(weights, alpha, lines)
            rows.append(lines)
        step = {"iteration": iteration}
        step |= {name: hw.written(np.array([lines[name] for lines in rows]), digits) for name in ROWS}
        for name in ("Delta_w", "Delta_W") if sums else ():
            every = [lines[name] for lines in rows]
            total = {"sum": sum(every), "mean": sum(every) / 4, "last": every[-1]}[sums]
            step[name] = hw.written(written_change(total, alpha, sign), digits)
        step |= {"W": hw.written(weights[0], digits), "w": hw.written(weights[1], digits)}
        steps.append(step)
    return {"method": "batch", "given": {"alpha": alpha}, "steps": steps}


def updated_once(
    alpha=0.2,
    digits=5,
    *,
    tanh=True,
    exact=True,
    sign="gradient",
    shown="as before",
    sums="each",
    share=(1, 1),
):
    """Return a step a sample, all four of an iteration worked by the same weights.

    `shown` is what stands as weights before the last sample: those as before, the new ones, nothing, or those
    that grow from sample to sample. `share` is the mean's 1/4 in the delta and in the changes.
    """
    weights = start()
    steps = []
    for iteration in range(3):
        rows = [entry(x, y, weights, tanh=tanh, exact=exact, share=share[0]) for x, y in samples()]
        names = ("Delta_W", "Delta_w")
        total = {name: sum(lines[name] for lines in rows) for name in names}
        new = moved(weights, alpha, total, share[1])
        grown = weights
        for k, lines in enumerate(rows):
            grown = moved(grown, alpha, lines, share[1])
            step = {"iteration": iteration, "sample": k}
            step |= {name: hw.written(lines[name], digits) for name in ROWS}
            change = {"each": lines, "total": total}[sums]
            if sums == "each" or k == 3:
                for name in names:
                    step[name] = hw.written(written_change(share[1] * change[name], alpha, sign), digits)
            before = {"as before": weights, "new": new, "grown": grown, "nothing": None}[shown]
            there = new if k == 3 else before
            if there:
                step |= {"W": hw.written(there[0], digits), "w": hw.written(there[1], digits)}
            steps.append(step)
        weights = new
    return {"method": "online", "given": {"alpha": alpha}, "steps": steps}
