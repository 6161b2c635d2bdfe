{#-
    All rows of a relation with the checks that each fails, as a parenthesised select: one scan, a window for each `unique` and `monotonic`, a join for each
    `relationship`. Looks the columns up while compiling.
-#}
{% macro label_rows(relation, checks, where=none, max_quarantine_fraction=none) -%}
    {%- do cutover._require_known_arguments('label_rows', kwargs, varargs, ['relation', 'checks', 'where', 'max_quarantine_fraction']) -%}
    {%- do cutover._require_checks('label_rows', checks) -%}
    {%- for check in checks -%}
        {%- if cutover._check_kinds()[check.get('check')].judges == 'table' -%}
            {%- do cutover._fail('label_rows', '`checks[' ~ loop.index0 ~ ']` ' ~ check.get('check')
                ~ ' judges the table as a whole and cannot say which row fails. Give it to passes_checks or run_quality_checks.') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if where is not none -%}
        {%- do cutover._require_sql('label_rows', 'where', where, "status <> 'test'") -%}
    {%- endif -%}
    {%- if max_quarantine_fraction is not none -%}
        {%- do cutover._require_share('label_rows', 'max_quarantine_fraction', max_quarantine_fraction) -%}
    {%- endif -%}
    {%- set given = cutover._parse_relation('label_rows', 'relation', relation) -%}
    {%- if not execute -%}
        {{ return('(\n    select cutover_rows.*, ' ~ cutover._no_labels() | join(', ') ~ '\n    from ' ~ given ~ ' as cutover_rows\n    where false\n)') }}
    {%- endif -%}
    {%- set relations = cutover._relations('label_rows', cutover._asked_relations('relation', relation, checks)) -%}
    {%- set found = relations.relation -%}
    {%- for column in found.columns if column.name | lower in cutover._label_names() -%}
        {%- do cutover._fail('label_rows', '`relation` ' ~ found.text ~ ' has a column ' ~ column.name ~ ' already: its rows are labelled.') -%}
    {%- endfor -%}
    {%- set read = cutover._checks('label_rows', checks, relations) -%}
(
    select
        {{ cutover._column_list(found.columns) }},
        {{ cutover._label_names() | join(',\n        ') }}

    from (
        {{ cutover._labels_query(found, where, read, max_quarantine_fraction is not none) }}
    ) as cutover_labels
    {%- if max_quarantine_fraction is not none %}
    where {{ cutover._within_fraction(found, max_quarantine_fraction) }}
    {%- endif %}
)
{%- endmacro %}
