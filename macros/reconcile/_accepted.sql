{#- accepted_differences, each {number, column (its index, none for a status), status, where, reason, until}. -#}
{% macro _add_accepted(origin, plan, accepted_differences) -%}
    {%- set example = "[{status: only_in_migrated, where: 'migrated.tailnum is null', reason: 'legacy dropped them', until: 2027-01-31}]" -%}
    {%- do cutover._require_list(origin, 'accepted_differences', accepted_differences, example) -%}
    {%- for difference in accepted_differences -%}
        {%- set at = 'accepted_differences[' ~ loop.index0 ~ ']' -%}
        {%- do cutover._require_keys(origin, at, difference, ['column', 'status', 'where', 'reason', 'until'], example) -%}
        {%- if (difference.get('column') is none) == (difference.get('status') is none) -%}
            {%- do cutover._refuse(origin, at, 'a mapping with either `column` or `status`', difference, example=example) -%}
        {%- endif -%}
        {%- if difference.get('status') is not none -%}
            {%- do cutover._require_one_of(origin, at ~ '.status', difference.get('status'), ['mismatch', 'only_in_legacy', 'only_in_migrated']) -%}
        {%- endif -%}
        {%- do cutover._require_text(origin, at ~ '.reason', difference.get('reason'), 'legacy counts cancelled flights as punctual') -%}
        {%- if difference.get('where') is not none -%}
            {%- do cutover._require_sql(origin, at ~ '.where', difference.get('where'), 'legacy.delay = 0 and migrated.delay is null') -%}
        {%- endif -%}
        {%- do plan.accepted.append({
            'number': loop.index, 'status': difference.get('status'), 'where': difference.get('where'), 'reason': difference.get('reason'),
            'column': none if difference.get('column') is none else cutover._accepted_column(origin, at ~ '.column', difference.get('column'), plan),
            'until': cutover._until(origin, at ~ '.until', difference.get('until')), 'expired': false,
        }) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _accepted_column(origin, argument, name, plan) -%}
    {%- set names = plan['columns'] | map(attribute='name') | list -%}
    {%- set meant = cutover._meant(name, names) -%}
    {%- if meant is not none -%}
        {{ return(meant) }}
    {%- endif -%}
    {%- do cutover._refuse(origin, argument, 'a compared column (' ~ names | join(', ') ~ ')', name, candidates=names) -%}
{%- endmacro %}


{% macro _until(origin, argument, value) -%}
    {%- set text = value.isoformat() if value is not none and value is not string and value.isoformat is defined else value -%}
    {%- set found = modules.re.match('^(\\d{4})-(0[1-9]|1[0-2])-(\\d{2})(?!\\n)$', text) if text is string else none -%}
    {%- if text is not none and (not found or not cutover._is_day(found.group(1) | int, found.group(2) | int, found.group(3) | int)) -%}
        {%- do cutover._refuse(origin, argument, 'a date', value, example='2027-01-31') -%}
    {%- endif -%}
    {{ return(text) }}
{%- endmacro %}
