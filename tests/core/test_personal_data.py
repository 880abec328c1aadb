"""Free text that looks like a person is noticed; ordinary sentences of the field are not."""

import pytest

from earlyhelp.core.personal_data import PersonalDataKind, is_nhs_number, warnings

KNOWN = ["North family team", "Locality 1", "Testshire Council", "Willowbank"]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Seen with Jayden Carter at home.", PersonalDataKind.NAME, "Jayden Carter"),
        ("Jayden said that he felt safe.", PersonalDataKind.NAME, "Jayden"),
        ("The plan was shared with Jayden.", PersonalDataKind.NAME, "Jayden"),
        ("Discussed with Mrs Oyelaran on Monday.", PersonalDataKind.NAME, "Mrs Oyelaran"),
        ("Dr. Patel's letter is on file.", PersonalDataKind.NAME, "Dr. Patel"),
        ("His brother Kacper was not seen.", PersonalDataKind.NAME, "Kacper"),
        ("Agreed with J Holloway last week.", PersonalDataKind.NAME, "J Holloway"),
        ("Agreed with J. Holloway last week.", PersonalDataKind.NAME, "J. Holloway"),
        ("Spoke to Oyelaran Adebayo about it.", PersonalDataKind.NAME, "Oyelaran Adebayo"),
        ("Chloe's views are recorded.", PersonalDataKind.NAME, "Chloe"),
        ("DOB 3.12.08", PersonalDataKind.DATE_OF_BIRTH, "3.12.08"),
        ("date of birth: 03/12/2008", PersonalDataKind.DATE_OF_BIRTH, "03/12/2008"),
        ("born on 3rd December 2008", PersonalDataKind.DATE_OF_BIRTH, "3rd December 2008"),
        ("d.o.b. 2008-12-03", PersonalDataKind.DATE_OF_BIRTH, "2008-12-03"),
        ("The family moved to DE1 2FS.", PersonalDataKind.POSTCODE, "DE1 2FS"),
        ("now living at sw1a 1aa", PersonalDataKind.POSTCODE, "sw1a 1aa"),
        ("Visited at 14 Acacia Avenue twice.", PersonalDataKind.ADDRESS, "14 Acacia Avenue"),
        ("Moved to Flat 3 in May.", PersonalDataKind.ADDRESS, "Flat 3"),
        ("NHS number 943 476 5919 on the form.", PersonalDataKind.NHS_NUMBER, "943 476 5919"),
        ("see 9434765919", PersonalDataKind.NHS_NUMBER, "9434765919"),
    ],
)
def test_what_is_noticed(text: str, kind: PersonalDataKind, found: str) -> None:
    assert [(one.kind, one.found) for one in warnings(text, KNOWN)] == [(kind, found)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Management oversight is good and the plan is clear.",
        "The Graded Care Profile was used. Early Help Assessment not found on file.",
        "Child Protection Plan ended in March 2016; Team Around the Family meets monthly.",
        "Mum and Dad were both seen. Mum said she felt listened to.",
        "Significant delay from 3.12.15 to 1.2.16 before work began.",
        "Review held on 3rd December 2015 with school and health visitor.",
        "Escalated to Children's Social Care on 12 January 2016.",
        "The North Family Team has 12 open cases in Locality 1.",
        "A Team Manager signed the plan. I think that the threshold was right.",
        "Plan B Meeting was held. Appendix A Table 2 shows it.",
        "Attends Willowbank Primary School, Year 5.",
        "In May and June the worker visited 10 times; 2 of 6 visits were announced.",
        "Domestic Violence Risk Identification Matrix not used.",
        "Family Court proceedings began; 3 Crown Court hearings.",
        "Call 01332 000000 or 0300 123 4567 for the duty desk.",
        "Case 1234567890 was the reference of the old system.",
        "Visited on the 1st and the 2nd. The 4th visit was missed.",
        "Used the Outcomes Star in Q3 2ND review.",
        "Will is not the issue; mark the date. Grace was shown. Hope remains.",
        "Parents speak Polish and Romanian; an interpreter came.",
        "Strengths: Risk analysis, Indirect work. Improvement: Early Help plan.",
        "Supervision on Monday, Tuesday and Friday - Each was recorded.",
        "Child A and Child B were seen alone.",
    ],
)
def test_ordinary_sentences_raise_no_alarm(text: str) -> None:
    assert [one.found for one in warnings(text, KNOWN)] == []


def test_a_sentence_for_the_writer() -> None:
    (found,) = warnings("Seen with Jayden Carter.")
    assert found.text == "“Jayden Carter” looks like a person's name. Please leave it out."


def test_several_things_are_told_in_the_order_of_the_text() -> None:
    text = "DOB 3.12.08, Jayden Carter, 14 Acacia Avenue, DE1 2FS, 9434765919"
    assert [one.kind for one in warnings(text)] == [
        PersonalDataKind.DATE_OF_BIRTH,
        PersonalDataKind.NAME,
        PersonalDataKind.ADDRESS,
        PersonalDataKind.POSTCODE,
        PersonalDataKind.NHS_NUMBER,
    ]


@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        ("9434765919", True),
        ("943-476-5919", True),
        ("4505577104", True),
        ("9434765918", False),
        ("0000000000", False),
        ("123456789", False),
        ("1234567890", False),
    ],
)
def test_the_check_digit_of_an_nhs_number(digits: str, valid: bool) -> None:
    assert is_nhs_number(digits) is valid
