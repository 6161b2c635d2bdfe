{#-
    Every row of the source is among the valid ones or in quarantine, once, with the values that it has there: one row per batch in which that isn't so. Reads
    each of the three once.
-#}
{% test quarantine_is_complete(model, valid, quarantined, batch_column=none, row_condition=none) %}
    {%- set origin = 'quarantine_is_complete' -%}
    {%- do cutover._require_known_arguments(origin, kwargs, varargs, ['model', 'valid', 'quarantined', 'batch_column', 'row_condition']) -%}
    {%- if batch_column is not none -%}
        {%- do cutover._require_text(origin, 'batch_column', batch_column) -%}
    {%- endif -%}
    {%- if row_condition is not none -%}
        {%- do cutover._require_sql(origin, 'row_condition', row_condition, "loaded_on >= date '2024-05-01'") -%}
    {%- endif -%}
    {%- set asked = {
        'valid': cutover._parse_relation(origin, 'valid', valid), 'quarantined': cutover._parse_relation(origin, 'quarantined', quarantined),
    } -%}
    {%- if not execute -%}
        {{ return('select * from ' ~ model ~ ' where false') }}
    {%- endif -%}
    {%- set relation, filter = cutover._tested(origin, model) -%}
    {%- set sides = cutover._relations(origin, {'model': relation, 'valid': asked.valid, 'quarantined': asked.quarantined}) -%}
    {{ cutover._lost_batches(sides, batch_column, cutover._where([filter, row_condition])) }}
{% endtest %}
