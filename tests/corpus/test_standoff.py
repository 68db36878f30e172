import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.standoff import TextIndex, anchor_of, letters_of, read_marks, write_marks

SENTENCE = "The second pathfinder showed that colleges without a shared timetable could not release their teachers."
OTHER = "Nothing in this paragraph has to do with the sentence that is looked for, but it is of a similar length."


def found(text, sentence=SENTENCE, page=None, pages=()):
    place = TextIndex(text, pages).find(anchor_of(sentence, "digest", page))
    return None if place is None else (text[place.start : place.end], place.exact)


def test_anchor_finds_the_sentence_letter_for_letter():
    text = f"{OTHER} {SENTENCE} {OTHER}"
    assert found(text) == (SENTENCE[:-1], True)  # the full stop is no letter


def test_anchor_survives_hyphens_ligatures_case_and_line_breaks():
    again = SENTENCE.replace("pathfinder", "path-\nﬁnder").replace("shared", "SHARED").replace(" ", "  ")
    text = f"{OTHER}\n{again}\n{OTHER}"
    assert found(text) == (again[:-1], True)


def test_anchor_survives_a_note_number_inside_the_sentence():
    again = SENTENCE.replace("timetable", "timetable12")
    quote, exact = found(f"{OTHER} {again} {OTHER}")
    assert quote == again[:-1]
    assert not exact


def test_anchor_survives_a_lost_beginning():
    text = f"{OTHER} {SENTENCE[30:]} {OTHER}"
    quote, exact = found(text)
    assert quote.endswith("release their teachers")
    assert "timetable could not" in quote
    assert not exact


def test_a_sentence_that_is_not_there_is_not_found():
    assert found(f"{OTHER} {OTHER}") is None


def test_the_nearest_page_decides_between_two_copies():
    first, second = f"{SENTENCE} {OTHER} ", f"{OTHER} {SENTENCE}"
    index = TextIndex(first + second, [0, len(first)])
    place = index.find(anchor_of(SENTENCE, "digest", 2))
    assert place.start == len(first) + len(OTHER) + 1


def test_short_sentences_must_be_the_same():
    assert found("One. It worked. Two.", "It worked.") == ("It worked", True)
    assert found("One. It failed. Two.", "It worked.") is None


def test_anchor_holds_no_text():
    anchor = anchor_of(SENTENCE, "digest", 3)
    cells = f"{anchor.whole} {write_marks(anchor.marks)}"
    assert not any(word in cells for word in letters_of(SENTENCE.replace(" ", "  ")).split("  ") if len(word) > 5)
    assert set(cells) <= set("0123456789abcdef: ")


def test_marks_come_back_as_written():
    marks = anchor_of(SENTENCE, "digest", None).marks
    assert read_marks(write_marks(marks)) == marks


def test_damaged_marks_are_refused():
    with pytest.raises(ValueError, match="not a mark"):
        read_marks("0:ab nonsense")


def test_a_sentence_without_letters_cannot_be_anchored():
    with pytest.raises(ValueError, match="without letters"):
        anchor_of("…", "digest", None)


words = st.lists(
    st.text(st.characters(min_codepoint=48, max_codepoint=382, categories=("Ll", "Lu", "Nd")), min_size=1, max_size=8),
    min_size=8,
    max_size=30,
)


@given(words.map(" ".join).filter(lambda t: len(letters_of(t)) >= 25), st.text(max_size=80))
@settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
def test_any_sentence_is_found_in_any_text_around_it(sentence, around):
    text = f"{around}\n{sentence}\n{around}"
    place = TextIndex(text).find(anchor_of(sentence, "digest", None))
    assert place.exact
    assert letters_of(text[place.start : place.end]) == letters_of(sentence)


def test_letters_are_plain_ascii_whatever_the_type_setter_did():
    # full-width letters, a dash, an accent, quotation marks, the numero sign, a ligature, the Kelvin sign, Cyrillic
    assert letters_of("Ｆｉｎe — naïve “co-operate” №5 ﬁt \u212a Проблема") == "finenaivecooperateno5fitk"
