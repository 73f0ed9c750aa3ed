"""The usual mistakes in an update: the faulty equations of one parameter, for each kind of update."""

from collections.abc import Callable, Mapping

from grader.schemas.network.lines import Equations, Mistake, Worker, WrongLines
from grader.schemas.network.text import plus
from grader.schemas.network.updates import Factors, Parameter, factors

_WrongUpdate = Callable[[Worker, Parameter], Equations]


def _mistake(says: str, **ways: _WrongUpdate) -> Mistake:
    """Return a mistake with its equations under `plain`, `momentum` and `adam`, where it can be made."""

    def lines(w: Worker) -> WrongLines:
        if (way := ways.get(w.design.network.update)) is not None:
            for p in w.parameters:
                yield from way(w, p).items()

    return Mistake(says, lines)


def _only_decayed(way: _WrongUpdate) -> _WrongUpdate:
    """Return the same mistake, made with weights that decay only."""
    return lambda w, p: way(w, p) if p.decayed else {}


def _without_rate(w: Worker) -> Factors:
    return factors(w.design, rate=False)


def _uphill(w: Worker) -> str:
    """Return the factor of the update with the other sign."""
    usual = factors(w.design).update
    return usual[1:] if usual.startswith("-") else f"-{usual}"


def _with_rate_twice(w: Worker) -> str:
    usual, eta = factors(w.design).update, w.design.eta
    sign, size = ("-", usual[1:]) if usual.startswith("-") else ("", usual)
    return f"{sign}{eta}" if size == "1" else f"{sign}{eta} * {size}"


KNOWN: Mapping[str, Mistake] = {
    "ascent": _mistake(
        "The step goes uphill, so the loss grows; descent goes the other way.",
        plain=lambda w, p: {p.name: plus(w.kept(p), _uphill(w), p.change)},
        momentum=lambda w, p: {p.name: plus(p.name, _uphill(w), p.velocity)},
        adam=lambda w, p: {p.name: w.adam(p, step=f"+ {w.design.eta} *")},
    ),
    "rate_forgotten": _mistake(
        "The learning rate is forgotten.",
        plain=lambda w, p: {
            p.change: w.change(p, factor=_without_rate(w).delta),
            p.name: w.moved(p, _without_rate(w), p.change),
        },
        momentum=lambda w, p: {
            p.velocity: w.velocity(p, _without_rate(w), p.change),
            p.name: plus(p.name, _without_rate(w).update, p.velocity),
        },
        adam=lambda w, p: {p.name: w.adam(p, step="-")},
    ),
    "rate_twice": _mistake(
        "The learning rate is applied twice.",
        plain=lambda w, p: {p.name: plus(w.kept(p), _with_rate_twice(w), p.change)},
        momentum=lambda w, p: {p.name: plus(p.name, _with_rate_twice(w), p.velocity)},
    ),
    "no_momentum": _mistake(
        "The momentum is forgotten: a part of the last velocity is kept.",
        momentum=lambda w, p: {p.velocity: w.velocity(p, factors(w.design), p.change, mu="0")},
    ),
    "momentum_sign": _mistake(
        "The momentum has the wrong sign: the last velocity goes on, not backwards.",
        momentum=lambda w, p: {p.velocity: f"-{w.velocity(p, factors(w.design), p.change)}"},
    ),
    "velocity_unused": _mistake(
        "The step is made with the derivative alone; it is made with the velocity.",
        momentum=lambda w, p: {p.name: f"{p.name} - {w.design.eta} * {p.change}"},
    ),
    "no_decay": _mistake(
        "The weight decay is forgotten.",
        plain=_only_decayed(lambda w, p: {p.name: plus(p.name, factors(w.design).update, p.change)}),
        momentum=_only_decayed(
            lambda w, p: {
                p.velocity: plus(f"{w.constant('mu')} * {p.velocity}", factors(w.design).delta, p.change)
            }
        ),
        adam=_only_decayed(lambda w, p: {p.name: w.adam(p, kept=p.name)}),
    ),
    "decay_sign": _mistake(
        "The weight decay has the wrong sign: weights shrink by it.",
        plain=_only_decayed(lambda w, p: {p.name: w.moved(p, factors(w.design), p.change, sign="+")}),
        momentum=_only_decayed(
            lambda w, p: {p.velocity: w.velocity(p, factors(w.design), p.change, sign="-")}
        ),
        adam=_only_decayed(lambda w, p: {p.name: w.adam(p, kept=w.kept(p, sign="+"))}),
    ),
    "no_correction": _mistake(
        "The bias correction is missing: the running mean is divided by 1 minus the power of its beta.",
        adam=lambda _, p: {p.moment_hat: p.moment, p.square_hat: p.velocity},
    ),
    "correction_of_first_step": _mistake(
        "The bias correction is that of the first update; the power of beta is the number of the update.",
        adam=lambda w, p: {
            p.moment_hat: f"{p.moment} / (1 - {w.constant('beta_1')})",
            p.square_hat: f"{p.velocity} / (1 - {w.constant('beta_2')})",
        },
    ),
    "no_square": _mistake(
        "The second running mean is one of squares; the derivative is not squared here.",
        adam=lambda w, p: {p.velocity: w.average(p.velocity, "beta_2", p.change)},
    ),
    "no_root": _mistake(
        "The square root in the denominator is missing.",
        adam=lambda w, p: {p.name: w.adam(p, denominator=p.square_hat)},
    ),
    "no_hats": _mistake(
        "The update takes the corrected running means, not those before the correction.",
        adam=lambda w, p: {p.name: w.adam(p, numerator=p.moment, denominator=f"sqrt({p.velocity})")},
    ),
    "betas_exchanged": _mistake(
        "beta_1 and beta_2 are exchanged.",
        adam=lambda w, p: {
            p.moment: w.average(p.moment, "beta_2", p.change),
            p.velocity: w.average(p.velocity, "beta_1", f"{p.change}^2"),
        },
    ),
}
