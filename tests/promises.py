"""What this software promises, and where each promise is held: files of tests, or single tests.

``make evidence`` runs them on both databases and writes docs/evidence.md from what came of it
(``tools/evidence.py``). A planted fault belongs to the promise whose number its own begins with.
Speed is measured and not tested: its promises name what ``make bench`` runs.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """A promise in a sentence, and what holds it."""

    says: str
    held_by: tuple[str, ...]


PROMISES = {
    "C1": Promise(
        "Roll-ups are exact.",
        (
            "tests/measures/counting/test_rollups_against_oracle.py",
            "tests/measures/counting/test_spans_against_oracle.py",
            "tests/test_oracle.py",
        ),
    ),
    "C2": Promise(
        "Missing is never zero; nothing out of nothing is “no cases”.",
        (
            "tests/measures/counting/test_rollups_against_oracle.py::test_c2_missing_is_never_zero_and_nothing_over_nothing_is_no_cases",
            "tests/measures/counting/test_rollups_against_oracle.py::test_c2_a_zero_counts_and_a_gap_does_not",
            "tests/measures/counting/test_rollups_against_oracle.py::test_c2_a_part_never_exceeds_its_whole",
        ),
    ),
    "C3": Promise(
        "A reorganisation leaves closed quarters as they were.",
        (
            "tests/measures/counting/test_rollups_against_oracle.py::test_c3_a_reorganisation_leaves_the_past_as_it_was",
            "tests/measures/counting/test_rollups_against_oracle.py::test_c3_a_reorganisation_leaves_the_past_as_it_was_at_length",
        ),
    ),
    "C4": Promise(
        "One number, one value: page, files, Word, PDF and chart agree.",
        (
            "tests/report/test_formats.py",
            "tests/browser/test_journey.py",
            "tests/browser/test_numbers.py",
        ),
    ),
    "C5": Promise(
        "The report of 2015-16 comes out of the data.",
        ("tests/sample/test_report.py", "tests/sample/test_totals.py"),
    ),
    "L1": Promise(
        "No update is lost, and whoever saved reads it.",
        (
            "tests/concurrency/test_fifty_submitters.py",
            "tests/concurrency/test_one_chain.py",
            "tests/concurrency/test_submitting_an_audit.py",
            "tests/running/test_several_hosts.py",
            "tests/running/test_replica.py",
            "tests/running/test_pool.py",
        ),
    ),
    "L2": Promise(
        "Submitting twice is submitting once.",
        (
            "tests/concurrency/test_submitting_twice.py",
            "tests/concurrency/test_a_form_sent_twice.py",
            "tests/core/test_once.py",
        ),
    ),
    "L3": Promise(
        "All or nothing.", ("tests/test_all_or_nothing.py", "tests/report/test_all_or_nothing.py")
    ),
    "L4": Promise(
        "What is killed, restarted or full leaves nothing half done.",
        (
            "tests/running/test_kills.py",
            "tests/running/test_failover.py",
            "tests/running/test_restart.py",
            "tests/running/test_full_disk.py",
            "tests/core/test_mail_arrives.py",
        ),
    ),
    "L5": Promise(
        "What was typed survives.",
        (
            "tests/earlyhelp/signin/test_resume.py",
            "tests/browser/test_saving.py",
            "tests/earlyhelp/test_error_pages.py",
        ),
    ),
    "L6": Promise(
        "Every change is on record, and the record is never changed.",
        (
            "tests/measures/returns/test_replay.py",
            "tests/core/test_record.py",
            "tests/core/test_chain.py",
        ),
    ),
    "L7": Promise(
        "A locked period is locked for everyone.", ("tests/measures/quarters/test_locked.py",)
    ),
    "L8": Promise("A backup restores.", ("tests/earlyhelp/operations/test_backup.py",)),
    "L9": Promise(
        "An upgrade works on dirty data, while people save.", ("tests/upgrades/test_upgrades.py",)
    ),
    "S1": Promise("Every address, for everybody.", ("tests/test_access.py",)),
    "S2": Promise(
        "Nobody reads what is not theirs, by any route.",
        (
            "tests/test_access.py",
            "tests/test_scope.py",
            "tests/test_canaries.py",
            "tests/test_readers_of_the_record.py",
            "tests/measures/releases/test_canaries.py",
        ),
    ),
    "S3": Promise(
        "A right withdrawn is gone; nobody grants what they do not hold.",
        (
            "tests/test_role_walks.py",
            "tests/teams/test_confirmations.py",
            "tests/running/test_replica.py::test_what_is_withdrawn_is_gone_at_once",
        ),
    ),
    "S4": Promise(
        "Files are hostile.",
        ("tests/measures/exchange/test_mutants.py", "tests/core/test_reader.py"),
    ),
    "S5": Promise(
        "Exports are safe to open.",
        ("tests/test_formulas.py", "tests/core/test_spreadsheet_safety.py"),
    ),
    "S6": Promise(
        "Browser rules.",
        (
            "tests/earlyhelp/signin/test_sessions.py::test_every_page_has_the_headers",
            "tests/earlyhelp/signin/test_sessions.py::test_pages_of_signed_in_people_are_not_stored",
            "tests/earlyhelp/test_settings.py",
        ),
    ),
    "S7": Promise(
        "Signing in.",
        (
            "tests/earlyhelp/signin/test_signing_in.py",
            "tests/earlyhelp/signin/test_sessions.py",
            "tests/earlyhelp/signin/test_leavers.py",
            "tests/earlyhelp/signin/test_directory.py",
            "tests/earlyhelp/signin/test_directory_answers.py",
            "tests/test_security_in_use.py",
            "tests/earlyhelp/test_sample_accounts.py",
        ),
    ),
    "S8": Promise(
        "Supply chain, and no secret where it can be read.",
        (
            "tests/test_secrets.py",
            "tests/tools/test_sbom.py",
            "tests/test_structure.py::test_every_requirement_is_locked_with_hashes",
        ),
    ),
    "P1": Promise("A city roll-up against raw SQL.", ("benchmarks/rollups.py",)),
    "P2": Promise("The same in a database 150 times larger.", ("benchmarks/rollups.py",)),
    "P3": Promise("The city page against raw SQL.", ("benchmarks/pages.py",)),
    "P3b": Promise("Every other page against a bare one.", ("benchmarks/pages.py",)),
    "P4": Promise("A page of 60 teams against one of 15.", ("benchmarks/pages.py",)),
    "P5": Promise("Saving a return of 30 figures.", ("benchmarks/saving.py",)),
    "P6": Promise("Exporting everything.", ("benchmarks/files.py",)),
    "P7": Promise("The last day of the quarter.", ("benchmarks/last_day.py",)),
    "P8": Promise("A year of all figures, live.", ("benchmarks/rollups.py",)),
    "P9": Promise("Loading figures by file.", ("benchmarks/files.py",)),
    "U1": Promise(
        "WCAG 2.2 AA.",
        (
            "tests/browser/test_every_page.py",
            "tests/browser/test_entry.py",
            "tests/report/test_format_structure.py",
        ),
    ),
    "U2": Promise(
        "A newcomer enters figures in five minutes.", ("tests/earlyhelp/test_prepare.py",)
    ),
    "U3": Promise(
        "Any screen at 320 pixels.",
        ("tests/browser/test_every_page.py::test_a_page_is_accessible_fits_a_phone_and_prints",),
    ),
    "U4": Promise(
        "Every page prints, every file can be sent.",
        (
            "tests/browser/test_every_page.py",
            "tests/browser/test_print.py",
            "tests/core/test_writer.py",
        ),
    ),
    "U5": Promise(
        "Fewer keys.",
        ("tests/browser/test_keystrokes.py", "tests/browser/test_keystrokes_entering.py"),
    ),
}
