{#- Names of columns made from values. -#}

{#- A value's text before it becomes a name: a sign is a word, for 1 and -1 are two values. -#}
{% macro _slug_text(value) -%}
    {%- if value is none -%}
        {{ return('null') }}
    {%- elif value is boolean -%}
        {{ return('true' if value else 'false') }}
    {%- elif value is number and value < 0 -%}
        {{ return('minus_' ~ cutover._slug_text(-value)) }}
    {%- endif -%}
    {{ return(value | string) }}
{%- endmacro %}


{#- Lower case, letters and digits of any language; what is between them is one underscore; a digit doesn't stand first. -#}
{% macro _slug(text) -%}
    {%- set slug = modules.re.sub('[\\W_]+', '_', text | lower) -%}
    {%- set slug = slug.strip('_') if not text.startswith('_') else slug.rstrip('_') -%}
    {{ return('_' ~ slug if slug and slug[0].isdigit() else slug) }}
{%- endmacro %}


{#- A name that every engine takes without quotes. -#}
{% macro _is_plain_name(name) -%}
    {{ return(modules.re.match('[a-z_][a-z0-9_]*$', name) is not none and name not in cutover._reserved_words()) }}
{%- endmacro %}


{#- Words that one engine or another doesn't take as a column's name without quotes. -#}
{% macro _reserved_words() -%}
    {{ return((
        'all analyse analyze and any array as asc assert_rows_modified asymmetric at authorization between binary both by case cast check collate collation '
        ~ 'column concurrently connect contains constraint create cross cube current current_catalog current_date current_role current_schema current_time '
        ~ 'current_timestamp current_user default deferrable define delete desc describe distinct do drop else end enum escape except exclude exists extract '
        ~ 'false fetch following for foreign freeze from full glob grant group grouping groups hash having if ignore ilike in increment initially inner '
        ~ 'insert intersect interval into is isnull join lambda lateral leading left like limit localtime localtimestamp lookup merge minus natural new no '
        ~ 'not notnull null nulls of offset on only or order organization outer over overlaps partition pivot pivot_longer pivot_wider placing preceding '
        ~ 'primary proto qualify range recursive references regexp respect returning revoke right rlike rollup row rows sample select session_user set '
        ~ 'show similar some start struct summarize symmetric table tablesample then to trailing treat trigger true try_cast unbounded union unique unnest '
        ~ 'unpivot update user using values variadic verbose view when whenever where window with within').split()) }}
{%- endmacro %}
