{% macro number_of_loans() -%}
    {{ return(run_query('select count(*) as n from ' ~ ref('loans', 'all_loans')).rows[0]['n'] | int) }}
{%- endmacro %}
