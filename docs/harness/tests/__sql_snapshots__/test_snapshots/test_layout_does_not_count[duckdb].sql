SELECT
  CAST(cents / 100.0 AS DECIMAL(16, 2)) AS price
FROM payments
