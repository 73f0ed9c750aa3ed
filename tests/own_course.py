"""A key whose values vary, and the exercise worked by hand: for forms with own values."""

import numpy as np

# A scalar, a matrix, a vector for each round, a matrix for each round. The key's own values are in no range.
KEY = """
id = "own"
title = "Two steps"
[[question]]
id = "net"
kind = "trace"
points = 8
[question.given]
eta = { default = 0.1, above = 0.0, most = 1.0 }
[question.vary]
W = { least = -0.9, most = 0.9, step = 0.05, without = [0.0] }
b = { least = 1, most = 3, step = 0.25 }
x = { least = 0.1, most = 0.9, decimals = 2 }
M = { least = 1, most = 5, step = 1 }
[question.start]
W = [[0.5125, -0.2125], [0.3125, 0.8125]]
[question.constants]
b = 2.5125
[question.method.online]
loop.i = [
  { x = [0.9125, 0.5625], M = [[7, 8], [9, 6]], y = 1 },
  { x = [0.5875, 0.8375], M = [[6, 9], [8, 7]], y = 0 },
]
[question.method.online.equations]
s = "x @ W + b"
e = "sum(M @ s) - y"
W = "W - eta * e * outer(x, s)"
[[question]]
id = "words"
kind = "text"
points = 2
[[question.part]]
id = "why"
points = 2
"""
TARGETS = (1.0, 0.0)


def work(own):
    """The exercise by hand, in NumPy, to six decimals."""
    W, steps = np.array(own["W"]), []
    for i, (x, M, y) in enumerate(zip(own["x"], own["M"], TARGETS, strict=True)):
        s = np.round(np.array(x) @ W + own["b"], 6)
        e = round(float((np.array(M) @ s).sum()) - y, 6)
        W = np.round(W - 0.1 * e * np.outer(x, s), 6)
        steps.append({"i": i, "s": s.tolist(), "e": e, "W": W.tolist()})
    return {"method": "online", "given": {"eta": 0.1}, "steps": steps}
