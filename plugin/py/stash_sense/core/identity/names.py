"""Names as evidence: what counts as the same name, and how alike two names are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

NOT_A_LETTER = re.compile(r"[\W_]+")
PREFIX = 4  # letters at the front that Winkler's bonus looks at


def name_key(name: str) -> str:
    """The words of a name without case, accents and punctuation, in alphabetical order: “Mikami Yua” is “Yua Mikami”. "" for no letters."""
    return " ".join(sorted(folded(name).split()))


def folded(name: str) -> str:
    """Lower case, without accents and punctuation, words in their order."""
    if not name.isascii():
        parts = unicodedata.normalize("NFKD", name)
        name = unicodedata.normalize("NFKC", "".join(letter for letter in parts if not _is_accent(letter)))
    return NOT_A_LETTER.sub(" ", name.casefold()).strip()


def _is_accent(letter: str) -> bool:
    """Marks on Latin letters; in kana they make another sound (は, ば), so they stay."""
    return unicodedata.combining(letter) != 0 and letter not in "\u3099\u309a"


def is_full(key: str) -> bool:
    """True for names that a stranger hardly shares: two words, or three letters of a script that writes names without a gap."""
    return " " in key or (len(key) >= 3 and not key.isascii())


def one_word_apart(one: str, other: str) -> bool:
    """True for names, as `folded` gives them, of which all words but one are the same."""
    left, right = Counter(one.split()), Counter(other.split())
    return max(sum((left - right).values()), sum((right - left).values())) <= 1


def likeness(one: str, other: str) -> float:
    """0..1, 1 for equal: Jaro and Winkler's measure of two names as `folded` gives them, in either order of their words."""
    if one == other:
        return 1.0 if one else 0.0
    return max(_jaro_winkler(one, other), _jaro_winkler(" ".join(sorted(one.split())), " ".join(sorted(other.split()))))


def _jaro_winkler(one: str, other: str) -> float:
    """Jaro 1989, Winkler 1990, with the usual weight of 0.1 a letter at the front."""
    matched, swapped = _matches(one, other)
    if not matched:
        return 0.0
    jaro = (matched / len(one) + matched / len(other) + (matched - swapped / 2) / matched) / 3
    front = 0
    for left, right in zip(one[:PREFIX], other[:PREFIX], strict=False):
        if left != right:
            break
        front += 1
    return jaro + 0.1 * front * (1 - jaro)


def _matches(one: str, other: str) -> tuple[int, int]:
    """Letters found in the other name not far from their place, and how many of them stand in another order."""
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    left = []
    for place, letter in enumerate(one):
        for there in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if not taken[there] and other[there] == letter:
                taken[there] = True
                left.append(letter)
                break
    right = [letter for letter, used in zip(other, taken, strict=True) if used]
    return len(left), sum(a != b for a, b in zip(left, right, strict=True))
