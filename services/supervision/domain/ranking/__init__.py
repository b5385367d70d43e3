"""Risk ranking (风险排序): which objects are likely to have a critical finding, by what was known the day before a day.

``history`` what is known and when, ``features`` what is read from it, ``fitting`` the scorecard from a history,
``card`` points and reasons, ``evaluation`` how much earlier critical findings come, ``rules`` every number of it.
"""

from supervision.domain.ranking.card import (
    RankCard,
    RankedObject,
    RankReason,
    rank,
)
from supervision.domain.ranking.evaluation import DueCheck, Evaluation, evaluate
from supervision.domain.ranking.features import Feature, Trait, traits_of
from supervision.domain.ranking.fitting import card_for
from supervision.domain.ranking.history import History, PastCheck, Registration, Snapshot
from supervision.domain.ranking.rules import RankingEdition, RankingRules, parse
from supervision.domain.ranking.words import reason_words, trait_words

__all__ = [
    "DueCheck",
    "Evaluation",
    "Feature",
    "History",
    "PastCheck",
    "RankCard",
    "RankReason",
    "RankedObject",
    "RankingEdition",
    "RankingRules",
    "Registration",
    "Snapshot",
    "Trait",
    "card_for",
    "evaluate",
    "parse",
    "rank",
    "reason_words",
    "trait_words",
    "traits_of",
]
