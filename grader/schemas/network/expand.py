"""From the shorthand to the ordinary tables of a question; the author's own tables change and extend them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from grader.expressions import nearest
from grader.schemas.given import Given
from grader.schemas.network import wrong_lines, wrong_updates
from grader.schemas.network.batches import batch_loss_choice, ways
from grader.schemas.network.design import Design, read_design
from grader.schemas.network.lines import Equations, Worker, worker
from grader.schemas.network.model import Network, NetworkFault
from grader.schemas.network.text import bare
from grader.schemas.network.updates import change_choice

_TABLES = ("given", "start", "constants", "method", "choice", "mistake")
# The constants of each update, with the shorthand's word for each and its value where the author gives none.
_CONSTANTS: dict[str, dict[str, tuple[str, float | None]]] = {
    "plain": {"eta": ("rate", None)},
    "momentum": {"eta": ("rate", None), "mu": ("momentum", 0.9)},
    "adam": {
        "eta": ("rate", 0.001),
        "beta_1": ("beta_1", 0.9),
        "beta_2": ("beta_2", 0.999),
        "epsilon": ("epsilon", 1e-8),
    },
}
_DECAY: dict[str, tuple[str, float | None]] = {"lambda": ("decay", None)}

# The usual mistakes. If one happens to give the right numbers in all lines, the solver, which can work them,
# leaves it out later.
USUAL = {**wrong_lines.KNOWN, **wrong_updates.KNOWN}


def expanded(question: dict[str, Any]) -> dict[str, Any]:
    """Return a question with the tables that its network makes; its own tables override and extend them.

    Raises ValidationError with the place in the question as it is written.
    """
    network = _read(question["network"])
    try:
        return _expanded(network, question)
    except NetworkFault as fault:
        raise _at(fault.place, fault.reason, question) from None


def _read(table: Any) -> Network:
    try:
        return Network.model_validate(table)
    except ValidationError as error:
        faults = [
            InitErrorDetails(
                type=fault["type"],
                loc=("network", *fault["loc"]),
                input=fault["input"],
                ctx=fault.get("ctx", {}),
            )
            for fault in error.errors(include_url=False)
        ]
        raise ValidationError.from_exception_data("Network", faults) from None


def _at(place: tuple[str | int, ...], reason: str, question: Mapping[str, Any]) -> ValidationError:
    # A reason is data, not a template: its braces, if any, stand for themselves.
    kind = PydanticCustomError("network", "{reason}", {"reason": reason})
    fault = InitErrorDetails(type=kind, loc=place, input=question.get(str(place[0])))
    return ValidationError.from_exception_data("Network", [fault])


def _expanded(network: Network, question: dict[str, Any]) -> dict[str, Any]:
    for table in _TABLES:
        if not isinstance(question.get(table, {}), dict):
            raise NetworkFault((table,), "expected a table")
    design = read_design(network, question)
    workers = [worker(design, way) for way in ways(design)]
    made = _made(design, workers, question)
    design.names.check()
    _check_clashes(design, workers[0], question)
    _leave_out(network, made)
    _check_changed(made, question)
    return {**laid_over(made, question), "network": question["network"]}


def _made(design: Design, workers: list[Worker], question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables that a network makes."""
    made: dict[str, Any] = {"given": {}, "start": _running(workers[0]), "constants": {}}
    _put_constants(design, question, made)
    made["method"] = {
        each.way.name: {
            "loop": each.way.loop,
            "constants": each.way.constants,
            "equations": each.equations(),
            "forms": each.forms(),
            "claims": each.claims(),
        }
        for each in workers
    }
    made["choice"] = change_choice(design) | batch_loss_choice(design, [each.way for each in workers])
    made["mistake"] = _mistakes(design, workers)
    for method in made["method"].values():
        for table in ("constants", "forms"):
            if not method[table]:
                del method[table]
    return {name: table for name, table in made.items() if table}


def _running(worker: Worker) -> dict[str, Any]:
    """Return the start values of velocities and running means: all 0."""
    start = {}
    for parameter in worker.parameters:
        shape = worker.layer_of(parameter).shapes[parameter.name]
        for name in (parameter.velocity, parameter.moment):
            if name:
                start[name] = np.zeros(shape).tolist()
    return start


def _put_constants(design: Design, question: Mapping[str, Any], made: dict[str, Any]) -> None:
    """Put the learning rate and its like among the constants, or among those that the student states."""
    network = design.network
    wanted = {**_CONSTANTS[network.update], **(_DECAY if network.decay is not None else {})}
    used = {word for word, _ in wanted.values()}
    for update, constants in _CONSTANTS.items():
        for word, _ in constants.values():
            if getattr(network, word) is not None and word not in used:
                reason = f'is for update = "{update}", found update = "{network.update}"'
                raise NetworkFault(("network", word), reason)
    for name, (word, otherwise) in wanted.items():
        final, value = design.names.quantity(name), getattr(network, word)
        if final in question.get("given", {}) or final in question.get("constants", {}):
            continue
        if value is None and otherwise is None:
            what = "the learning rate, a number, or a table for the student to state it"
            raise NetworkFault(
                ("network",), f"{word} is missing: {what}, such as {{ default = 0.1, above = 0.0 }}"
            )
        if isinstance(value, Given):
            made["given"][final] = network.model_dump(exclude_unset=True)[word]
        else:
            made["constants"][final] = otherwise if value is None else value


