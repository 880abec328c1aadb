"""A second look at free text: does it seem to name or place a person? Pure.

An audit needs no names. These rules look for what slips in: a name, a date of birth, an
address or a postcode, an NHS number. They only warn, and the writer decides: a rule that cries
wolf is soon clicked away, so each stays quiet about ordinary sentences of the field.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of text looks like."""

    NAME = "a person's name"
    DATE_OF_BIRTH = "a date of birth"
    ADDRESS = "an address"
    POSTCODE = "a postcode"
    NHS_NUMBER = "an NHS number"


@dataclass(frozen=True)
class Warned:
    """A piece of text and what it looks like."""

    kind: Kind
    found: str

    @property
    def text(self) -> str:
        """The sentence for the writer."""
        return f"“{self.found}” looks like {self.kind.value}. Please leave it out."


# First names that are no other word of ordinary English, common in Britain over the last
# sixty years; enough to notice one that stands alone.
_FIRST_NAMES = frozenset(
    """
    aaron abdul abigail adam adrian ahmed aisha aiden alan alexander alfie ali alice alison amanda
    amelia amy andrea andrew angela anita anna anne annie anthony archie arthur asha ashley
    barbara beatrice ben benjamin bethany brenda brian callum cameron carla carol caroline
    catherine chantelle charlie charlotte chloe christine christopher claire clare connor craig
    daisy daniel darren david deborah declan denise diane donna dylan edward elaine eleanor
    elizabeth ella ellie emily emma erin ethan evie fatima fiona florence francesca freddie
    gareth gary gemma george georgia gillian graham hannah hannan harriet harry hassan heather
    helen henry holly ibrahim imran isabella isla jacob jacqueline jake james jamie jane janet
    jason jayden jean jennifer jessica joan joanne jodie john jonathan jordan joseph joshua
    julia julie kai karen katherine kathleen katie kayleigh keith kelly kenneth kevin kieran
    kirsty kyle laura lauren leah leanne lee leo lewis liam lily linda lisa logan louise lucas
    lucy luke lynn margaret maria marie marion martin mary matthew megan mia michael michelle
    mohammed mohammad muhammad naomi nathan neil nicholas nicola noah oliver olivia omar oscar
    pamela patricia paul paula peter philip phoebe rachel rebecca reece rhys richard riley
    robert robin ronald rosie ruby ryan sally samantha samuel sandra sara sarah sean sebastian
    shannon sharon shaun sheila simon sophia sophie stacey stephanie stephen steven stuart
    susan suzanne tanya tara teresa theo thomas timothy toby tracey tyler usman valerie vanessa
    victoria vincent wayne wendy william yasmin yusuf yvonne zainab zara zoe
    """.split()  # noqa: SIM905  # a column of names reads better than a list of strings
)

# Capitalised words of the field that stand side by side without being anybody's name.
_FIELD = frozenset(
    """
    a an the and of for in on at to by with no not all some each this that these those there
    when where while who what how why if as is it its his her their our we they he she you
    mum dad mother father parent parents carer carers child children family families young
    person people sibling siblings
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday easter christmas ramadan eid
    early help head heads service services deputy director manager managers team teams worker
    workers social care officer officers auditor auditors moderator practitioner practitioners
    assessment assessments plan plans review reviews meeting meetings case cases file files
    audit audits action actions round tool good outstanding inadequate requires improvement
    graded profile protection need needs looked after local authority authorities safeguarding
    board strategy conference core group panel intervention support supervision management
    oversight chronology genogram signs safety threshold thresholds level levels tier tiers
    domestic abuse violence risk identification matrix neglect sexual exploitation screening
    graded quality assurance performance intelligence framework workforce development council
    city county borough district locality localities north south east west central centre
    centres children's people's women's youth offending justice crime prevention court police
    school schools college nursery academy primary secondary education health visitor visitors
    nurse midwife hospital surgery gp nhs camhs mental adult adults housing department
    directorate university trust foundation church mosque street road christian muslim sikh
    hindu jewish catholic polish romanian urdu punjabi slovak english british asian black white
    european african caribbean irish traveller roma gypsy england britain united kingdom
    section act human rights equality data part annex appendix page table chapter version
    liquid logic eclipse mosaic microsoft word excel teams outlook
    voice feedback strengths difficulties questionnaire outcome outcomes star common multi
    agency single point access front door duty hub triage referral referrals step down up
    troubled strengthening futures mind systemic training under over legal special educational
    ehc ehcp sen send free home pupil premium sure start universal credit job centre plus
    """.split()  # noqa: SIM905
)

