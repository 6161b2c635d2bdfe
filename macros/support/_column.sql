{#- A user's column name found among a relation's columns: exactly, else ignoring case if that is unambiguous. Answers {name, type}. -#}
{% macro _column(origin, argument, name, relation) -%}
    {%- do cutover._require_text(origin, argument, name) -%}
    {%- set exact = relation.columns | selectattr('name', 'equalto', name) | list -%}
    {%- if exact -%}
        {{ return(exact[0]) }}
    {%- endif -%}
    {%- set alike = [] -%}
    {%- set names = [] -%}
    {%- for column in relation.columns -%}
        {%- do names.append(column.name) -%}
        {%- if column.name | lower == name | lower -%}
            {%- do alike.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if alike | length == 1 -%}
        {{ return(alike[0]) }}
    {%- elif alike -%}
        {%- do cutover._refuse(origin, argument, 'one column of ' ~ relation.text ~ ', spelled exactly: ' ~ alike | map(attribute='name') | join(' or '),
            name) -%}
    {%- endif -%}
    {%- set shown = names if names | length <= 20 else names[:20] + ['and ' ~ (names | length - 20) ~ ' more'] -%}
    {%- do cutover._refuse(origin, argument, 'a column of ' ~ relation.text ~ ' (' ~ shown | join(', ') ~ ')', name, candidates=names) -%}
{%- endmacro %}


{#- A column in SQL, quoted by the adapter; `alias` stands before it. A quote inside the name is doubled, which adapters leave to their callers. -#}
{% macro _quoted(name, alias=none) -%}
    {%- set quoted = cutover.dialect_quoted(name) -%}
    {{ return(quoted if alias is none else alias ~ '.' ~ quoted) }}
{%- endmacro %}
