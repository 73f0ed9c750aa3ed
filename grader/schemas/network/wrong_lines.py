"""The usual mistakes on the way forwards and backwards, each with its lines: field and faulty equation."""

from collections.abc import Callable, Iterator

from grader.schemas.network import layers, losses
from grader.schemas.network.batches import MEAN_SHARE, kinds_of_sum, share_of
from grader.schemas.network.layers import IDENTITY, SOFTMAX, Layer
from grader.schemas.network.lines import Mistake, Worker, WrongLines
from grader.schemas.network.text import grouped, times

KNOWN: dict[str, Mistake] = {}
_LINEAR_SLOPES = frozenset({IDENTITY, "relu", "leaky_relu"})  # their slope is the same at s and at z

_Lines = Callable[[Worker], WrongLines]


def _mistake(says: str, follows: str | None = None) -> Callable[[_Lines], _Lines]:
    """Make the function that yields the lines of a mistake one of those known, by its own name."""

    def known(lines: _Lines) -> _Lines:
        KNOWN[lines.__name__.removeprefix("_")] = Mistake(says, lines, follows)
        return lines

    return known


@_mistake("The activation is left out: z is the activation of s.")
def _activation_left_out(w: Worker) -> WrongLines:
    for layer in w.design.layers:
        if layer.z != layer.s and layer.functions != (SOFTMAX,):
            yield layer.z, layer.s


@_mistake("Softmax divides by the sum of the exponentials; this is only exp(s).")
def _not_normalised(w: Worker) -> WrongLines:
    if w.design.last.functions == (SOFTMAX,):
        yield w.design.last.z, f"exp({w.design.last.s})"


@_mistake("The bias is missing in the weighted sum.")
def _bias_forgotten(w: Worker) -> WrongLines:
    for layer in w.design.layers:
        if layer.b is not None:
            yield layer.s, layers.weighted(layer, w.many, bias=False)


@_mistake("The loss has a factor ½, which is missing here.")
def _no_half(w: Worker) -> WrongLines:
    if w.design.network.loss == "half_squared":
        yield w.design.L, losses.loss(w.design, w.many).removesuffix(" / 2")


@_mistake("This loss has no factor ½.")
def _half_too_many(w: Worker) -> WrongLines:
    if w.design.network.loss in ("squared", "mean_squared"):
        yield w.design.L, f"{losses.loss(w.design, w.many)} / 2"


@_mistake("The minus before the logarithm is missing: the cross-entropy is never negative.")
def _loss_sign(w: Worker) -> WrongLines:
    text = losses.loss(w.design, w.many)
    if losses.by_cross_entropy(w.design) and text.startswith("-"):
        yield w.design.L, text[1:]


@_mistake("The margin is missing: the hinge loss is max(0, 1 − y·z).")
def _no_margin(w: Worker) -> WrongLines:
    if w.design.network.loss == "hinge":
        yield w.design.L, losses.loss(w.design, w.many).replace("1 - ", "-")


@_mistake("The derivative of the activation is missing: delta is the derivative by s, not by z.")
def _no_derivative(w: Worker) -> WrongLines:
    for layer in w.with_delta():
        if layer.functions == (SOFTMAX,) and not _by_cross_entropy(w, layer):
            yield layer.delta, times(w.shares.delta, losses.error(w.design))
        elif not _by_cross_entropy(w, layer):
            yield layer.delta, w.delta(layer, slope=None)


@_mistake("The derivative of the activation is taken at z; it belongs at s, what comes into the unit.")
def _derivative_at_z(w: Worker) -> WrongLines:
    for layer in _curved(w):
        yield layer.delta, w.delta(layer, slope=f"{layer.activation}'({layer.z})")


@_mistake("s stands where z belongs: the derivative is z (1 − z) for a sigmoid, and 1 − z² for tanh.")
def _derivative_of_s(w: Worker) -> WrongLines:
    for layer in _curved(w):
        if layer.activation == "sigmoid":
            yield layer.delta, w.delta(layer, slope=f"{layer.s} * (1 - {layer.s})")
        elif "tanh" in layer.functions:
            yield layer.delta, w.delta(layer, slope=f"(1 - {layer.s}^2)")


