r"""What people type for a formula that is no standard notation: read as they mean it, right only if it is.

What each text means stands beside it as a SymPy expression, and SymPy says whether that is what is asked.
"""

import pytest
import sympy as sp
from shared import ready_key

from grader.expressions.notation.plainer.stages import plainer

S = {name: sp.Symbol(name) for name in ("x_in", "W_1", "W_2", "W_out", "y_gt")}
F = {n: sp.Function(f"f_{n}") for n in (1, 2, 3)}
T = sp.Symbol("t")
s_1 = S["W_1"] * S["x_in"]
z_1 = F[1](s_1)
s_2 = S["W_2"] * z_1
z_2 = F[2](s_2)
s_out = S["W_out"] * z_2
y_out = F[3](s_out)
LOSS = (y_out - S["y_gt"]) ** 2 / 2
ERROR = y_out - S["y_gt"]


def slope(n, at):
    return sp.Subs(F[n](T).diff(T), T, at).doit()


d_3, d_2 = slope(3, s_out), slope(2, s_2)
RIGHT = ERROR * d_3 * z_2
INNER = ERROR * d_3 * S["W_out"] * d_2 * z_1
OUT = [
    ("df_3(s_out)*(y_out-y_gt)*z_2", RIGHT),
    ("(y_out - y_gt) * df3(s_out) * z_2", RIGHT),
    ("(y_out-y_gt) df_3(s_2) z_2", ERROR * slope(3, s_2) * z_2),
    ("(f_3)'(s_out)·(y_out-y_gt)·z_2", RIGHT),
    ("(f_3)′(z_2)·(y_out-y_gt)·z_2", ERROR * slope(3, z_2) * z_2),
    ("(y_out-y_gt) {f_3}'(s_{out}) z_2", RIGHT),
    (r"(y_{out}-y_{gt}) {f_3}^{\prime}(s_{out}) z_2", RIGHT),
    ("(y_out-y_gt)*f3_prime(s_out)*z2", RIGHT),
    ("(y_out-y_gt)*f_3_prime(s_out)*z_2", RIGHT),
    ("(y_out-y_gt) * fprime_3(s_out) * z_1", ERROR * d_3 * z_1),
    ("(y_out - y_gt) * f3prime(s_out) * z_2", RIGHT),
    ("(y_out - y_gt) * D(f_3)(s_out) * z_2", RIGHT),
    ("(y_out - y_gt) * diff(f_3)(s_out)", ERROR * d_3),
    (r"(y_out-y_gt) \dot{f}_3(s_out) z_2", RIGHT),
    ("(y_out − y_gt)·f′₃(sₒᵤₜ)·z₂", RIGHT),
    ("(yₒᵤₜ − y_gt)·f₃′(s₂)·z₂", ERROR * slope(3, s_2) * z_2),
    ("(y_out - y_gt) ⊗ f_3'(s_out) ⊗ z_2", RIGHT),
    (r"(y_out - y_gt) \otimes f_3(s_out) \otimes z_2", ERROR * y_out * z_2),
    (r"\underbrace{(y_{out}-y_{gt}) f_3'(s_{out})}_{\delta_{out}} z_2", RIGHT),
    (r"\underbrace{(y_{gt}-y_{out})}_{error} f_3'(s_{out}) z_2", -RIGHT),
    ("Answer: (y_out - y_gt) * f_3'(s_out) * z_2", RIGHT),
    ("Antwort: (y_out - y_gt) * z_2", ERROR * z_2),
    ("the derivative is (y_out - y_gt) f_3'(s_out) z_2", RIGHT),
    ("dL_dy_out * dy_out_ds_out * z_2", RIGHT),
    ("dL_ds_out * z_1", ERROR * d_3 * z_1),
    ("(∂L)/(∂W_out )=(y_out-y_gt) f_3^' (s_out)z_2", RIGHT),
    ("〖(y〗_out-y_gt) f_3'(s_out) z_2", RIGHT),
    ("(y_out-y_gt ) f_3'\u2061(s_out ) z_2", RIGHT),
    ("(y_out-y_gt).f_3'(s_out).z_2", RIGHT),
    ("multiply(y_out - y_gt, f_3'(s_out)) * z_2", RIGHT),
    ("(y_out - y_gt) * f_3'(w_out * z_2) * z_2", RIGHT),
    ("(y_out - y_gt) times f_3'(s_out) mal z_2", RIGHT),
    ("(y_0ut - y_gt) * f_3'(s_0ut) * z_2", RIGHT),
    ("(yout - y_gt) f_3'(s_out) z_l", ERROR * d_3 * z_1),
    # A derivation, which leads to its last line or to the formula that it calls the answer.
    (
        "dL/ds_out = (y_out-y_gt) f_3'(s_out)\nds_out/dW_out = z_2\ndL/dW_out = (y_out-y_gt) f_3'(s_out) z_2",
        RIGHT,
    ),
    (
        "1. dL/dy = (y_out - y_gt)\n2. dy/ds = f_3'(s_out)\nResult: (y_out - y_gt) * f_3'(s_out) * z_1",
        ERROR * d_3 * z_1,
    ),
    ("By the chain rule:\ndL/dW_out = dL/ds_out\n * ds_out/dW_out\n= (y_out - y_gt) f_3'(s_out) z_2", RIGHT),
    (
        r"""By the chain rule: $\frac{\partial L}{\partial y_{out}} = y_{out}-y_{gt}$, and 2. $f_3'(s_{out})$
        **Final answer:** $$\frac{\partial L}{\partial W_{out}} = (y_{out}-y_{gt}) f_3'(s_{out}) z_2$$""",
        RIGHT,
    ),
    (r"Since $y_{out} = z_{out}$, $L = 0.5 e^2$. So \[(y_{out}-y_{gt}) z_2\]", ERROR * z_2),
    (r"The gradient is $\delta_{out} z_2$, where $\delta_{out} = (y_{out}-y_{gt}) f_3'(s_{out})$", RIGHT),
    (r"I get $\delta_{out} z_2$ with $\delta_{out} = y_{out}-y_{gt}$", ERROR * z_2),
    (r"The slope $dL/dW_{out} = \delta_{out} z_2$, where $z_2$ is what comes in.", RIGHT),
    ("### Step 3\nTherefore: `dL/dW_out = (y_out - y_gt) * f_3'(s_out) * z_2` ✅", RIGHT),
    ("```python\n(y_out - y_gt) * f_3'(s_out) * z_2\n```", RIGHT),
    ("**(y_out - y_gt) * f_3'(s_out) * z_1**", ERROR * d_3 * z_1),
    ("a) (y_out - y_gt) * f_3'(s_out) * z_2", RIGHT),
    ("(i) (y_out - y_gt) * f_3'(s_out)", ERROR * d_3),
    # What is defined before the answer.
    ("Let e = y_out - y_gt and d3 = e * f_3'(s_out).\ndL/dW_out = d3 * z_2", RIGHT),
    ("Let e = y_gt - y_out. Then dL/dW_out = e f_3'(s_out) z_2", -RIGHT),
    ("With d = (y_out - y_gt) f_3'(s_out) we get dL/dW_out = d z_1", ERROR * d_3 * z_1),
    ("Using e := y_out - y_gt we have\n dL/dW_out = e * f_3'(s_out) * z_2", RIGHT),
    ("e = y_out - y_gt\nd3 = e\ns_2 = W_2 z_1\ndL/dW_out = d3 * z_2", ERROR * z_2),
    ("d3 = e f_3'(s_out); e = (y_out - y_gt); dL/dW_out = d3 z_2", RIGHT),
    (
        (
            r"\delta_{out} = \frac{\partial L}{\partial s_{out}} = (y_{out}-y_{gt}) f_3'(s_{out});"
            r" \frac{\partial L}{\partial W_{out}} = \delta_{out} z_1"
        ),
        ERROR * d_3 * z_1,
    ),
    (
        (
            "dL/dW_out = dL/dy_out * dy_out/ds_out * ds_out/dW_out, where dL/dy_out = y_out - y_gt, "
            "dy_out/ds_out = f_3'(s_out) and ds_out/dW_out = z_2"
        ),
        RIGHT,
    ),
    (
        r"\frac{\partial L}{\partial s_3} z_2 with \frac{\partial L}{\partial s_3} = y_{out} - y_{gt}",
        ERROR * z_2,
    ),
    (
        r"\text{Let } e = y_{out}-y_{gt}. \text{ Then } \frac{\partial L}{\partial W_3} = e f_3'(s_3) z_1",
        ERROR * d_3 * z_1,
    ),
    (r"e f_3'(s_{out}) z_2 \text{, where } e = \frac{\partial L}{\partial y_{out}} = y_{out}-y_{gt}", RIGHT),
    (r"e f_3'(s_{out}) z_2 \text{, where } e = \frac{\partial L}{\partial y_{out}} = y_{gt}-y_{out}", -RIGHT),
    ("Let δ_out = (y_out − y_gt)·f₃′(s_out). Then ∂L/∂W_out = δ_out·z₂.", RIGHT),
    ("δ3·z_2 where δ3 = (y_out - y_gt)·f3'(s_1)", ERROR * slope(3, s_1) * z_2),
    ("dL/dW_out = A·B·C; A = y_out − y_gt; B = f_3'(s_out); C = z_1", ERROR * d_3 * z_1),
    (r"\boxed{\frac{\partial L}{\partial W_{out}} = (y_{out}-y_{gt}) f_3'(s_{out}) z_2}", RIGHT),
    ("(y_out-y_gt)·f3'(s_out)·z1   [chain rule]", ERROR * d_3 * z_1),
    ("Similarly, (y_out - y_gt) f_3'(s_out) z_1", ERROR * d_3 * z_1),
    ("(y_out - y_gt) f_3'(s_out) ⊗ z_2 (outer product)", RIGHT),
    # A derivative that goes on without brackets.
    (
        r"\frac{\partial}{\partial W_{out}} \frac12 (y_{out}-y_{gt})^2 = (y_{out}-y_{gt}) f_3'(s_{out}) z_2",
        RIGHT,
    ),
]
# Which of several is meant cannot be told.
UNTOLD = [
    r"either $(y_{out}-y_{gt}) z_2$ or $(y_{out}-y_{gt}) f_3'(s_{out}) z_2$",
    "dL/dW_out = (y_out - y_gt) z_2\ndL/dW_out = (y_out - y_gt) f_3'(s_out) z_2",
    "(y_out - y_gt) z_2\n(y_out - y_gt) f_3'(s_out) z_2)",
    r"$dL/dW_{out} = (y_{out}-y_{gt}) z_2$, or $dL/dW_{out} = (y_{out}-y_{gt}) f_3'(s_{out}) z_2$ perhaps",
]


