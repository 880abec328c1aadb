"""What a number is in its sentence: a value, a part of another, a change, a target, an end.

Said by patterns over the masked sentence (:mod:`reading`), in an order: the first that names a
number decides. ``{N0}`` is a count, ``{%0}`` a share, ``{P0}`` points, ``{X0}`` "doubled".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from earlyhelp.report.checker.reading import SentenceReading

UP = (
    r"ris(?:e|es|en|ing)|rose|increas(?:e|es|ed|ing)|gr(?:ew|own|ows|owth|owing)|climb(?:s|ed|ing)?|went\sup"
    r"|gone\sup|going\sup|gain(?:s|ed)?|jump(?:ed|s)?|surg(?:e|ed)|soar(?:ed)?|upturn|upward|uplift|spik(?:e|ed)"
)
DOWN = (
    r"fall(?:s|en|ing)?(?!\sshort)|fell(?!\sshort)|decreas(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|drop(?:s|ped|ping)?|reduc(?:e|es|ed|ing|tion|tions)"
    r"|went\sdown|gone\sdown|going\sdown|shr(?:ank|unk|inking)|slip(?:s|ped|ping)?|dip(?:s|ped)?(?!\s?sampl)|downturn|downward|lost|plung(?:e|ed)|tumbl(?:e|ed)|eas(?:ed|ing)"
)
BETTER = r"improv(?:e|es|ed|ing|ement|ements)|better|strengthen(?:ed|ing)?"
WORSE = r"worse(?:n|ns|ned|ning)?|deteriorat(?:e|ed|es|ing|ion)|weaken(?:ed|ing)?"
_PAST = r"(?:rose|fell|grew|shrank|went|increased|decreased|declined|dropped|reduced|climbed|dipped|slipped|gained|lost)"
MOVE = f"{UP}|{DOWN}|{BETTER}|{WORSE}|chang(?:e|ed|es)|differen(?:ce|t)|gap|swing|mov(?:e|ed|ement)"
_SIZE = (
    r"(?:about|around|approximately|roughly|some|nearly|almost|just|over|under|more|fewer|less|than|well|only|at|least|most"
    r"|a|an|the|another|exactly|further|additional|close|to|up|by|no|mere|full|of|as|much|many)"
)
_C = r"\{[N]([0-9]+)\}"
_S = r"\{%([0-9]+)\}"
_ANY = r"\{[N%PX]([0-9]+)\}"
_DIFF = r"\{[N%P]([0-9]+)\}"
_GAP = r"[^{}.;:]"
_PTS = r"(?:\s(?:percentage\s)?points?|\spp|\sper\scent)?"
_THEM = r"(?:(?:the|a|all|these|those|our|its|their|total|of|overall)\s)*"
_TARGET = r"(?:targets?|ambition|aspiration|benchmark)"
# How an aim begins in a plan.
PLAN = r"(?:increase|reduce|improve|raise|cut|lower|bring|lift|decrease|maintain|keep|move)"
# "1 less than 12 months" is a limit of time, and no change.
_UNITS = r"\s[\w-]+\s(?:days?|weeks?|months?|years?)\b"
_LIMIT = rf"\sthan{_UNITS}"
_LESS = r"(?:more|fewer|less|higher|lower|greater|up|down|above|below|better|worse|larger|smaller)"

# A role for each group of a pattern; "-" leaves a number as it is.
PATTERNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"^\W*(?:to\s)?{PLAN}\b(?:{_GAP}|:)*?\sfrom\s{_ANY}{_GAP}{{0,40}}?\sto\s(?:{_SIZE}\s)*{_ANY}", ("earlier", "target")),
    (rf"^\W*(?:to\s)?{PLAN}\b[^{{}}]*\sto\s(?:{_SIZE}\s)*{_ANY}", ("target",)),
    (rf"^\W*(?:to\s)?{PLAN}\b(?:[^{{}}]|\{{[^{{}}]*\}})*\sto\s(?:{_SIZE}\s)*{_ANY}", ("target",)),
    (rf"\b(?:no\s(?!more\b|fewer\b|less\b|longer\b)|none\b|not\sone\b)[^{{}}.;:,]{{0,60}}?\b(?:fewer|less|lower|under|below)\s(?:than\s)?{_ANY}", ("low",)),
    (rf"\b(?:no\s(?!more\b|fewer\b|less\b|longer\b)|none\b|not\sone\b)[^{{}}.;:,]{{0,60}}?\b(?:more|higher|greater|over|above)\s(?:than\s)?{_ANY}", ("high",)),
    (rf"{_DIFF}{_PTS}\s?(?:{_GAP}{{0,20}}\s)?(?:short\sof|away\sfrom|off|shy\sof|from|below|above|under|over|ahead\sof|behind|beyond|beneath)\s{_GAP}{{0,30}}{_TARGET}(?:\sof|\sis|\swas|\s\(|\sset\sat)?\s?(?:level\s)?{_ANY}", ("gap", "target")),
    (rf"{_DIFF}{_PTS}\s?(?:{_GAP}{{0,20}}\s)?(?:short\sof|away\sfrom|off|shy\sof|from|below|above|under|over|ahead\sof|behind|beyond|beneath)\s{_GAP}{{0,30}}{_TARGET}", ("gap",)),
    (rf"{_TARGET}s?\b(?:(?:(?!,\s(?:at|with)\b){_GAP}){{0,40}}?\s(?:of|is|was|at|were|being|stands\sat|level\sof|to\sreach)|\s?[(:]|\sfor\s{{T[0-9]+}}\s(?:of|is|was)|,(?!\s(?:at|with)\b))\s?(?:{_SIZE}\s)*{_ANY}", ("target",)),
    (rf"{_ANY}\s{_TARGET}(?!ed)", ("target",)),
    (rf"{_TARGET}\s{_ANY}", ("target",)),
    (rf"(?:target(?:ed)?|aim(?:s|ed|ing)?|want|plans?|expects?|intends?|hopes?|seeks?)\s(?:is\s|was\s)?(?:to\s(?:reach|raise|lift|increase|reduce|cut|bring|get|hit|achieve)|for){_GAP}{{0,60}}?{_ANY}", ("target",)),
    (rf"(?:{MOVE})\b{_GAP}{{0,60}}?\bby\s(?:{_SIZE}\s)*{_DIFF}{_PTS}{_GAP}{{0,30}},?\s(?:from|up\sfrom|down\sfrom)\s(?:{_SIZE}\s)*{_ANY}{_GAP}{{0,40}}(?:{{T[0-9]+}}{_GAP}{{0,10}})?\bto\s(?:{_SIZE}\s)*{_ANY}", ("change", "earlier", "later")),
    (rf"(?:between|ranged\sfrom|ranging\sfrom|varied\sfrom|varying\sfrom|varied\sbetween)\s(?:{_SIZE}\s)*{_ANY}(?!{_GAP}*{{T)(?:{_GAP}|{{A[0-9]+}})*?\s(?:and|to)\s(?:{_SIZE}\s)*{_ANY}", ("end", "end")),
    (rf"\bfrom\s(?:{_SIZE}\s)*{_ANY}(?:{_GAP}|{{T[0-9]+}}|{{%[0-9]+}}|\(|\)){{0,80}}?\bto\s(?:{_SIZE}\s)*{_ANY}", ("earlier", "later")),
    (rf"\b(?:beg[au]n|started|opened|entered){_GAP}{{0,30}}(?:{{T[0-9]+}}\s)?with\s{_ANY}(?:{_GAP}|{{T[0-9]+}}){{0,80}}?\b(?:ended|finished|closed|left){_GAP}{{0,30}}(?:{{T[0-9]+}}\s)?(?:with|at|on)\s{_ANY}", ("earlier", "later")),
    (rf"\bto\s(?:{_SIZE}\s)*{_ANY}(?:{_GAP}|{{T[0-9]+}}){{0,60}}?\bfrom\s(?:{_SIZE}\s)*{_ANY}", ("later", "earlier")),
    (rf"\b(?:rather\sthan|instead\sof)\s(?:{_SIZE}\s)*{_ANY}", ("other",)),
    (rf"(?:up|down|{UP}|{DOWN}|{BETTER}|{WORSE}|higher|lower|more|fewer|less|changed|different|unchanged|recover(?:ed|ing)|back)\b{_GAP}{{0,30}}?\b(?:from|on|than|against)\s(?:{_GAP}{{0,25}}?\s)?(?:{_SIZE}\s)*{_ANY}(?!{_PTS}\s(?:{_LESS})\b)", ("earlier",)),
    (rf"(?:compared\s(?:with|to)|in\scomparison\s(?:with|to)|as\sagainst|against|versus|vs\.?|set\sbeside|set\sagainst|previously|formerly|(?:where|when|whereas|although|though|but)\s(?:it|there|they)\shad\sbeen|up\son|down\son)\s(?:{_GAP}{{0,40}}?)(?:{_SIZE}\s)*{_ANY}", ("earlier",)),
    (rf"(?:{MOVE}|up|down|adds?|added)\b(?:\s(?:in|on|over)\s{_GAP}{{0,40}}?)?(?:,|\s)?\s?(?:by|of|was|is)\s(?:{_SIZE}\s)*{_DIFF}", ("change",)),
    (rf"\b(?:up|down)\s(?:by\s)?(?:{_SIZE}\s)*{_DIFF}(?!{_GAP}{{0,4}}\sto)", ("change",)),
    (rf"(?:{UP}|{DOWN})\s(?:{_SIZE}\s)*{{P([0-9]+)}}", ("change",)),
    (rf"(?:{UP}|{DOWN})\s(?:about|around|nearly|almost|over|just\sunder|just\sover|some|roughly|more\sthan)?\s?{{[%]([0-9]+)}}(?!\s?\))", ("change",)),
    (rf"{_C}(?:\s[^{{}}.;()]{{0,25}})?(?:\s\([^{{}}]*\))?,?\s(?:a\s|an\s|(?:this\s)?is\s(?:a|an)\s|which\sis\s(?:a|an)\s)?(?:{UP}|{DOWN})\s(?:from|on)\s{_C}", ("later", "earlier")),
    (rf"\b(?:a|an|the|this|another|further|of|by)\s(?:{_SIZE}\s)*{_C}[\s-](?:{_GAP}{{0,25}}\s)?(?:{UP}|{DOWN}|improvement|growth|reduction|change|swing|deterioration)\b", ("change",)),
    (rf"\{{[%P]([0-9]+)\}}{_PTS}[\s-](?:(?!requir|need|as\b|of\b|were\b|was\b|who\b|said\b|show\w*\b|and\b)[\w-]+\s){{0,2}}(?!{_PAST}\b)(?:{UP}|{DOWN}|improvement|growth|reduction|change|swing|deterioration)\b(?!\s(?:from|on)\s{{%)", ("change",)),
    (rf"{_DIFF}{_PTS}\s(?:[^{{}}.;:,]{{0,14}}\s)?{_LESS}(?:\s{_GAP}{{0,40}}?)?\s?(?:than|on|from|compared|over\sthe)\b(?!{_UNITS})", ("change",)),
    (rf"{_DIFF}{_PTS}\s(?:more|fewer|less|higher|lower|up|down)\b(?!\sthan\s(?:{_SIZE}\s)?{{|{_LIMIT})", ("change",)),
    (rf"(?:difference|gap)\s(?:between|of|in|was|is){_GAP}{{0,60}}?(?:{{T[0-9]+}}(?:{_GAP}|{{T[0-9]+}}){{0,90}}?)?\s(?:is|was|of|came\sto|comes\sto|stood\sat)\s(?:{_SIZE}\s)*{_DIFF}", ("change",)),
    (r"\{P([0-9]+)\}", ("change",)),
    (rf"(?:averag(?:e|es|ed|ing)(?:\sout)?|mean|median|typically)\b{_GAP}{{0,50}}?(?:at|of|was|is|were|stood\sat|:)?\s(?:{_SIZE}\s)*{_ANY}", ("mean",)),
    (rf"{_ANY}\s(?:on\saverage|(?:a|per|each|every)\s(?:quarter|month|term))", ("mean",)),
    (rf"{_C}\s[^{{}}.;:,]{{0,45}}?\b(?:a|per|each|every)\s(?:quarter|month)\b", ("mean",)),
    (rf"(?:highest|peak(?:ed|s|ing)?|high\spoint|maximum|largest|greatest|top)\b{_GAP}{{0,40}}?(?:at|of|was|is|with|to|\()\s?(?:{_SIZE}\s)*{_ANY}", ("high",)),
    (rf"(?:lowest|low\spoint|minimum|smallest|trough|bottom(?:ed)?|least)\b{_GAP}{{0,40}}?(?:at|of|was|is|with|to|\()\s?(?:{_SIZE}\s)*{_ANY}", ("low",)),
    (rf"\b(?:a|its|their|the)\s(?:high|peak)\s(?:of\s)?{_ANY}", ("high",)),
    (rf"\b(?:a|its|their|the)\slow\s(?:of\s)?{_ANY}", ("low",)),
)  # fmt: skip
_COMPILED = [(re.compile(rule, re.IGNORECASE), roles) for rule, roles in PATTERNS]

_NOUNS = r"(?:(?!\bwith\b|\bwho\b)[^{}.;:()]){0,45}?"
# How counts and shares stand to each other: which is the numerator, denominator and share.
RATIOS: tuple[tuple[str, str], ...] = (
    (rf"{_C}(?:[^{{}}.;]|\{{T[0-9]+\}}){{0,90}}?\s{_C}\sof\s(?:them|these|those|whom|which)\s?(?:\(|,\s)(?:or\s|about\s)?{_S}", "dnv"),
    (rf"{_C}\s?/\s?{_C}(?:[^{{}}.;]{{0,12}}{_S})?", "ndv"),
    (rf"{_C}{_NOUNS}\s(?:out\sof|of|from|from\samong|among)\s{_THEM}{_C}(?:[^{{}}.;]{{0,60}}?[(,=–-]\s?(?:or|that\sis|which\sis|i\.e\.|representing|equivalent\sto|equal\sto|a\srate\sof|giving|which\srepresents|about|around|just\sover|just\sunder|nearly|almost|some)?\s?{_S})?", "ndv"),
    (rf"(?:^|[.,;:(]\s?|\b)(?:out\sof|of|from|among|amongst)\s{_THEM}{_C}[^{{}}.;]{{0,90}}?,\s[^{{}}.;]{{0,40}}?{_C}(?:\s?[^{{}}.;]{{0,25}}?[(,=–-]\s?(?:or\s)?{_S})?", "dnv"),
    (rf"(?:^|[.,;:(]\s?|\b)(?:out\sof|of|from|among|amongst)\s{_THEM}{_C}[^{{}}.;]{{0,90}}?,\s[^{{}}.;]{{0,40}}?{_S}\s?\(\s?{_C}", "dvn"),
    (rf"(?:^|[.,;:(]\s?|\b)(?:out\sof|of|from|among|amongst)\s{_THEM}{_C}\s[^{{}}.;,]{{1,60}}?\s{_C}[^{{}}.;]{{0,40}}?[(,=–-]\s?(?:or\s)?{_S}", "dnv"),
    (rf"{_C}[^{{}}.;]{{0,60}}?,?\s\(?of\s(?:which|whom|these|those|them),?\s[^{{}}.;]{{0,20}}?{_C}(?:\s?[^{{}}.;]{{0,25}}?[(,=–-]\s?(?:or\s)?{_S})?", "dnv"),
    (rf"{_S}[^{{}}.;]{{0,70}}?\(\s?(?:i\.e\.\s|that\sis\s|or\s)?{_C}{_NOUNS}(?:/|\sout\sof\s|\sof\s|\sfrom\s){_THEM}\s?{_C}", "vnd"),
    (rf"{_S},?\s(?:or|that\sis|i\.e\.|which\sis)\s{_C}{_NOUNS}(?:\sout\sof|\sof|\sfrom)\s{_THEM}{_C}", "vnd"),
    (rf"{_S}[^{{}}.;]{{0,50}}?\s(?:of|out\sof)\s{_THEM}{_C}", "vd"),
    (rf"{_S}[^{{}}.;()]{{0,60}}?\(\s?{_C}(?:\s[\w\s]{{0,30}})?\)", "vn"),
    (rf"{_C}[^{{}}.;()]{{0,45}}?\(\s?(?:or\s|about\s|around\s|nearly\s|almost\s|just\sover\s|just\sunder\s)?{_S}", "nv"),
    (rf"{_C}[^{{}}.;()]{{0,30}}?(?:,\sor|\sor|,\swhich\sis|,\sthat\sis|\s=|,\sequivalent\sto|,\srepresenting|,)\s(?:about\s|around\s|just\sover\s|just\sunder\s|nearly\s|almost\s)?{_S}", "nv"),
    (rf"{_C}\sto\s{_C}(?=\sratio)", "nd"),
)  # fmt: skip
_ONLY_SIZE = re.compile(r"\b(?:more|fewer|less)\sthan\s$", re.IGNORECASE)
_MOVES = re.compile(
    rf"\b(?:{UP}|{DOWN}|up|down|compared)\s(?:{_GAP}{{0,20}})?(?:from|on|with|to|against)\b",
    re.IGNORECASE,
)
_RATIOS = [(re.compile(rule, re.IGNORECASE), parts) for rule, parts in RATIOS]


@dataclass
class Ratio:
    """Numbers that the sentence sets in proportion, by where they stand among its numbers."""

    numerator: int | None = None
    denominator: int | None = None
    value: int | None = None


@dataclass
class Roles:
    """The role of each number, its ratio, and the other end of a change."""

    of: list[str]
    ratio: dict[int, Ratio] = field(default_factory=dict)
    ratios: list[Ratio] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)


def roles_of(reading: SentenceReading) -> Roles:
    """What the numbers of a sentence are."""
    roles = Roles(["" for _ in reading.numbers])
    masked = reading.masked
    for at, number in enumerate(reading.numbers):
        if number.sign:
            roles.of[at] = "change"
        elif number.unit == "times":
            roles.of[at] = "factor"
    _find_ratios(reading, masked, roles)
    _find_values(reading, masked, roles)
    for pattern, names in _COMPILED:
        for match in pattern.finditer(masked):
            _assign(reading, roles, names, [int(one) for one in match.groups()])
    for ratio in roles.ratios:
        _keep_together(roles, ratio)
    roles.of = [role or "value" for role in roles.of]
    return roles


def _keep_together(roles: Roles, ratio: Ratio) -> None:
    """The parts of a proportion are all of the earlier time where one of them is."""
    parts = [at for at in (ratio.numerator, ratio.denominator, ratio.value) if at is not None]
    if "earlier" in {roles.of[at] for at in parts}:
        for at in parts:
            roles.of[at] = roles.of[at] or "earlier"


def _is_only_size(reading: SentenceReading, names: tuple[str, ...], numbers: list[int]) -> bool:
    """Whether "fewer than half" is a size: no number stands before it, so nothing is compared."""
    is_first = names == ("earlier",) and numbers == [0]
    return is_first and bool(_ONLY_SIZE.search(reading.text[: reading.numbers[0].start]))


def _assign(
    reading: SentenceReading, roles: Roles, names: tuple[str, ...], numbers: list[int]
) -> None:
    units = {reading.numbers[at].is_share for at in numbers}
    if len(numbers) == 2 and names != ("gap", "target") and len(units) > 1:
        return
    if _is_only_size(reading, names, numbers):
        return
    for at, role in zip(numbers, names, strict=True):
        if not roles.of[at]:
            roles.of[at] = role
    by_role = dict(zip(names, numbers, strict=True))
    if "earlier" in by_role and "later" in by_role:
        roles.ends.append((by_role["earlier"], by_role["later"]))


def _find_ratios(reading: SentenceReading, masked: str, roles: Roles) -> None:
    for pattern, parts in _RATIOS:
        for match in pattern.finditer(masked):
            found = [None if one is None else int(one) for one in match.groups()]
            numbers = {one for one in found if one is not None}
            ratio = Ratio(**dict(_named(parts, found)))
            is_new = numbers.isdisjoint(roles.ratio) and not _MOVES.search(match[0])
            if is_new and _is_possible(reading, ratio):
                roles.ratios.append(ratio)
                roles.ratio.update(dict.fromkeys(numbers, ratio))


def _find_values(reading: SentenceReading, masked: str, roles: Roles) -> None:
    """The share that stands before the brackets with its parts: "50.8% (837 of 1,649)"."""
    for ratio in roles.ratios:
        at = (ratio.numerator or 0) - 1
        if ratio.value is not None or at < 0 or at in roles.ratio:
            continue
        is_before = re.search(rf"\{{%{at}\}}[^{{}}.;()]{{0,70}}\(\s?\{{N{at + 1}\}}", masked)
        if is_before:
            ratio.value = at
            roles.ratio[at] = ratio


def _named(parts: str, found: list[int | None]) -> Iterator[tuple[str, int | None]]:
    names = {"n": "numerator", "d": "denominator", "v": "value"}
    for part, at in zip(parts, found, strict=False):
        yield names[part], at


def _is_possible(reading: SentenceReading, ratio: Ratio) -> bool:
    """Whether a part is not more than its whole."""
    if ratio.numerator is None or ratio.denominator is None:
        return True
    top, under = reading.numbers[ratio.numerator], reading.numbers[ratio.denominator]
    return top.value <= under.value * 2 and not (top.is_word and top.value == 1 and under.is_word)
