"""What a section says about the limits of its figures: breaks, gaps, chance."""

import re

from earlyhelp.report.checker.words import content_stems

_BREAK = re.compile(
    r"new\s(?:\w+\s){0,3}(?:system|database|definition|method|form|tool|recording|way\sof)|chang(?:e|es|ed|eover)\s(?:\w+\s){0,4}(?:system|definition|recording|method|database|counting|count)"
    r"|(?:system|definition|method|recording|counting\srule|database|count)s?\s(?:\w+\s){0,4}(?:chang|moved|replac|migrat|was\swiden|was\srevis|widen|broaden)|re-?defin"
    r"|not\s(?:\w+\s){0,3}compar|cannot\s(?:\w+\s){0,3}(?:compar|set\s(?:beside|against))|can['’]t\sbe\scompar|no\scomparison|incomparable|break\sin\s(?:the\s)?(?:series|data|time)|series\sbreak|discontinuit"
    r"|migrat|counted\s(?:\w+\s){0,2}differently|different\s(?:definition|basis|method|system|recording)|like\s(?:for|with)\slike|widened|now\s(?:\w+\s)?(?:include|take)|wider\s(?:service|definition)|caution|(?:old|previous|former)\s(?:recording\s)?(?:system|definition|database)",
    re.IGNORECASE,
)  # fmt: skip
_GAP = re.compile(
    r"\b(?:[0-9]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|all\sbut\s\w+)\s(?:out\s)?of\s(?:the\s|our\s)?(?:\w+\s)?(?:[0-9]+|\w+)?\s?(?:teams?|hubs|centres|returns?|localities|services|areas|team-quarters)"
    r"|(?:did|has|have|had|could|was|were)\s?(?:not|n['’]t)\s(?:\w+\s){0,2}(?:report|provide|return|submit|answer|suppl|give|includ|count|able|available|complete)|\bmissing\b|\bincomplete\b|\bpartial\b|\bnot\sall\s(?:the\s)?(?:teams|localities|areas|services|hubs|centres|returns)"
    r"|\bexclud|\bwithout\s(?:\w+\s){0,5}(?:team|return|figures|localit|data|hub|centre)|\bexcept\b|\bonly\s(?:from|in|for|of)\b|\b(?:from|in|for|by)\s(?:\w+\s){1,6}(?:only|alone)\b|\bno\s(?:return|figures?|data)\s(?:from|for|was|were)|\bsome\s(?:teams|returns|localities)|\bteams?\s(?:that|which|who)\s(?:reported|answered|made\sa\sreturn)|\b(?:from|for|in|by|of)\s(?:only\s|just\s)?(?:one|1)\s(?:\w+\s){0,2}(?:teams?|localit\w+|hubs?|areas?|centres?|districts?|services?)\b|\bno\sreturn|yet\sto\s(?:report|submit|return)|gaps?\sin\s(?:the\s)?(?:data|returns|reporting)|coverage|understate|one\steam(?:['’]s)?\s",
    re.IGNORECASE,
)  # fmt: skip
_CHANCE = re.compile(
    r"no\s(?:clear|real|significant|statistically|meaningful|reliable|firm)\s?\w*\s?(?:change|difference|trend|movement|improvement|fall|rise)|not\s(?:a\s)?(?:clear|statistically|significant)|(?:within|down\sto|due\sto|by)\s(?:\w+\s)?chance|could\s(?:well\s|easily\s)?be\s(?:down\sto\s)?chance|chance\s(?:alone|variation)|random\svariation|margin\sof\s(?:error|chance)|too\s(?:small|few)\sto|not\sstatistically|may\sbe\schance|statistical\snoise|broadly\s(?:the\ssame|unchanged|similar)|little\schange|no\schange|read\s(?:too\smuch|nothing)|normal\svariation",
    re.IGNORECASE,
)  # fmt: skip


def tells_break(section: str, reasons: list[str]) -> bool:
    """Whether a section says that figures do not compare, in general words or the break's own."""
    if _BREAK.search(section):
        return True
    said = set(content_stems(section))
    for reason in reasons:
        stems = set(content_stems(reason))
        if stems and len(stems & said) >= max(2, 0.6 * len(stems)):
            return True
    return False


def tells_gap(section: str) -> bool:
    """Whether a section says that not everybody reported."""
    return bool(_GAP.search(section))


def tells_chance(sentence: str) -> bool:
    """Whether a sentence says itself that a change may be chance."""
    return bool(_CHANCE.search(sentence))
