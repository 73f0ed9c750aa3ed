"""What is said to who wrote words where a formula is asked, or something beside a number."""

import pytest

from grader.marking.values import ValueFault, read_value

WORDS = [
    "don't know",
    "I don’t know",
    "no idea",
    "see above",
    "ran out of time!",
    "keine Ahnung",
    "not done, sorry",
]


@pytest.mark.parametrize("text", WORDS)
def test_words_are_no_formula_and_no_unknown_names(practical, text):
    question = next(q for q in practical.key.question if q.id == "exercise1")
    mark = practical.marker(question).mark("dL_dW_out", text)
    assert mark.status == "invalid"
    assert mark.message.startswith("cannot be read: this is no formula")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1/2", "write the fraction as a decimal number"),
        ("-3 / 4", "write the fraction as a decimal number"),
        ("4.58*10^-1", "write 4.58e-1"),
        ("−4.58 × 10⁻¹", "write -4.58e-1"),
        ("4.58 ⋅ 10^{-1}", "write 4.58e-1"),
        ("L = 0.40656", "write the number alone, without a name before it"),
        ("0.0986 V", "write the number alone"),
        ("≈ 1.05", "write the number alone"),
        ("~0.5", "write the number alone"),
        ("50%", "write the number alone"),
        ("ca. 0.0983", "write the number alone, without words beside it"),
        ("-0.8930 (gerundet)", "write the number alone, without words beside it"),
        ("$0.4580$", r"write the number alone, without \$"),
        ("0.5*(0.0983-1)^2 = 0.4066", "write only what comes out"),
        ("O.4O66", "write digits: a letter that looks like one stands in it"),
        ("-0.l2", "write digits: a letter that looks like one stands in it"),
    ],
)
def test_what_is_nearly_a_number_gets_a_hint(text, hint):
    with pytest.raises(ValueFault, match=f"expected a number, found the text .*; {hint}"):
        read_value(text)


@pytest.mark.parametrize("text", ["abc", "see above", "1 2", "-", "ran out of time", "Oo", "l", "\x1b[31m"])
def test_what_is_no_number_gets_none(text):
    with pytest.raises(ValueFault) as fault:
        read_value(text)
    assert ";" not in fault.value.reason
