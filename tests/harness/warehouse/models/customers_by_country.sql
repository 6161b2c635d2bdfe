select customers.id, countries.name as country, countries.code
from {{ source('shop', 'customers') }} as customers
inner join {{ ref('countries') }} as countries on countries.code = customers.country
