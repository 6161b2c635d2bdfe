def test_rounding_to_hundreds(dbt):
    dbt.render("select {{ shop_utils.cents_to_dollars('cents', precision=-2) }} as price")
