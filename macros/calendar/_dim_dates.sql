{#- The arguments that the optional model `dim_dates` gives to `date_dimension`: those of its var. -#}
{% macro _dim_dates_arguments() -%}
    {%- set given = cutover._var('cutover_dim_dates') -%}
    {%- set example = "cutover_dim_dates: {begin_date: '2020-01-01', end_date: '2029-12-31'}" -%}
    {%- do cutover._require_mapping('dim_dates', 'cutover_dim_dates', given, example) -%}
    {%- for name in ['begin_date', 'end_date'] if name not in given -%}
        {%- do cutover._fail('dim_dates', '`cutover_dim_dates` lacks ' ~ name ~ '. Example: ' ~ example ~ '.') -%}
    {%- endfor -%}
    {%- set arguments = {} -%}
    {%- do arguments.update(given) -%}
    {%- set holidays = arguments['holidays'] if 'holidays' in arguments else none -%}
    {%- if holidays is mapping and 'relation' in holidays -%}
        {%- set relation = cutover._parse_relation('dim_dates', 'cutover_dim_dates.holidays.relation', holidays['relation']) -%}
        {%- set named = {} -%}
        {%- do named.update(holidays) -%}
        {%- do named.update({'relation': relation}) -%}
        {%- do arguments.update({'holidays': named}) -%}
    {%- endif -%}
    {{ return(arguments) }}
{%- endmacro %}
