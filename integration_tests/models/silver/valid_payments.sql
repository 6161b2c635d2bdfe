select *
from {{ cutover.valid_rows(ref('labelled_payments')) }} as payments
