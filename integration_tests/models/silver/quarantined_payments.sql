select *
from {{ cutover.quarantined_rows(ref('labelled_payments'), keys=['payment_id']) }} as payments
