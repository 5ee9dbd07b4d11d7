"""WordCounter against collections.Counter."""

import copy
import pickle
import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext.testing import cpu_levels, engine

SPACES = (
    " \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000"
)
TEXTS = st.text(
    st.sampled_from("aab\u00e9\u20ac\U0001f600\ud800\0\u200b" + SPACES), min_size=1
)


def test_the_example_of_the_guide():
    counter = npx.WordCounter("the quick brown fox the fox")
    assert counter.count() == 6
    assert len(counter) == 6
    assert counter.most_common(2) == [("the", 2), ("fox", 2)]
    assert repr(counter) == "WordCounter(6 words)"
    assert counter.text == "the quick brown fox the fox"
    counter.text = "one"
    assert repr(counter) == "WordCounter(1 word)"
    assert counter.most_common() == [("one", 1)]


@pytest.mark.parametrize("text", ["", b""])
def test_empty_text_is_refused(text):
    with pytest.raises(ValueError, match=r"^text cannot be empty$"):
        npx.WordCounter(text)
    counter = npx.WordCounter("kept")
    with pytest.raises(ValueError, match=r"^text cannot be empty$"):
        counter.text = text
    assert counter.text == "kept"


def test_other_types_are_refused():
    for other in (None, 1, ["a"], bytearray(b"a")):
        with pytest.raises(TypeError, match="text must be str or bytes"):
            npx.WordCounter(other)
    counter = npx.WordCounter("a")
    with pytest.raises(TypeError):
        counter.most_common("1")
    with pytest.raises(TypeError):
        counter.most_common(1.5)
    with pytest.raises(AttributeError):
        counter.txt = "a slip"


@given(TEXTS, st.none() | st.integers(-2, 8))
def test_words_are_those_of_split(text, n):
    counter = npx.WordCounter(text)
    words = text.split()
    assert len(counter) == counter.count() == len(words)
    assert counter.most_common(n) == Counter(words).most_common(n)
    assert bool(counter)


@given(st.binary(min_size=1) | TEXTS.map(lambda t: t.encode("utf-8", "replace")))
def test_words_of_bytes(text):
    counter = npx.WordCounter(text)
    assert len(counter) == len(text.split())
    assert counter.most_common() == Counter(text.split()).most_common()


def long_text(words: int, different: int) -> str:
    """Return a text with words of all lengths, many of them long, and odd spaces."""
    made, state = [], 1
    for _ in range(words):
        state = state * 6364136223846793005 % 2**64 + 1442695040888963407
        number = (state >> 33) % different
        made.append(f"w{number}" + "é" * (number % 40))
        made.append(SPACES[number % len(SPACES)] * (1 + number % 3))
    return "".join(made)


@pytest.mark.parametrize("different", [3, 2000, 150_000])
def test_long_texts_on_any_number_of_threads(different):
    text = long_text(200_000, different)
    expected = Counter(text.split()).most_common()
    data = text.encode()
    of_bytes = Counter(data.split()).most_common()
    for cpu in cpu_levels():
        with engine(cpu=cpu):
            for threads in (1, 2, 8):
                with npx.num_threads(threads):
                    assert npx.WordCounter(text).most_common() == expected
                    assert npx.WordCounter(data).most_common() == of_bytes


def test_most_common_takes_any_number():
    counter = npx.WordCounter("b a b c")
    assert counter.most_common(10**30) == [("b", 2), ("a", 1), ("c", 1)]
    assert counter.most_common(0) == []
    assert npx.WordCounter(" \n ").most_common() == []


def test_counters_are_copied_and_pickled():
    counter = npx.WordCounter("a b a")
    counter.most_common()
    for other in (copy.copy(counter), pickle.loads(pickle.dumps(counter))):
        assert other.most_common() == counter.most_common()
        other.text = "c"
        assert counter.text == "a b a"


def test_words_outlive_their_text():
    groups = _native.word_groups("".join(["so ", "long"]), True, 1, False)
    assert _native.word_groups_top(groups, 5, False) == [("so", 1), ("long", 1)]


def test_a_signal_handler_may_ask_the_counter_that_is_at_work(monkeypatch):
    counter = npx.WordCounter("b a b")
    group, answers = _native.word_groups, []

    def interrupted(*arguments):
        if not answers:
            answers.append("handler")
            answers.append(counter.most_common(1))
        return group(*arguments)

    monkeypatch.setattr(_native, "word_groups", interrupted)
    asking = threading.Thread(
        target=lambda: answers.append(counter.most_common()), daemon=True
    )
    asking.start()
    asking.join(timeout=30)
    assert answers == ["handler", [("b", 2)], [("b", 2), ("a", 1)]]


def test_threads_see_one_text_or_the_other():
    texts = {f"{word} " * n: (word, n) for word, n in [("a", 50_000), ("bb", 30_000)]}
    counter = npx.WordCounter(next(iter(texts)))
    wrong = []
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            found = counter.most_common(1)
            if found not in [[pair] for pair in texts.values()]:
                wrong.append(found)
            if counter.count() not in (50_000, 30_000):
                wrong.append(counter.count())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        for text in texts:
            counter.text = text
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