@pytest.mark.parametrize(("text", "meant"), OUT, ids=[text for text, _ in OUT])
def test_it_is_right_exactly_if_what_is_meant_is_the_derivative(practical, text, meant):
    question = next(q for q in practical.key.question if q.id == "exercise1")
    mark = practical.marker(question).mark("dL_dW_out", text)
    asked = sp.diff(LOSS, S["W_out"]).doit()
    equal = sp.simplify(asked - meant) == 0
    assert mark.status != "invalid", mark.message
    assert (mark.status == "correct") == equal, mark.message


@pytest.mark.parametrize("text", UNTOLD)
def test_of_several_answers_none_is_chosen(practical, text):
    question = next(q for q in practical.key.question if q.id == "exercise1")
    assert practical.marker(question).mark("dL_dW_out", text).credit == 0


MARGIN = "1[p_k - p_y + m > 0]"
DP_Y = r"\frac{\partial p_{y}}{ \partial o_j }"
DP_I = r"\quad\text{where } \frac{\partial p_i}{\partial o_j} = p_i (1[i = j] - p_j)"
PLAIN_CASES = "p_k(1 - p_k) if k = j, -p_k p_j if k != j"
SLOPES = "(p_k (1[k = j] - p_j) - p_y (1[y = j] - p_j))"
SHORT = "sum_{k != y} a_k (dp_k/do_j - dp_y/do_j)"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (f"{SHORT}, where a_k = {MARGIN}", True),
        (f"Let a_k = {MARGIN}. Then dL/do_j = {SHORT}", True),
        (f"{SHORT} with a_i = {MARGIN.replace('k', 'i')}", True),
        (rf"\sum_{{k \neq y}} I_k (dp_k/do_j - dp_y/do_j), \quad I_k = {MARGIN}", True),
        (f"p_j (1[j != y] a_j - sum_{{k != y}} a_k (p_k - p_y + 1[j = y])), a_k = {MARGIN}", True),
        (f"sum_{{k != y}} {MARGIN} (dp_k/do_j - dp_y/do_j), where dp_k/do_j = p_k (δ_kj - p_j)", True),
        (rf"\sum_{{k \neq y}} {MARGIN} (\frac{{\partial p_k}}{{\partial o_j}} - {DP_Y}), {DP_I}", True),
        (f"sum_{{k != y}} {MARGIN} (dp_k/do_j - dp_y/do_j), where dp_k/do_j = p_k (δ_kj + p_j)", False),
        (f"sum_{{k != y}} {MARGIN} (dp_k/do_j - dp_y/do_j), where dp_k/do_j = p_k (1 - p_j)", False),
        (f"{SHORT}, where a_k = 1[p_k - p_y > 0]", False),
        (f"Let a_k = 1 if p_k - p_y + m > 0, else 0. Then dL/do_j = {SHORT}", True),
        (f"let a_k = 1 if p_k - p_y + m > 0 and 0 otherwise\ndL/do_j = {SHORT}", True),
        (rf"{SHORT}, \text{{ where }} a_k = 1 \text{{ if }} p_k - p_y + m > 0 \text{{ else }} 0", True),
        (f"Let a_k = 0 if p_k - p_y + m > 0, else 1. Then dL/do_j = {SHORT}", False),
        (f"sum_{{k != y}} {MARGIN} (dp_k/do_j - dp_y/do_j), where dp_k/do_j = {PLAIN_CASES}", True),
        (f"dp_i/do_j = p_i (δ_ij - p_j)\ndL/do_j = sum_{{k != y}} {MARGIN} (dp_k/do_j - dp_y/do_j)", True),
        (r"\sum_{k \neq y,\; p_k - p_y + m > 0} p_k(\delta_{kj} - p_j) - p_y(\delta_{yj} - p_j)", True),
        (r"\sum_{k \neq y,\; p_k - p_y + m > 0} p_k(\delta_{kj} - p_j) + p_y(\delta_{yj} - p_j)", False),
        (f"sum_{{k != y}} {MARGIN} {SLOPES}   (δ = Kronecker delta)", True),
        (rf"\text{{Let }} I_k = {MARGIN}. \text{{ Then }} dL/do_j = sum_{{k != y}} I_k {SLOPES}", True),
        (f"sum_{{k != y}} H(p_k - p_y + m) {SLOPES} with H the Heaviside step function", True),
        (f"{SHORT}, where a_k = {MARGIN.replace('>', '<')}", False),
    ],
)
def test_a_shorthand_with_an_index_is_written_out(practical, text, right):
    question = next(q for q in practical.key.question if q.id == "exercise3")
    mark = practical.marker(question).mark("dL_do_j", text)
    assert mark.status == ("correct" if right else "wrong"), mark.message


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("delta_k * z_{k-1}, since s_k = W_k z_{k-1}", "correct"),
        ("δ_k · z_{k-1} for all k", "correct"),
        ("z_{k-1}·δ_k (z_0 = x_in)", "correct"),
        ("z_{k-1} δ_k, with z_0 = x", "correct"),
        ("δ_k z_k, because z_k comes in", "mistake"),
        ("δ_k for all k, z_k for k = 1", "wrong"),
        ("δ_k z_{k-1}, where z_k = x", "invalid"),
    ],
)
def test_a_remark_behind_a_formula_is_none_of_it(practical, text, status):
    question = next(q for q in practical.key.question if q.id == "prelude")
    assert practical.marker(question).mark("Delta_W_k", text).status == status


