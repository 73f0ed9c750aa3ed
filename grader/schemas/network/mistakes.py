"""The usual mistakes with a network: what is said of each, and its equations.

Each stands for every layer or parameter where it means something. One that happens to give the right
numbers in all lines of an exercise is left out later, by the solver, which can work them.
"""

from collections.abc import Callable, Iterator, Mapping

from grader.schemas.network import layers, losses
from grader.schemas.network.batches import MEAN_SHARE, kinds_of_sum, share_of
from grader.schemas.network.design import IDENTITY, SOFTMAX, Layer
from grader.schemas.network.lines import Equations, Worker, bare
from grader.schemas.network.updates import factors, plus

_LINEAR_SLOPES = frozenset({IDENTITY, "relu", "leaky_relu"})  # their slope is the same at s and at z


def mistakes(worker: Worker) -> dict[str, Equations]:
    """Return the faulty equations of each mistake in one method; none that are the right ones."""
    right = worker.equations()
    found = {}
    for name, (_, make) in KNOWN.items():
        lines = {field: bare(text) for field, text in make(worker)}
        wrong = {field: text for field, text in lines.items() if right[field] != text}
        if wrong:
            found[name] = wrong
    return found


def says(name: str) -> str:
    """Return what is said of a mistake."""
    return KNOWN[name][0]


_Lines = Iterator[tuple[str, str]]


def _no_half(w: Worker) -> _Lines:
    if w.design.network.loss == "half_squared":
        yield w.design.L, losses.loss(w.design, w.many).removesuffix(" / 2")


def _half_too_many(w: Worker) -> _Lines:
    if w.design.network.loss in ("squared", "mean_squared"):
        yield w.design.L, f"{losses.loss(w.design, w.many)} / 2"


def _loss_sign(w: Worker) -> _Lines:
    text = losses.loss(w.design, w.many)
    if losses.by_cross_entropy(w.design) and text.startswith("-"):
        yield w.design.L, text[1:]


def _no_margin(w: Worker) -> _Lines:
    if w.design.network.loss == "hinge":
        yield w.design.L, losses.loss(w.design, w.many).replace("1 - ", "-")


def _no_derivative(w: Worker) -> _Lines:
    for layer in w.with_delta():
        if not _by_cross_entropy(w, layer):
            softmax = layer.functions == (SOFTMAX,)
            yield layer.delta, losses.error(w.design) if softmax else w.delta(layer, slope=None)


def _derivative_at_z(w: Worker) -> _Lines:
    for layer in _curved(w):
        yield layer.delta, w.delta(layer, slope=f"{layer.activation}'({layer.z})")


def _derivative_of_s(w: Worker) -> _Lines:
    for layer in _curved(w):
        if layer.activation == "sigmoid":
            yield layer.delta, w.delta(layer, slope=f"{layer.s} * (1 - {layer.s})")
        elif "tanh" in layer.functions:
            yield layer.delta, w.delta(layer, slope=f"(1 - {layer.s}^2)")


def _extra_derivative(w: Worker) -> _Lines:
    last = w.design.last
    if losses.by_cross_entropy(w.design) and last.functions != (IDENTITY,):
        yield last.delta, f"{w.delta(last)} * {last.z} * (1 - {last.z})"


def _error_sign(w: Worker) -> _Lines:
    last, right = w.design.last, losses.error(w.design)
    if w.design.network.loss != "hinge":
        inner = right[right.index("(") + 1 : -1]
        one, other = inner.rsplit(" - ", 1)
        yield last.delta, w.delta(last, error=f"{right[: right.index('(')]}({other} - {one})")
    else:
        yield last.delta, w.delta(last, error=right.replace("* -", "* "))


def _always_active(w: Worker) -> _Lines:
    if w.design.network.loss == "hinge":
        last = w.design.last
        yield (
            last.delta,
            w.delta(last, error=f"-{w.design.y}" if layers.slope(last) else f"-{w.design.y} + 0 * {last.z}"),
        )


