select *
from {{ ref('bronze_customer_states') }}
where delivered_on = {{ cutover.latest_partition(ref('bronze_customer_states'), 'delivered_on') }}
