select 'second' as version