def test_another_case_of_a_letter_is_read_as_the_questions(practical):
    question = next(q for q in practical.key.question if q.id == "exercise1")
    mark = practical.marker(question).mark("dL_dW_2", "(y_out - y_gt) f_3'(s_out) w_out f_2'(s_2) z_1")
    assert sp.simplify(sp.diff(LOSS, S["W_2"]).doit() - INNER) == 0
    assert (mark.status, mark.message) == ("correct", "w_out is read as W_out")


KEY = """
id = "k"
title = "Formulas"
[[question]]
id = "lines"
kind = "formula"
points = 1
vectors = { w = 3, y = 4 }
matrices = { X = [4, 3] }
definitions.L = "sum((X @ w - y)^2)/2"
part = [{ id = "a", points = 1, answer = "dL/dw" }]
[[question]]
id = "normal"
kind = "formula"
points = 1
numbers = ["mu", "sigma", "x"]
positive = ["sigma"]
definitions.l = "-log(sigma) - (x - mu)^2 / (2 sigma^2)"
part = [{ id = "a", points = 1, answer = "dl/dmu" }]
[[question]]
id = "softmax"
kind = "formula"
points = 1
vectors = { o = 3 }
indices = { i = 3, j = 3 }
kronecker = "delta"
definitions.p = "softmax(o)"
part = [{ id = "a", points = 1, answer = "dp_i/do_j" }]
[[question]]
id = "step"
kind = "formula"
points = 1
numbers = ["a", "b"]
definitions.L = "max(0, a - b)"
part = [{ id = "a", points = 1, answer = "dL/da" }]
"""
RIGHT_AND_WRONG = {
    "lines": (
        [
            "X'(Xw - y)",
            "X^⊤(Xw − y)",
            "X^t (X w - y)",
            "X^{tr}(Xw-y)",
            "matmul(X.T, X.dot(w) - y)",
            "X.T.dot(X.dot(w) - y)",
            "matmul(X.T, matmul(X, w) - y)",
            "X.transpose() @ (X @ w - y)",
            "TRANSPOSE(X) @ (X @ w - y)",
            "t(X) %*% (X %*% w - y)",
            "-X.T.dot(y - X.dot(w))",
            "(X.dot(w) - y).dot(X)",
        ],
        ["X'(y - Xw)", "matmul(X.T, y)", "X.dot(w) - y", "X.T.dot(X.dot(w) + y)", "t(X) %*% y"],
    ),
    "normal": (
        ["(x-mu)/pow(sigma,2)", "(x-mu)/POWER(sigma;2)", "(x - mu)/POWER(sigma, 2)", "(x-mu) : sigma^2"],
        ["(x-mu)/pow(sigma,3)", "(x-mu)*POWER(sigma;2)", "(mu-x)/POWER(sigma, 2)", "(x-mu) : sigma"],
    ),
    "softmax": (
        [
            "exp(o_i)/sum_k exp(o_k) * (delta_ij - exp(o_j)/sum_k exp(o_k))",
            "(e^(o_i))/(∑_k▒e^(o_k) ) (δ_ij-(e^(o_j))/(∑_k▒e^(o_k) ))",
            "p_i(1-p_i) if i=j, -p_i p_j otherwise",
            "p_i(1-p_i) for i=j; -p_i*p_j for i != j",
        ],
        [
            "exp(o_i)/sum_k exp(o_k) * (delta_ij + exp(o_j)/sum_k exp(o_k))",
            "p_i(1-p_i) if i=j, p_i p_j otherwise",
            "p_i(1-p_i) for i=j; 0 for i != j",
        ],
    ),
    "step": (["H(a - b)", "θ(a-b)", r"\Theta\left(a - b\right)"], ["H(b - a)", "θ(a)", r"-\Theta(a - b)"]),
}