def _no_factor_two(w: Worker) -> _Lines:
    right = losses.error(w.design)
    if right.startswith("2"):
        share = f"1 / {w.design.last.size} * " if right.startswith("2 /") else ""
        yield w.design.last.delta, w.delta(w.design.last, error=share + right[right.index("(") :])


def _no_weights(w: Worker) -> _Lines:
    for layer in w.with_delta():
        above, slope = w.above(layer), layers.slope(layer)
        if above is not None and slope and not layer.single:
            if above.single:
                delta = f"column({above.delta})" if w.many else above.delta
            elif above.size == layer.size:
                delta = above.delta
            else:
                continue
            yield layer.delta, f"{delta} * {slope}"


def _new_weights(w: Worker) -> _Lines:
    for layer in w.with_delta():
        above = w.above(layer)
        if above is not None and above.W in above.trained:
            parameter = next(each for each in w.parameters if each.name == above.W)
            if (updated := w.updated(parameter)) is not None:
                yield layer.delta, w.delta(layer, W=f"({updated})")


def _activation_left_out(w: Worker) -> _Lines:
    for layer in w.design.layers:
        if layer.z != layer.s and layer.functions != (SOFTMAX,):
            yield layer.z, layer.s


def _not_normalised(w: Worker) -> _Lines:
    if w.design.last.functions == (SOFTMAX,):
        yield w.design.last.z, f"exp({w.design.last.s})"


def _bias_forgotten(w: Worker) -> _Lines:
    for layer in w.design.layers:
        if layer.b is not None:
            yield layer.s, layers.weighted(layer, w.many, bias=False)


def _s_for_z(w: Worker) -> _Lines:
    below = dict(zip((layer.W for layer in w.design.layers[1:]), w.design.layers, strict=False))
    for each in w.parameters:
        layer = below.get(each.name)
        if layer is not None and layer.z != layer.s:
            yield each.change, w.change(each, z=layer.s)


def _mean_for_sum(w: Worker) -> _Lines:
    kinds = kinds_of_sum(w.design)
    if w.many and "sum" in kinds:
        share = MEAN_SHARE if len(kinds) > 1 else share_of(w.many)
        for each in w.parameters:
            yield each.change, w.change(each, share=share)


def _sum_for_mean(w: Worker) -> _Lines:
    kinds = kinds_of_sum(w.design)
    if w.many and "late_mean" in kinds:
        for each in w.parameters:
            yield each.change, w.change(each, share="1")
    if w.many and kinds == ("mean",):
        yield w.design.last.delta, w.delta(w.design.last, share="1")


def _ascent(w: Worker) -> _Lines:
    both = factors(w.design)
    opposite = both.update[1:] if both.update.startswith("-") else f"-{both.update}"
    for p in w.parameters:
        match w.design.network.update:
            case "plain":
                yield p.name, plus(w.rule.kept(p), opposite, p.change)
            case "momentum":
                yield p.name, plus(p.name, opposite, p.velocity)
            case "adam":
                right = w.rule.adam(p, kept="kept")
                yield p.name, right.replace("kept -", f"{w.rule.kept(p)} +")


def _rate_forgotten(w: Worker) -> _Lines:
    without = factors(w.design, rate=False)
    for p in w.parameters:
        match w.design.network.update:
            case "plain":
                yield p.change, w.change(p, factor=without.delta)
                yield p.name, w.rule.moved(p, without, p.change)
            case "momentum":
                yield p.velocity, w.rule.velocity(p, without, p.change)
                yield p.name, plus(p.name, without.update, p.velocity)
            case "adam":
                yield p.name, w.rule.adam(p).replace(f"- {w.design.eta} * ", "- ")