def _mistakes(design: Design, workers: list[Worker]) -> dict[str, Any]:
    """Return the usual mistakes; an equation that all methods share stands there once."""
    found = {each.way.name: mistakes(each) for each in workers}
    tables: dict[str, Any] = {}
    for name, mistake in USUAL.items():
        lines = {method: of_method.get(name, {}) for method, of_method in found.items()}
        if not any(lines.values()):
            continue
        head = {"credit": design.network.credit, "says": mistake.says}
        if mistake.follows in tables:
            head["follows"] = mistake.follows
        tables[name] = head | each_once(lines)
    return tables


def _check_clashes(design: Design, worker: Worker, question: Mapping[str, Any]) -> None:
    """Raise NetworkFault where the author has used the name of a line or of an input for something else."""
    fields = frozenset(worker.equations())
    inputs = frozenset(design.network.samples[0])
    for name in sorted(fields & worker.way.loop.keys()):
        raise NetworkFault(
            ("network", "names"), f"{name} would be a line and a loop; a step could not have both"
        )
    hint = "; network.names can call it otherwise"
    for name in sorted(inputs & fields):
        reason = f"{name} is a line that the network makes"
        raise NetworkFault(("network", "samples", 0, name), reason + hint)
    for table in ("given", "constants"):
        for name in question.get(table, {}):
            if name in fields and name not in {p for layer in design.layers for p in (layer.W, layer.b)}:
                raise NetworkFault((table, name), "the network makes a line of this name" + hint)
            if name in inputs:
                raise NetworkFault((table, name), "the samples of the network have this name")


def _leave_out(network: Network, made: dict[str, Any]) -> None:
    """Take out the mistakes that `without` names."""
    for number, name in enumerate(network.without):
        if name not in USUAL:
            reason = f"there is no usual mistake {name}{nearest(name, USUAL)}"
            raise NetworkFault(("network", "without", number), reason)
        made.get("mistake", {}).pop(name, None)


def _check_changed(made: Mapping[str, Any], question: Mapping[str, Any]) -> None:
    """Raise NetworkFault where the author changes a usual mistake that this network does not have."""
    for name, table in question.get("mistake", {}).items():
        if isinstance(table, dict) and "says" not in table and name not in made.get("mistake", {}):
            there = nearest(name, made.get("mistake", {})) or "; one of your own has says and its equations"
            raise NetworkFault(("mistake", name), f"this network has no usual mistake {name}{there}")


def mistakes(worker: Worker) -> dict[str, Equations]:
    """Return the faulty equations of each mistake in one method, without those that are the right ones."""
    right = worker.equations()
    found = {}
    for name, mistake in USUAL.items():
        lines = {field: bare(text) for field, text in mistake.lines(worker)}
        wrong = {field: text for field, text in lines.items() if right[field] != text}
        if wrong:
            found[name] = wrong
    return found


def laid_over(made: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that were made, with the author's `own` in place of those of the same name.

    A new entry is put behind the entry that it follows in the author's table, or at the end if it is the
    first there. So an equation stands where its author has put it.
    """
    result = list(made.items())
    before: str | None = None
    for name, value in own.items():
        names = [key for key, _ in result]
        if name in made:
            number = names.index(name)
            result[number] = (name, _both(name, made[name], value))
        else:
            result.insert(len(result) if before is None else names.index(before) + 1, (name, value))
        before = name
    return dict(result)


def _both(name: str, made: Any, own: Any) -> Any:
    if not (isinstance(made, Mapping) and isinstance(own, Mapping)):
        return own
    if name == "mistake":
        made = {each: _without_overridden(table, own.get(each)) for each, table in made.items()}
    return laid_over(made, own)


def _without_overridden(mistake: Mapping[str, Any], own: Any) -> Mapping[str, Any]:
    """Return a mistake without equations for single methods where the author has one for all methods."""
    if not isinstance(own, Mapping) or "method" not in mistake:
        return mistake
    methods = {
        method: {field: text for field, text in lines.items() if field not in own}
        for method, lines in mistake["method"].items()
    }
    return {**mistake, "method": {method: lines for method, lines in methods.items() if lines}}


def each_once(lines: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the equations of several methods: by field where all are the same, else below `method`."""
    table: dict[str, Any] = {}
    own: dict[str, dict[str, str]] = {}
    for field in dict.fromkeys(field for each in lines.values() for field in each):
        texts = {method: each.get(field) for method, each in lines.items()}
        if len(set(texts.values())) == 1:
            table[field] = next(iter(texts.values()))
            continue
        for method, text in texts.items():
            if text is not None:
                own.setdefault(method, {})[field] = text
    return table | ({"method": own} if own else {})
