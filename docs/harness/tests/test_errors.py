import re


def test_the_whole_message(dbt):
    with dbt.raises("cents_to_dollars: `precision` must be 0 or more; got -1"):
        dbt.render("{{ shop_utils.cents_to_dollars('amount', precision=-1) }}")


def test_a_part_of_it(dbt):
    with dbt.raises(re.compile("must be 0 or more")):
        dbt.call("shop_utils.cents_to_dollars", "amount", -1)