def _rate_twice(w: Worker) -> _Lines:
    both, eta = factors(w.design), w.design.eta
    sign, size = ("-", both.update[1:]) if both.update.startswith("-") else ("", both.update)
    twice = f"{sign}{eta}" if size == "1" else f"{sign}{eta} * {size}"
    for p in w.parameters:
        match w.design.network.update:
            case "plain":
                yield p.name, plus(w.rule.kept(p), twice, p.change)
            case "momentum":
                yield p.name, plus(p.name, twice, p.velocity)


def _no_momentum(w: Worker) -> _Lines:
    if w.design.network.update == "momentum":
        mu = w.rule.constant("mu")
        for p in w.parameters:
            right = w.rule.velocity(p, factors(w.design), p.change)
            yield p.velocity, right.replace(f"{mu} * {p.velocity}", f"0 * {p.velocity}")


def _momentum_sign(w: Worker) -> _Lines:
    if w.design.network.update == "momentum":
        for p in w.parameters:
            yield p.velocity, f"-{w.rule.velocity(p, factors(w.design), p.change)}"


def _velocity_unused(w: Worker) -> _Lines:
    if w.design.network.update == "momentum":
        for p in w.parameters:
            yield p.name, f"{p.name} - {w.design.eta} * {p.change}"


def _no_decay(w: Worker) -> _Lines:
    for p in w.parameters:
        if p.decayed:
            match w.design.network.update:
                case "plain":
                    yield p.name, plus(p.name, factors(w.design).update, p.change)
                case "momentum":
                    mu = f"{w.rule.constant('mu')} * {p.velocity}"
                    yield p.velocity, plus(mu, factors(w.design).delta, p.change)
                case "adam":
                    yield p.name, w.rule.adam(p, kept=p.name)


def _decay_sign(w: Worker) -> _Lines:
    lambda_ = w.rule.constant("lambda") if w.design.network.decay is not None else ""
    for p in w.parameters:
        if p.decayed:
            match w.design.network.update:
                case "plain":
                    yield p.name, w.rule.moved(p, factors(w.design), p.change, sign="+")
                case "momentum":
                    right = w.rule.velocity(p, factors(w.design), p.change)
                    yield p.velocity, right.replace(f"+ {lambda_} *", f"- {lambda_} *")
                case "adam":
                    yield p.name, w.rule.adam(p, kept=w.rule.kept(p, sign="+"))


def _no_correction(w: Worker) -> _Lines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.moment_hat, p.moment
            yield p.square_hat, p.velocity


def _correction_of_first_step(w: Worker) -> _Lines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.moment_hat, f"{p.moment} / (1 - {w.rule.constant('beta_1')})"
            yield p.square_hat, f"{p.velocity} / (1 - {w.rule.constant('beta_2')})"


def _no_square(w: Worker) -> _Lines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.velocity, w.rule.average(p.velocity, "beta_2", p.change)


def _no_root(w: Worker) -> _Lines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.name, w.rule.adam(p, denominator=p.square_hat)


def _no_hats(w: Worker) -> _Lines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.name, w.rule.adam(p, numerator=p.moment, denominator=f"sqrt({p.velocity})")


def _betas_exchanged(w: Worker) -> _Lines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.moment, w.rule.average(p.moment, "beta_2", p.change)
            yield p.velocity, w.rule.average(p.velocity, "beta_1", f"{p.change}^2")


def _by_cross_entropy(w: Worker, layer: Layer) -> bool:
    return layer is w.design.last and losses.by_cross_entropy(w.design)


def _curved(w: Worker) -> Iterator[Layer]:
    """Yield the layers in whose delta an activation has a slope that differs at s and at z."""
    for layer in w.with_delta():
        if not (_by_cross_entropy(w, layer) or layer.functions == (SOFTMAX,)) and any(
            function not in _LINEAR_SLOPES for function in layer.functions
        ):
            yield layer


