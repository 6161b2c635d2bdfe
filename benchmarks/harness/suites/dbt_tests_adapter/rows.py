"""Rows of checks in SQL."""


def values(check):
    rows = ", ".join(f"({row['id']}, {'null' if row['amount'] is None else row['amount']})" for row in check.rows)
    return f"select id::bigint as id, amount::bigint as amount from (values {rows}) as o(id, amount)"


def tuples(check):
    return [(row["id"], row["value"]) for row in check.expected]
