import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.latex.fold import fold


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        ("Attention Is All You Need", "attention is all you need"),
        ('G{\\"u}nnemann', "gunnemann"),
        ("G\\\"unnemann, Jo{\\~a}o \\'{E}", "gunnemann joao e"),
        ('na\\"{\\i}ve Na\\"\\i ve', "naive naive"),
        ("Vesel{\\'y} \\v{C}ech \\c{c}a \\c ca", "vesely cech ca ca"),
        ("Stra{\\ss}e, \\O re, \\L{}odz, \\AA s", "strasse ore lodz as"),
        ("Günnemann Æsop Łódź Straße", "gunnemann aesop lodz strasse"),
        ("The {LoRA}~paper: \\emph{Low-Rank} Adaptation", "the lora paper low rank adaptation"),
        ("50\\,\\% \\& more", "50 more"),
        ("", ""),
        ("\\", ""),
    ],
)
def test_words_are_compared_without_accents_case_and_markup(latex: str, words: str) -> None:
    assert fold(latex) == words


@given(st.text())
def test_a_folded_text_is_its_own_folding(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded


@given(st.text(alphabet="äöüéèñçãôÄÖÜ abc"))
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
