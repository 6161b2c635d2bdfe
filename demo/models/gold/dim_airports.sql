select
    *,
    {{ built_by() }} as built_by

from {{ ref('silver_airports') }}
