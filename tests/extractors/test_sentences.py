import pytest

from extractors.sentences import split_sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "3.14 We will open two further sites.",
        "3.14. We will open two further sites.",
        "12. The board met in May.",
        "See para. 12 and No. 5 of the order, e.g. Annex 3.",
        "Costs rose by 3.5 per cent in Ms. Alder's county.",
        "The team (Birch et al. 2005b: 19) found no effect.",
        "A. J. Alder wrote the second report.",
        "HC 34 and Cm. 7321 were laid before the house.",
        "Partners should: (a) meet; (b) report; and (c) learn.",
        "The U.K. Government agreed i.e. The Board did.",
    ],
)
def test_one_sentence(text: str) -> None:
    assert pieces(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It worked. It will go on.", ["It worked.", "It will go on."]),
        ("“It worked.” The board agreed.", ["“It worked.”", "The board agreed."]),
        ("Did it work? Nobody asked!", ["Did it work?", "Nobody asked!"]),
        (
            "It cost £3.2m in 2010. The year after it cost less.",
            ["It cost £3.2m in 2010.", "The year after it cost less."],
        ),
        ("It worked.12 The board agreed.", ["It worked.12", "The board agreed."]),
        ("Schools, colleges, etc. The rest did not.", ["Schools, colleges, etc.", "The rest did not."]),
        ("The answer was no. The board left.", ["The answer was no.", "The board left."]),
        ("1. It worked. 2. It did not.", ["1. It worked.", "2. It did not."]),
        ("It was built in the U.S. The cost was high.", ["It was built in the U.S.", "The cost was high."]),
        ("(It worked.) Then it stopped.", ["(It worked.)", "Then it stopped."]),
    ],
)
def test_several_sentences(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_lower_case_does_not_begin_a_sentence() -> None:
    assert pieces("They asked why? because it failed.") == ["They asked why? because it failed."]


def test_nothing_is_lost_but_blanks() -> None:
    text = "One. Two?  Three! (Four.) five 6.7 Eight"
    assert "".join("".join(pieces(text)).split()) == "".join(text.split())


def test_empty() -> None:
    assert pieces("  ") == []
