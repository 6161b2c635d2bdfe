select 1 as member, null as returned
