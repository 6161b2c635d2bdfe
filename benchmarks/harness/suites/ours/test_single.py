"""Single steps of a test, each timed many times over within one test."""

import statistics
import time

from checks import checks, size

TIMES = size("times", 500)
ALL = checks()


def milliseconds(step, numbers):
    taken = []
    for number in numbers:
        start = time.perf_counter()
        step(number)
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def test_render(dbt, record_property):
    def new_text(number):
        check = ALL[number % len(ALL)]
        assert (
            dbt.render(f"{{{{ bench.{check.macro}('amount') }}}} as a_{number}")
            == f"{check.text('amount')} as a_{number}"
        )

    def same_text(_):
        assert dbt.render("{{ bench.band_00('amount') }}") == ALL[0].text("amount")

    record_property("render, a new text", milliseconds(new_text, range(TIMES)))
    record_property("render, the same text", milliseconds(same_text, range(TIMES)))


def test_call(dbt, record_property):
    def call(number):
        check = ALL[number % len(ALL)]
        assert dbt.call(f"bench.{check.macro}", "amount") == check.text("amount")

    record_property("call", milliseconds(call, range(TIMES)))
