{% macro recent_only(column) -%}
    {%- set days = env_var('SHOP_DEV_DAYS', var('dev_days')) -%}
    {%- if target.name != 'prod' and not flags.FULL_REFRESH -%}
        where {{ column }} >= current_date - {{ days }}
    {%- endif -%}
{%- endmacro %}
