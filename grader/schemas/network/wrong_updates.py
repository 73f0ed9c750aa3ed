"""The usual mistakes in an update, each with its lines: field and faulty equation."""

from collections.abc import Mapping

from grader.schemas.network.lines import Worker
from grader.schemas.network.mistake import Mistake, WrongLines
from grader.schemas.network.text import plus
from grader.schemas.network.updates import factors


def _ascent(w: Worker) -> WrongLines:
    both = factors(w.design)
    opposite = both.update[1:] if both.update.startswith("-") else f"-{both.update}"
    for p in w.parameters:
        match w.design.network.update:
            case "plain":
                yield p.name, plus(w.rule.kept(p), opposite, p.change)
            case "momentum":
                yield p.name, plus(p.name, opposite, p.velocity)
            case "adam":
                yield p.name, w.rule.adam(p, step=f"+ {w.design.eta} *")


def _rate_forgotten(w: Worker) -> WrongLines:
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
                yield p.name, w.rule.adam(p, step="-")


def _rate_twice(w: Worker) -> WrongLines:
    both, eta = factors(w.design), w.design.eta
    sign, size = ("-", both.update[1:]) if both.update.startswith("-") else ("", both.update)
    twice = f"{sign}{eta}" if size == "1" else f"{sign}{eta} * {size}"
    for p in w.parameters:
        match w.design.network.update:
            case "plain":
                yield p.name, plus(w.rule.kept(p), twice, p.change)
            case "momentum":
                yield p.name, plus(p.name, twice, p.velocity)


def _no_momentum(w: Worker) -> WrongLines:
    if w.design.network.update == "momentum":
        for p in w.parameters:
            yield p.velocity, w.rule.velocity(p, factors(w.design), p.change, mu="0")


def _momentum_sign(w: Worker) -> WrongLines:
    if w.design.network.update == "momentum":
        for p in w.parameters:
            yield p.velocity, f"-{w.rule.velocity(p, factors(w.design), p.change)}"


def _velocity_unused(w: Worker) -> WrongLines:
    if w.design.network.update == "momentum":
        for p in w.parameters:
            yield p.name, f"{p.name} - {w.design.eta} * {p.change}"


def _no_decay(w: Worker) -> WrongLines:
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


def _decay_sign(w: Worker) -> WrongLines:
    for p in w.parameters:
        if p.decayed:
            match w.design.network.update:
                case "plain":
                    yield p.name, w.rule.moved(p, factors(w.design), p.change, sign="+")
                case "momentum":
                    yield p.velocity, w.rule.velocity(p, factors(w.design), p.change, sign="-")
                case "adam":
                    yield p.name, w.rule.adam(p, kept=w.rule.kept(p, sign="+"))


def _no_correction(w: Worker) -> WrongLines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.moment_hat, p.moment
            yield p.square_hat, p.velocity


def _correction_of_first_step(w: Worker) -> WrongLines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.moment_hat, f"{p.moment} / (1 - {w.rule.constant('beta_1')})"
            yield p.square_hat, f"{p.velocity} / (1 - {w.rule.constant('beta_2')})"


def _no_square(w: Worker) -> WrongLines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.velocity, w.rule.average(p.velocity, "beta_2", p.change)


def _no_root(w: Worker) -> WrongLines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.name, w.rule.adam(p, denominator=p.square_hat)


def _no_hats(w: Worker) -> WrongLines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.name, w.rule.adam(p, numerator=p.moment, denominator=f"sqrt({p.velocity})")


def _betas_exchanged(w: Worker) -> WrongLines:
    if w.design.network.update == "adam":
        for p in w.parameters:
            yield p.moment, w.rule.average(p.moment, "beta_2", p.change)
            yield p.velocity, w.rule.average(p.velocity, "beta_1", f"{p.change}^2")


KNOWN: Mapping[str, Mistake] = {
    "ascent": Mistake("The step goes uphill, so the loss grows; descent goes the other way.", _ascent),
    "rate_forgotten": Mistake("The learning rate is forgotten.", _rate_forgotten),
    "rate_twice": Mistake("The learning rate is applied twice.", _rate_twice),
    "no_momentum": Mistake("The momentum is forgotten: a part of the last velocity is kept.", _no_momentum),
    "momentum_sign": Mistake(
        "The momentum has the wrong sign: the last velocity goes on, not backwards.", _momentum_sign
    ),
    "velocity_unused": Mistake(
        "The step is made with the derivative alone; it is made with the velocity.", _velocity_unused
    ),
    "no_decay": Mistake("The weight decay is forgotten.", _no_decay),
    "decay_sign": Mistake("The weight decay has the wrong sign: weights shrink by it.", _decay_sign),
    "no_correction": Mistake(
        "The bias correction is missing: the running mean is divided by 1 minus the power of its beta.",
        _no_correction,
    ),
    "correction_of_first_step": Mistake(
        "The bias correction is that of the first update; the power of beta is the number of the update.",
        _correction_of_first_step,
    ),
    "no_square": Mistake(
        "The second running mean is one of squares; the derivative is not squared here.", _no_square
    ),
    "no_root": Mistake("The square root in the denominator is missing.", _no_root),
    "no_hats": Mistake(
        "The update takes the corrected running means, not those before the correction.", _no_hats
    ),
    "betas_exchanged": Mistake("beta_1 and beta_2 are exchanged.", _betas_exchanged),
}
