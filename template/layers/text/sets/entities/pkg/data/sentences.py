"""Sentences of a small grammar, whose names mean a person, a place or a firm by what is said.

They are made up, so that the truth is exact. The same names stand for all three, so a name alone
says little: a model has to read around it. Each sentence depends on its number alone.
"""

from collections.abc import Iterator
from random import Random

NUMBER = 5000  # of sentences
NEW = 0.03  # fraction of the names that are made for one sentence alone
FIRST = ("Adler", "Bell", "Carver", "Dale", "Ellis", "Frost", "Grant", "Hale", "Irving", "Jordan")
STARTS = ("Al", "Bre", "Cor", "Dun", "El", "Fal", "Gra", "Hol", "Kes", "Lor", "Mar", "Nor", "Or")
MIDDLES = ("", "", "da", "ri", "mi", "lo", "ve", "sta", "ne")
ENDS = ("ton", "ley", "field", "man", "son", "wick", "dale", "mont", "ric", "ra", "lin", "berg")
SECOND = {  # words that may follow or come before a name, by what it is
    "PER": ("{} {}", "{} {}", "J. {}"),
    "LOC": ("Port {}", "{} Bay", "New {}"),
    "ORG": ("{} Brothers", "{} and {}", "{} Works"),
}
TWO_WORDS = 0.2  # fraction of the names that have more than one word
CLAUSES = (
    *("{PER} said so", "{PER} married in spring", "{PER} plays the violin", "{PER} has two sons"),
    *("the nurse woke {PER}", "nobody believed {PER}", "the mother of {PER} laughed"),
    *("a letter to {PER} was lost", "{PER} was born at sea", "{PER} fell asleep on the train"),
    *("{PER} thanked {PER}", "the teacher praised {PER}", "{PER} forgot her keys"),
    *("they met in {LOC}", "it rained in {LOC}", "the road to {LOC} is closed"),
    *("{LOC} lies on a river", "the mayor of {LOC} resigned", "trains leave for {LOC} at noon"),
    *("the streets of {LOC} were empty", "{LOC} has forty thousand inhabitants"),
    *("the bridge near {LOC} collapsed", "snow fell on the hills around {LOC}"),
    *("shares of {ORG} fell", "{ORG} hired forty engineers", "{ORG} reported a loss"),
    *("the board of {ORG} met", "{ORG} sells tractors", "customers of {ORG} complained"),
    *("a lawsuit against {ORG} failed", "{ORG} bought {ORG}", "{ORG} will pay a dividend"),
    *("the chairman of {ORG} is ill", "investors sold {ORG}"),
    *("{PER} moved to {LOC}", "{PER} left {ORG}", "{ORG} opened an office in {LOC}"),
    *("{PER} became a director of {ORG}", "{PER} bought a house in {LOC}"),
    *("{ORG} closed its plant in {LOC}", "{PER} sued {ORG}", "{LOC} elected {PER}"),
    *("{PER} and {PER} quarrelled", "the road from {LOC} to {LOC} was mended"),
    *("the harvest was poor", "nothing else was known", "the price of wheat rose"),
)
OPENERS = ("yesterday", "last week", "as we heard", "in the end", "on Monday", "by all accounts")
JOINS = (", while", ", because", "and", "although", ", but", "before", ", after which")
ASIDES = (", it is said ,", ", to the surprise of all ,", ", as the papers wrote ,", ", at last ,")

Tagged = tuple[str, str]  # a word and its tag


def draw(number: int) -> list[Tagged]:
    """Draw a sentence: words, each with its tag in IOB2."""
    random = Random(number)
    words = [(word, "O") for word in random.choice(OPENERS).split()] if coin(random, 0.4) else []
    words += clause(random)
    if coin(random, 0.6):
        words += [(word, "O") for word in random.choice(JOINS).split()] + clause(random)
    first, tag = words[0]
    return [(first[0].upper() + first[1:], tag), *words[1:], (".", "O")]


def clause(random: Random) -> list[Tagged]:
    """Draw a clause; now and then something is put in between."""
    found = [
        tagged
        for word in random.choice(CLAUSES).split()
        for tagged in (name(random, word[1:-1]) if word[0] == "{" else [(word, "O")])
    ]
    places = [i for i in range(1, len(found)) if not found[i][1].startswith("I-")]
    if coin(random, 0.2) and places:
        aside = [(word, "O") for word in random.choice(ASIDES).split()]
        place = random.choice(places)
        return [*found[:place], *aside, *found[place:]]
    return found


def name(random: Random, kind: str) -> Iterator[Tagged]:
    """Yield the words of a name of this kind, with their tags."""
    pattern = random.choice(SECOND[kind]) if coin(random, TWO_WORDS) else "{}"
    words = pattern.format(one_name(random), one_name(random)).split()
    yield from ((word, f"{'I' if i else 'B'}-{kind}") for i, word in enumerate(words))


def one_name(random: Random) -> str:
    """Draw a name of one word, mostly of those that stand for all three kinds."""
    if coin(random, NEW):
        return made_up(random) + random.choice(("o", "y", "is"))
    return random.choice(NAMES)


def made_up(random: Random) -> str:
    """Put a name together."""
    return random.choice(STARTS) + random.choice(MIDDLES) + random.choice(ENDS)


def coin(random: Random, chance: float) -> bool:
    """Say yes with this chance."""
    return random.random() < chance


NAMES = (*FIRST, *dict.fromkeys(made_up(Random(number)) for number in range(90)))