@pytest.mark.parametrize("name", RIGHT_AND_WRONG)
def test_programs_and_word_processors(name):
    key = ready_key(KEY)
    marker = key.marker(next(question for question in key.key.question if question.id == name))
    for texts, right in zip(RIGHT_AND_WRONG[name], (True, False), strict=True):
        for text in texts:
            mark = marker.mark("a", text)
            assert mark.status != "invalid", (text, mark.message)
            assert (mark.status == "correct") == right, (text, mark.message)


def test_a_name_of_the_question_keeps_its_meaning():
    text = KEY.replace('numbers = ["a", "b"]', 'numbers = ["a", "b", "H", "u"]')
    key = ready_key(text)
    marker = key.marker(next(question for question in key.key.question if question.id == "step"))
    assert marker.mark("a", "H(a - b)").status == "wrong"  # a product


def test_what_can_be_read_is_not_put_otherwise(practical):
    """What is wrong by the usual rules stays wrong: only what is no formula is looked at again."""
    question = next(q for q in practical.key.question if q.id == "exercise1")
    mark = practical.marker(question).mark("dL_dW_out", "(y_out - y_gt) x f_3'(s_out) x z_2")
    assert mark.status == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(" * 1000,
        "▒〖" * 900,
        r"\underbrace{" * 150,
        "d" * 1999,
        "$a" * 999,
        "`" * 1999,
        "\\[" * 999,
        "a_k = " * 300,
        "x\n" * 900,
        "**a" * 600,
        "sum(" * 490,
        "sum(k, k=" * 220,
        "sum(k for k in range(" * 90,
        "Sum[k, {k, " * 180,
        "np." * 660,
        "np.linalg.exp(" * 140,
        "(x).sum()" * 220,
    ],
)
def test_odd_texts_are_done_with_at_once(practical, text):
    question = next(q for q in practical.key.question if q.id == "exercise1")
    marker = practical.marker(question)
    assert marker.mark("dL_dW_out", text).status == "invalid"
    list(plainer(text, marker.vocabulary))


