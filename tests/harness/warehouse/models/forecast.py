def model(dbt, session):
    return session.table(str(dbt.ref("stg_orders")))
