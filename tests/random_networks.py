"""Random networks in the shorthand of a key, and their training by autograd, independent of our code."""

import autograd.numpy as anp
import numpy as np
from autograd import grad

FUNCTIONS = {
    "identity": lambda s: s,
    "relu": lambda s: anp.maximum(s, 0.0),
    "leaky_relu": lambda s: anp.where(s > 0, s, 0.01 * s),
    "tanh": anp.tanh,
    "sigmoid": lambda s: 1 / (1 + anp.exp(-s)),
    "softplus": lambda s: anp.log(1 + anp.exp(s)),
    "softmax": lambda s: anp.exp(s) / anp.sum(anp.exp(s), axis=-1, keepdims=True),
}
HIDDEN = ["identity", "relu", "leaky_relu", "tanh", "sigmoid", "softplus"]
LAST = {
    "half_squared": [*HIDDEN, "softmax"],
    "squared": [*HIDDEN, "softmax"],
    "mean_squared": [*HIDDEN, "softmax"],
    "binary_cross_entropy": ["sigmoid", "identity"],
    "softmax_cross_entropy": ["softmax", "identity"],
    "hinge": ["identity", "tanh"],
}
UPDATES = ["plain", "momentum", "adam"]


def draw(seed):
    """Return a question with a network drawn at random, as the data of a key's TOML."""
    rng = np.random.default_rng(seed)

    def pick(options):
        return options[int(rng.integers(len(options)))]

    loss, update = list(LAST)[seed % len(LAST)], UPDATES[seed // len(LAST) % 3]
    depth = int(rng.integers(1, 5))
    sizes = [int(rng.integers(1, 4)) for _ in range(depth + 1)]
    activation = [pick(HIDDEN) for _ in range(depth - 1)] + [pick(LAST[loss])]
    if loss == "softmax_cross_entropy" or activation[-1] == "softmax":
        sizes[-1] = int(rng.integers(2, 4))
    flat = [size == 1 and bool(rng.integers(2)) for size in sizes]
    network = {
        "sizes": sizes,
        "activation": activation,
        "loss": loss,
        "rows": pick(["units", "inputs"]),
        "biases": [bool(rng.integers(3)) for _ in range(depth)],
        "update": update,
        "rate": float(rng.uniform(0.02, 0.2)),
        "batch": pick([1, 2, "all"]),
        "batch_loss": pick(["sum", "mean", "late_mean"]),
        "epochs": int(rng.integers(1, 3)),
        "samples": [_sample(rng, loss, sizes, flat) for _ in range(4)],
    }
    if update == "momentum":
        network["momentum"] = float(rng.uniform(0.5, 0.95))
    if update == "adam":
        network |= {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-6}
    else:
        network["change"] = pick(["derivative", "step", "scaled", ["step", "derivative"]])
    if rng.integers(2):
        network["decay"] = float(rng.uniform(0.01, 0.2))
    start = {}
    for number, biased in enumerate(network["biases"], 1):
        inputs, units = (() if flat[n] else (sizes[n],) for n in (number - 1, number))
        shape = (units + inputs) if network["rows"] == "units" else (inputs + units)
        start[f"W_{number}"] = np.round(rng.normal(size=shape), 3).tolist()
        if biased:
            before_softmax = number == depth and (loss.startswith("softmax") or activation[-1] == "softmax")
            shape = units if before_softmax or rng.integers(4) else ()
            start[f"b_{number}"] = np.round(rng.normal(size=shape), 3).tolist()
    return {"id": "q", "kind": "trace", "points": 1, "network": network, "start": start}


def _sample(rng, loss, sizes, flat):
    x = np.round(rng.normal(size=() if flat[0] else sizes[0]), 2)
    shape = () if flat[-1] else (sizes[-1],)
    if loss == "hinge":
        y = rng.choice([-1.0, 1.0], size=shape)
    elif loss == "binary_cross_entropy":
        y = rng.choice([0.0, 1.0], size=shape) if rng.integers(2) else np.round(rng.uniform(size=shape), 1)
    elif loss == "softmax_cross_entropy":
        y = np.eye(sizes[-1])[rng.integers(sizes[-1])]
    else:
        y = np.round(rng.normal(size=shape), 2)
    return {"x": x.tolist(), "y": y.tolist()}


def trained(question):
    """Train the network of a question with autograd; return for each update what changed, by name."""
    network = question["network"]
    values = {name: np.array(value, dtype=float) for name, value in question["start"].items()}
    first, second = ({name: np.zeros_like(v) for name, v in values.items()} for _ in range(2))
    samples = network["samples"]
    size = len(samples) if network["batch"] == "all" else network["batch"]
    steps = []
    for _ in range(network["epochs"]):
        for at in range(0, len(samples), size):
            batch = samples[at : at + size]
            slopes = grad(lambda v, batch=batch: _loss(network, v, batch))(values)
            t = len(steps) + 1
            new = {
                name: _updated(network, name, values[name], slopes[name], first, second, t) for name in values
            }
            steps.append({"loss": _losses(network, values, batch), "slopes": slopes, "values": new})
            values = new
    return steps


def _loss(network, values, batch):
    losses = _losses(network, values, batch)
    late_or_now = network["batch"] != 1 and network["batch_loss"] != "sum"
    return anp.mean(losses) if late_or_now else anp.sum(losses)


def _losses(network, values, batch):
    z, y = (np.array([np.ravel(each[name]) for each in batch], dtype=float) for name in "xy")
    for number, name in enumerate(network["activation"], 1):
        inputs, units = network["sizes"][number - 1 : number + 1]
        W = values[f"W_{number}"]
        if network["rows"] == "units":
            s = anp.dot(z, anp.reshape(W, (units, inputs)).T)
        else:
            s = anp.dot(z, anp.reshape(W, (inputs, units)))
        if f"b_{number}" in values:
            s = s + values[f"b_{number}"]
        z = FUNCTIONS[name](s)
    match network["loss"]:
        case "half_squared":
            return anp.sum((z - y) ** 2, axis=1) / 2
        case "squared":
            return anp.sum((z - y) ** 2, axis=1)
        case "mean_squared":
            return anp.mean((z - y) ** 2, axis=1)
        case "binary_cross_entropy":
            p = 1 / (1 + anp.exp(-s))
            return -anp.sum(y * anp.log(p) + (1 - y) * anp.log(1 - p), axis=1)
        case "softmax_cross_entropy":
            return -anp.sum(y * (s - anp.log(anp.sum(anp.exp(s), axis=1, keepdims=True))), axis=1)
        case "hinge":
            return anp.sum(anp.maximum(0.0, 1 - y * z), axis=1)


def _updated(network, name, value, slope, first, second, t):
    rate, decay = network["rate"], network.get("decay", 0.0) if name.startswith("W") else 0.0
    if network["update"] == "adam":
        first[name] = network["beta_1"] * first[name] + (1 - network["beta_1"]) * slope
        second[name] = network["beta_2"] * second[name] + (1 - network["beta_2"]) * slope**2
        mean, square = first[name] / (1 - network["beta_1"] ** t), second[name] / (1 - network["beta_2"] ** t)
        return value - rate * decay * value - rate * mean / (np.sqrt(square) + network["epsilon"])
    slope = slope + decay * value
    if network["update"] == "momentum":
        first[name] = network["momentum"] * first[name] - rate * slope
        return value + first[name]
    return value - rate * slope