@_mistake(
    "One derivative too many: with cross-entropy that of the last activation cancels; delta is "
    "what the network puts out less the target."
)
def _extra_derivative(w: Worker) -> WrongLines:
    last = w.design.last
    if losses.by_cross_entropy(w.design) and last.functions != (IDENTITY,):
        yield last.delta, f"{w.delta(last)} * {last.z} * (1 - {last.z})"


@_mistake("The error has the wrong sign: it is what the network puts out less the target.")
def _error_sign(w: Worker) -> WrongLines:
    if w.design.network.loss != "hinge":
        turned = times(losses.error_factor(w.design), losses.difference(w.design, turned=True))
        yield w.design.last.delta, w.delta(w.design.last, error=turned)


@_mistake("The sign is wrong: where the margin is not kept, the loss falls as y·z grows.")
def _hinge_sign(w: Worker) -> WrongLines:
    if w.design.network.loss == "hinge":
        turned = f"({losses.active(w.design)}) * {w.design.y}"
        yield w.design.last.delta, w.delta(w.design.last, error=turned)


@_mistake("Where the margin is kept (y·z of at least 1) the hinge loss is 0, and so is its derivative.")
def _always_active(w: Worker) -> WrongLines:
    if w.design.network.loss == "hinge":
        yield w.design.last.delta, w.delta(w.design.last, error=f"-{w.design.y}")


@_mistake("A factor of 2 is left: that of the square and the ½ of the loss cancel.", follows="no_half")
def _factor_of_square(w: Worker) -> WrongLines:
    if w.design.network.loss == "half_squared":
        yield w.design.last.delta, w.delta(w.design.last, error=times("2", losses.difference(w.design)))


@_mistake("The derivative of a square has a factor 2, which is missing here.", follows="half_too_many")
def _no_factor_two(w: Worker) -> WrongLines:
    if w.design.network.loss in ("squared", "mean_squared"):
        of_mean = w.design.network.loss == "mean_squared" and w.design.last.size > 1
        half = f"1/{w.design.last.size}" if of_mean else "1"
        yield w.design.last.delta, w.delta(w.design.last, error=times(half, losses.difference(w.design)))


@_mistake("The weights are missing: the error reaches a unit through the weights of the layer above.")
def _no_weights(w: Worker) -> WrongLines:
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


@_mistake("This delta needs the weights that were used on the way forwards, not those already updated.")
def _new_weights(w: Worker) -> WrongLines:
    for layer in w.with_delta():
        above = w.above(layer)
        if above is not None and above.W in above.trained:
            parameter = next(each for each in w.parameters if each.name == above.W)
            if (updated := w.updated(parameter)) is not None:
                yield layer.delta, w.delta(layer, weights=grouped(updated))


@_mistake("The weights are multiplied with what the units below put out, z, not with what they take in, s.")
def _s_for_z(w: Worker) -> WrongLines:
    below = dict(zip((layer.W for layer in w.design.layers[1:]), w.design.layers, strict=False))
    for each in w.parameters:
        layer = below.get(each.name)
        if layer is not None and layer.z != layer.s:
            yield each.change, w.change(each, z=layer.s)


@_mistake("A mean is taken over the samples here; the losses are to be summed.")
def _mean_for_sum(w: Worker) -> WrongLines:
    kinds = kinds_of_sum(w.design)
    if w.many and "sum" in kinds:
        share = MEAN_SHARE if len(kinds) > 1 else share_of(w.many)
        for each in w.parameters:
            yield each.change, w.change(each, share=share)


@_mistake("The samples are summed here; the mean is asked for.")
def _sum_for_mean(w: Worker) -> WrongLines:
    kinds = kinds_of_sum(w.design)
    if w.many and "late_mean" in kinds:
        for each in w.parameters:
            yield each.change, w.change(each, share="1")
    if w.many and kinds == ("mean",):
        yield w.design.last.delta, w.delta(w.design.last, share="1")


def _by_cross_entropy(w: Worker, layer: Layer) -> bool:
    return layer is w.design.last and losses.by_cross_entropy(w.design)


def _curved(w: Worker) -> Iterator[Layer]:
    """Yield the layers in whose delta an activation has a slope that differs at s and at z."""
    for layer in w.with_delta():
        if not (_by_cross_entropy(w, layer) or layer.functions == (SOFTMAX,)) and any(
            function not in _LINEAR_SLOPES for function in layer.functions
        ):
            yield layer