def test_the_chain_over_one_component_is_the_mistake_that_it_is(practical):
    question = next(q for q in practical.key.question if q.id == "exercise3")
    marker = practical.marker(question)
    for text in ("∂L/∂p_j · ∂p_j/∂o_j", "dL/do_j = dL/dp_j * dp_j/do_j", "dL/dp_j p_j (1 - p_j)"):
        assert marker.mark("dL_do_j", text).cause == "only_own_term"
    assert marker.mark("dL_do_j", "sum_k dL/dp_k dp_k/do_j").status == "correct"


def test_a_chain_rule_before_the_answer_need_not_be_right(practical):
    question = next(q for q in practical.key.question if q.id == "exercise3")
    marker = practical.marker(question)
    text = "dL/do_j = dL/dp_j dp_j/do_j = sum_{k != y} 1[p_k - p_y + m > 0] (dp_k/do_j - dp_y/do_j)"
    assert marker.mark("dL_do_j", text).status == "correct"
    text = "dL/do_j = dL/dp_j dp_j/do_j = exp(o_j)"
    assert marker.mark("dL_do_j", text).status == "wrong"
    text = "dL/do_j = exp(o_j) = sum_{k != y} 1[p_k - p_y + m > 0] (dp_k/do_j - dp_y/do_j)"
    assert marker.mark("dL_do_j", text).status == "invalid"


@pytest.mark.parametrize(
    "text",
    ["(x - mu)/sigma^2 // 2", "(x - mu)/sigma^2 % 7", "(x - mu)/sigma^2 # y", "(x - mu) : sigma^2 : 2"],
)
def test_no_part_of_a_formula_is_left_out(text):
    key = ready_key(KEY)
    marker = key.marker(next(question for question in key.key.question if question.id == "normal"))
    assert marker.mark("a", text).status != "correct"


def test_what_a_point_or_a_cross_is_read_as_is_told(practical):
    question = next(q for q in practical.key.question if q.id == "prelude")
    mark = practical.marker(question).mark("Delta_W_k", "delta_k x z_{k-1}")
    assert (mark.status, mark.message) == ("correct", "x is read as *")
