{#- One row per version of a key, from its states. Reads the relation once; asks the catalog while compiling when `tracked_columns` aren't given. -#}
{% macro scd2(relation, keys, updated_at, tracked_columns=none, other_columns=[], tie_breakers=[], deleted=none, deleted_column=none,
              effective_date='effective_date', expiry_date='expiry_date', is_current='is_current', surrogate_key=none, expiry_of_current=none) -%}
    {%- do cutover._require_known_arguments('scd2', kwargs, varargs, ['relation', 'keys', 'updated_at', 'tracked_columns', 'other_columns', 'tie_breakers',
        'deleted', 'deleted_column', 'effective_date', 'expiry_date', 'is_current', 'surrogate_key', 'expiry_of_current']) -%}
    {%- do cutover._scd2_require_arguments(keys, updated_at, tracked_columns, other_columns, tie_breakers, deleted) -%}
    {%- if deleted_column is not none and deleted is none -%}
        {%- do cutover._fail('scd2', '`deleted_column` names the deletions that `deleted` tells: give both, or neither.') -%}
    {%- endif -%}
    {%- set own = {'effective_date': effective_date, 'expiry_date': expiry_date, 'is_current': is_current} -%}
    {%- do own.update({'deleted_column': deleted_column} if deleted_column is not none else {}) -%}
    {%- do own.update({'surrogate_key': surrogate_key} if surrogate_key is not none else {}) -%}
    {%- set last = cutover._scd2_moment('scd2', 'expiry_of_current', expiry_of_current) if expiry_of_current is not none else none -%}
    {%- set log = cutover._scd2_columns(relation, keys, updated_at, tracked_columns, other_columns, tie_breakers, deleted) -%}
    {%- do cutover._scd2_require_apart(log, own) -%}
    {%- set moment = cutover._scd2_expression(log.moment) -%}
    {%- set by_key = 'partition by ' ~ log['keys'] | join(', ') ~ ' order by cutover_moment' -%}
(
    with states as (

        select
            {{ (log['keys'] + log.tracked + log.others) | join(',\n            ') }},
            {%- if deleted is not none %}
            coalesce({{ cutover._scd2_expression(log.deleted) }}, false) as cutover_deleted,
            {%- endif %}
            {%- if log.breakers %}
            rank() over (
                partition by {{ log['keys'] | join(', ') }}, {{ moment }}
                order by {{ log.breakers | join(' desc nulls last, ') }} desc nulls last
            ) as cutover_place,
            {%- endif %}
            {{ moment }} as cutover_moment

        from {{ log.relation }}

    ),

    {{ cutover._scd2_changes(log, by_key, deleted is not none, deleted_column is not none) }}

    select
        {%- if surrogate_key is not none %}
        {{ cutover.generate_surrogate_key(log['keys'] + ['cutover_moment']) }} as {{ surrogate_key }},
        {%- endif %}
        {{ (log['keys'] + log.tracked + log.others) | join(',\n        ') }},
        {%- if deleted_column is not none %}
        cutover_deleted as {{ deleted_column }},
        {%- endif %}
        cutover_moment as {{ effective_date }},
        {{ 'cutover_next' if last is none else 'coalesce(cutover_next, ' ~ last ~ ')' }} as {{ expiry_date }},
        cutover_next is null as {{ is_current }}

    from changes
    {%- if deleted is not none and deleted_column is none %}
    where not cutover_deleted
    {%- endif %}
)
{%- endmacro %}


{#-
    The states that differ from the one before, each with the moment of the next. Whatever the order among rows of one moment, two that differ stand side by
    side somewhere: that is where a tie is seen.
-#}
{% macro _scd2_changes(log, by_key, has_deletions, keeps_deletions) -%}
    {%- set compared = log.tracked + (['cutover_deleted'] if has_deletions else []) -%}
    {%- set differences = [] -%}
    {%- for column in compared -%}
        {%- set differs = column ~ ' is distinct from cutover_previous_' ~ loop.index -%}
        {%- do differences.append(differs if column == 'cutover_deleted' or keeps_deletions or not has_deletions
            else '(not cutover_deleted and ' ~ differs ~ ')') -%}
    {%- endfor -%}
    {%- set order = [by_key] -%}
    {%- for column in log.others -%}
        {%- do order.append(column ~ ' nulls last') -%}
    {%- endfor -%}
compared as (

        select
            states.*,
            {%- for column in compared %}
            lag({{ column }}) over ({{ order | join(', ') }}) as cutover_previous_{{ loop.index }},
            {%- endfor %}
            lag(cutover_moment) over ({{ order | join(', ') }}) as cutover_previous_moment

        from states
        {%- if log.breakers %}
        where cutover_place = 1
        {%- endif %}

    ),

    changes as (

        select
            compared.*,
            lead(cutover_moment) over ({{ by_key }}) as cutover_next

        from compared
        where
            case
                when cutover_moment is null
                    then {{ cutover._scd2_raise(log['keys'], 'a state has no moment (updated_at is null). Leave such rows out, or give them one: ') }}
                when cutover_previous_moment is null then true
                when not ({{ (differences or ['false']) | join(' or ') }}) then false
                when cutover_moment = cutover_previous_moment
                    then {{ cutover._scd2_raise(log['keys'] + ['cutover_moment'], 'two states of one moment differ. Name columns that tell the later one in '
                        ~ 'tie_breakers, or leave one out: ') }}
                else true
            end

    )
{%- endmacro %}


{% macro _scd2_raise(columns, message) -%}
    {%- set parts = [cutover._literal('cutover.scd2: ' ~ message)] -%}
    {%- for column in columns -%}
        {%- set name = 'updated_at' if column == 'cutover_moment' else cutover._scd2_bare(column) -%}
        {%- do parts.append(cutover._literal((', ' if not loop.first else '') ~ name ~ ' = ')) -%}
        {%- do parts.append('coalesce(cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ "), 'null')") -%}
    {%- endfor -%}
    {{ return(cutover.dialect_raise(dbt.concat(parts) | trim)) }}
{%- endmacro %}


{% macro _scd2_require_arguments(keys, updated_at, tracked_columns, other_columns, tie_breakers, deleted) -%}
    {%- do cutover._require_names('scd2', 'keys', keys, "['customer_id']", min=1) -%}
    {%- do cutover._require_sql('scd2', 'updated_at', updated_at, 'updated_at') -%}
    {%- if tracked_columns is not none -%}
        {%- do cutover._require_names('scd2', 'tracked_columns', tracked_columns, "['email', 'address']", min=1 if deleted is none else 0) -%}
    {%- endif -%}
    {%- do cutover._require_names('scd2', 'other_columns', other_columns, "['loaded_at']") -%}
    {%- do cutover._require_names('scd2', 'tie_breakers', tie_breakers, "['log_sequence']") -%}
    {%- if deleted is not none -%}
        {%- do cutover._require_sql('scd2', 'deleted', deleted, 'is_deleted') -%}
    {%- endif -%}
{%- endmacro %}


{#- The columns as SQL. Names stand as the user wrote them, unless the catalog has to say what there is to track: then in its spelling. -#}
{% macro _scd2_columns(relation, keys, updated_at, tracked_columns, other_columns, tie_breakers, deleted) -%}
    {%- set given = {'relation': relation, 'keys': keys, 'moment': updated_at, 'tracked': tracked_columns or [], 'others': other_columns,
        'breakers': tie_breakers, 'deleted': deleted} -%}
    {%- if tracked_columns is not none or not execute -%}
        {{ return(given) }}
    {%- endif -%}
    {%- set found = cutover._relation('scd2', 'relation', relation) -%}
    {%- set answer, named = {'relation': found.relation, 'tracked': []}, [] -%}
    {%- set parts = {'keys': 'keys', 'other_columns': 'others', 'tie_breakers': 'breakers', 'updated_at': 'moment', 'deleted': 'deleted'} -%}
    {%- for argument, part in parts.items() -%}
        {%- set columns = [] -%}
        {%- for name in (given[part] if given[part] is not string else [given[part]]) or [] -%}
            {%- set place = argument ~ ('[' ~ loop.index0 ~ ']' if given[part] is not string else '') -%}
            {%- set column = cutover._column('scd2', place, cutover._scd2_bare(name), found).name -%}
            {%- do named.append(column) -%}
            {%- do columns.append(cutover._quoted(column)) -%}
        {%- endfor -%}
        {%- do answer.update({part: columns if given[part] is not string else columns[0]}) -%}
    {%- endfor -%}
    {%- for column in found.columns if column.name not in named -%}
        {%- do answer.tracked.append(cutover._quoted(column.name)) -%}
    {%- endfor -%}
    {%- if not answer.tracked and deleted is none -%}
        {%- do cutover._fail('scd2', 'there is nothing to track: ' ~ found.text ~ ' has no columns but those that are named.') -%}
    {%- endif -%}
    {{ return(answer) }}
{%- endmacro %}


{#- A name without the quotes that SQL would want. -#}
{% macro _scd2_bare(name) -%}
    {%- set name = name | trim -%}
    {{ return(name[1:-1].replace('""', '"') if modules.re.match('"(?:[^"]|"")+"$', name) else name) }}
{%- endmacro %}


{#- No two columns of the result have one name. -#}
{% macro _scd2_require_apart(log, own) -%}
    {%- set seen = {} -%}
    {%- for argument, names in {'keys': log['keys'], 'tracked_columns': log.tracked, 'other_columns': log.others}.items() -%}
        {%- for name in names -%}
            {%- set place = cutover._scd2_bare(name) | lower -%}
            {%- if place in seen -%}
                {%- do cutover._fail('scd2', 'the column ' ~ name ~ ' would be there twice: by `' ~ seen[place] ~ '` and by `' ~ argument ~ '`.') -%}
            {%- endif -%}
            {%- do seen.update({place: argument}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for argument in own -%}
        {%- do cutover._require_text('scd2', argument, own[argument], argument) -%}
        {%- set place = cutover._scd2_bare(own[argument]) | lower -%}
        {%- if place in seen -%}
            {%- do cutover._fail('scd2', 'the column ' ~ own[argument] ~ ' would be there twice: by `' ~ seen[place] ~ '` and by `' ~ argument ~ '`. '
                ~ 'Give another name in `' ~ argument ~ '`.') -%}
        {%- endif -%}
        {%- do seen.update({place: argument}) -%}
    {%- endfor -%}
{%- endmacro %}
