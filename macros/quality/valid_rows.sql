{#- The rows that fail no check of severity error, with the source's columns alone, from what `label_rows` made. Looks them up while compiling. -#}
{% macro valid_rows(labelled, columns=none) -%}
    {%- do cutover._require_known_arguments('valid_rows', kwargs, varargs, ['labelled', 'columns']) -%}
    {%- if columns is not none -%}
        {%- do cutover._require_names('valid_rows', 'columns', columns, '[order_id, amount]', min=1) -%}
    {%- endif -%}
    {%- set relation = cutover._parse_relation('valid_rows', 'labelled', labelled) -%}
    {%- if columns is none and not execute -%}
        {{ return('(select * from ' ~ relation ~ ' where false)') }}
    {%- elif columns is none -%}
        {%- set found = cutover._labelled('valid_rows', cutover._relation('valid_rows', 'labelled', labelled)) -%}
        {%- set relation, columns = found.relation, cutover._column_list(found.columns) -%}
    {%- else -%}
        {%- set columns = columns | join(',\n        ') -%}
    {%- endif -%}
(
    select
        {{ columns }}

    from {{ relation }}
    where cutover_failed_checks is null
)
{%- endmacro %}


{#- A labelled relation with the columns of its source alone. -#}
{% macro _labelled(origin, found) -%}
    {%- set names = found.columns | map(attribute='name') | list -%}
    {%- for name in cutover._label_names() if name not in names -%}
        {%- do cutover._fail(origin, '`labelled` ' ~ found.text ~ ' has no column ' ~ name ~ '. Give it a model that selects from label_rows.') -%}
    {%- endfor -%}
    {%- set own = [] -%}
    {%- for column in found.columns if column.name not in cutover._label_names() -%}
        {%- do own.append(column) -%}
    {%- endfor -%}
    {{ return({'relation': found.relation, 'columns': own, 'text': found.text}) }}
{%- endmacro %}
