select member, count(*) as loans from {{ ref('open_loans') }} group by member