_WORD = r"[A-Z][a-z]+(?:['’-](?!s\b)[A-Za-z]+)*"
_RUN = re.compile(rf"{_WORD}(?: {_WORD})*")
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? ({_WORD})")
_INITIAL = re.compile(rf"(?<![\w'’.])([A-Z])(?:\. ?|\.?[A-Z]\.? | )({_WORD})\b")
_CUED = re.compile(
    r"\b(?i:called|named|mother|father|mum|dad|son|daughter|brother|sister|sibling|child|"
    rf"baby|partner|stepfather|stepmother|uncle|aunt|grandmother|grandfather),? ({_WORD})"
)
_DATE = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Za-z]{3,9},? \d{4})"
)
_BORN = re.compile(
    rf"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birthday)(?: (?:is|was))?\W{{0,3}}({_DATE})",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE
)
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)$")
_STREET = (
    "Street|Road|Avenue|Lane|Close|Drive|Crescent|Way|Court|Place|Terrace|Gardens|Grove|Hill|"
    "Square|Walk|Mews|Row|Rise|Green|Croft|Rd|Ave|Cres"
)
_ADDRESS = re.compile(
    rf"\b(?:[Ff]lat|[Aa]partment) \d{{1,3}}[A-Za-z]?\b"
    rf"|\b\d{{1,4}}[A-Za-z]?,? (?:{_WORD} ){{1,3}}(?:{_STREET})\b"
)
_COURTS = re.compile(r"\b(?:Family|Crown|County|High|Youth|Magistrates['’]?) Court\b")
_TEN_DIGITS = re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d-])")


def warnings(text: str, known: Collection[str] = ()) -> list[Warned]:
    """What in ``text`` looks like a person, where they live or a number of theirs, in order.

    ``known`` are names that are no person's: teams, localities, the council.
    """
    ours = _FIELD | {word.lower() for name in known for word in re.findall(r"[\w'’-]+", name)}
    found: dict[tuple[int, int], Warned] = {}
    for kind, start, end in (*_numbers(text), *_places(text), *_names(text, ours)):
        if not any(start < past and begun < end for begun, past in found):
            found[start, end] = Warned(kind, text[start:end])
    return [found[where] for where in sorted(found)]


Found = tuple[Kind, int, int]


def _numbers(text: str) -> Iterator[Found]:
    for match in _BORN.finditer(text):
        yield Kind.DATE_OF_BIRTH, match.start(1), match.end(1)
    for match in _TEN_DIGITS.finditer(text):
        if is_nhs_number(match[0]):
            yield Kind.NHS_NUMBER, match.start(), match.end()


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits end in the check digit of an NHS number.

    Modulus 11: the first nine digits times 10 down to 2; what the sum lacks of a multiple of
    11 is the tenth (11 counts as 0, and 10 is never given out).
    """
    plain = [int(digit) for digit in digits if digit.isdigit()]
    if len(plain) != 10 or len(set(plain)) == 1:
        return False
    total = sum(digit * weight for digit, weight in zip(plain, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return check != 10 and check == plain[9]


def _places(text: str) -> Iterator[Found]:
    for match in _POSTCODE.finditer(text):
        if not _ORDINAL.search(match[0]) and (match[0].isupper() or " " in match[0]):
            yield Kind.POSTCODE, match.start(), match.end()
    for match in _ADDRESS.finditer(text):
        if not _COURTS.search(match[0]):
            yield Kind.ADDRESS, match.start(), match.end()


def _names(text: str, ours: Collection[str]) -> Iterator[Found]:
    for match in _TITLED.finditer(text):
        yield Kind.NAME, match.start(), match.end()
    for match in _CUED.finditer(text):
        if match[1].lower() not in ours:
            yield Kind.NAME, match.start(1), match.end(1)
    for match in _INITIAL.finditer(text):
        is_article = match[1] in "AI" and _starts_a_sentence(text, match.start())
        if match[2].lower() not in ours and not is_article:
            yield Kind.NAME, match.start(), match.end()
    for match in _RUN.finditer(text):
        yield from _in_run(text, match, ours)


def _in_run(text: str, run: re.Match[str], ours: Collection[str]) -> Iterator[Found]:
    """Names in a run of capitalised words: two strange ones together, or one known first name.

    The word that starts a sentence has its capital from that, and counts only as a first name.
    """
    strange: list[tuple[int, int, bool]] = []
    for word in re.finditer(_WORD, run[0]):
        start, end = run.start() + word.start(), run.start() + word.end()
        plain = re.sub(r"['’]s$", "", word[0]).lower()
        is_first_name = plain in _FIRST_NAMES and plain not in ours
        # A first name makes a following word a surname, whatever else it means.
        follows_a_name = bool(strange) and strange[-1][2] and plain not in ours
        if (
            is_first_name
            or follows_a_name
            or (plain not in ours and not _starts_a_sentence(text, start))
        ):
            strange.append((start, end, is_first_name))
            continue
        yield from _told(strange)
        strange = []
    yield from _told(strange)


def _told(strange: list[tuple[int, int, bool]]) -> Iterator[Found]:
    if len(strange) > 1 or (strange and strange[0][2]):
        yield Kind.NAME, strange[0][0], strange[-1][1]


def _starts_a_sentence(text: str, place: int) -> bool:
    before = text[:place].rstrip(" \t\"'“‘(")
    return not before or before[-1] in ".!?:;\n•–-" or text[:place].rstrip(" \t").endswith("\n")
