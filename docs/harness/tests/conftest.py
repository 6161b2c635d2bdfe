from dbt_cutover.testing.engines import DuckDB


class Tokyo(DuckDB):
    name = "tokyo"

    def output(self, base):
        return super().output({**base, "settings": {"TimeZone": "Asia/Tokyo"}})


def pytest_dbt_engines():
    return [Tokyo]