KNOWN: Mapping[str, tuple[str, Callable[[Worker], _Lines]]] = {
    "no_half": ("The loss has a factor ½, which is missing here.", _no_half),
    "half_too_many": ("This loss has no factor ½.", _half_too_many),
    "loss_sign": (
        "The cross-entropy has a minus before the logarithm: a probability has a negative logarithm, the loss is "
        "not negative.",
        _loss_sign,
    ),
    "no_margin": ("The margin is missing: the hinge loss is max(0, 1 − y·z).", _no_margin),
    "activation_left_out": ("The activation is left out: z is the activation of s.", _activation_left_out),
    "not_normalised": (
        "Softmax divides by the sum of the exponentials; this is only exp(s).",
        _not_normalised,
    ),
    "bias_forgotten": ("The bias is missing in the weighted sum.", _bias_forgotten),
    "no_derivative": (
        "The derivative of the activation is missing: delta is the derivative by s, not by z.",
        _no_derivative,
    ),
    "derivative_at_z": (
        "The derivative of the activation is taken at z, what the unit puts out; it belongs at s, what comes in.",
        _derivative_at_z,
    ),
    "derivative_of_s": (
        "s stands where z belongs: the derivative is z (1 − z) for a sigmoid, and 1 − z² for tanh.",
        _derivative_of_s,
    ),
    "extra_derivative": (
        "One derivative too many: with cross-entropy the derivative of the last activation cancels, and delta "
        "is what the network puts out less the target.",
        _extra_derivative,
    ),
    "error_sign": (
        "The error has the wrong sign: a loss that falls as z grows has a negative derivative.",
        _error_sign,
    ),
    "always_active": (
        "Where the margin is kept (y·z of at least 1) the hinge loss is 0, and so is its derivative.",
        _always_active,
    ),
    "no_factor_two": ("The derivative of a square has a factor 2, which is missing here.", _no_factor_two),
    "no_weights": (
        "The weights are missing: the error reaches a unit through the weights of the layer above.",
        _no_weights,
    ),
    "new_weights": (
        "The delta below needs the weights that made the output, not those already updated.",
        _new_weights,
    ),
    "s_for_z": (
        "The weights are multiplied with what the units below put out, z, not with what comes into them, s.",
        _s_for_z,
    ),
    "mean_for_sum": ("A mean is taken over the samples here; the losses are to be summed.", _mean_for_sum),
    "sum_for_mean": ("The samples are summed here; the mean is asked for.", _sum_for_mean),
    "ascent": ("The step goes uphill, so the loss grows; descent goes the other way.", _ascent),
    "rate_forgotten": ("The learning rate is forgotten.", _rate_forgotten),
    "rate_twice": ("The learning rate is applied twice.", _rate_twice),
    "no_momentum": ("The momentum is forgotten: a part of the last velocity is kept.", _no_momentum),
    "momentum_sign": (
        "The momentum has the wrong sign: the last velocity goes on, it is not turned round.",
        _momentum_sign,
    ),
    "velocity_unused": (
        "The step is made with the derivative alone; it is made with the velocity.",
        _velocity_unused,
    ),
    "no_decay": ("The weight decay is forgotten.", _no_decay),
    "decay_sign": ("The weight decay has the wrong sign: weights shrink by it.", _decay_sign),
    "no_correction": (
        "The bias correction is missing: the running mean is divided by 1 minus the power of its beta.",
        _no_correction,
    ),
    "correction_of_first_step": (
        "The bias correction is that of the first update; the power of beta is the number of the update.",
        _correction_of_first_step,
    ),
    "no_square": (
        "The second running mean is one of squares; here the derivative is not squared.",
        _no_square,
    ),
    "no_root": ("The square root in the denominator is missing.", _no_root),
    "no_hats": ("The update takes the corrected running means, not those before the correction.", _no_hats),
    "betas_exchanged": ("beta_1 and beta_2 are exchanged.", _betas_exchanged),
}
STANDARD = frozenset(KNOWN)
