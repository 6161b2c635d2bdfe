{#- How a relation differs from its contract. A difference is {kind, column, expected, found, status, message}; the status is fail, or note. -#}

{#-
    Everything that can be told: {relation, declared, drift, checks, not_checked}. The catalog is asked for constraints, and the engine for the spelling of
    types, only where the contract has any. `checks` are what has to be counted; the caller runs them in one scan.
-#}
{% macro _contract_report(origin, argument, asked, columns, allow_unexpected, check_order, check_data) -%}
    {%- set relation = cutover._relations(origin, {argument: asked})[argument] -%}
    {%- set declared = cutover._declared_contract(origin, relation, asked, columns) -%}
    {%- set matched = cutover._matched_columns(declared, relation) -%}
    {%- set drift = cutover._column_drift(declared, relation, matched, allow_unexpected, check_order) -%}
    {%- do drift.extend(cutover._type_drift(origin, declared, matched)) -%}
    {%- set report = {'relation': relation, 'declared': declared, 'drift': drift, 'not_checked': declared.not_checked} -%}
    {%- set wanted = cutover._rules_to_count(relation, declared, matched, check_data, report) -%}
    {%- do report.update({'checks': cutover._checks(origin, wanted, {argument: relation})}) -%}
    {{ return(report) }}
{%- endmacro %}


{#- The contract's names to the catalog's columns: exactly first, then ignoring case among those that are left. -#}
{% macro _matched_columns(declared, relation) -%}
    {%- set matched, taken = {}, [] -%}
    {%- set names = relation.columns | map(attribute='name') | list -%}
    {%- for column in declared.columns if column.name in names -%}
        {%- do matched.update({column.name: relation.columns | selectattr('name', 'equalto', column.name) | first}) -%}
        {%- do taken.append(column.name) -%}
    {%- endfor -%}
    {%- for column in declared.columns if column.name not in matched -%}
        {%- set alike = [] -%}
        {%- for other in relation.columns if other.name not in taken and other.name | lower == column.name | lower -%}
            {%- do alike.append(other) -%}
        {%- endfor -%}
        {%- if alike | length == 1 -%}
            {%- do matched.update({column.name: alike[0]}) -%}
            {%- do taken.append(alike[0].name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(matched) }}
{%- endmacro %}


{% macro _drift(kind, column, expected, found, message, fails=true) -%}
    {{ return({
        'kind': kind, 'column': column, 'expected': expected, 'found': found, 'status': 'fail' if fails else 'note', 'message': message,
    }) }}
{%- endmacro %}


{% macro _column_drift(declared, relation, matched, allow_unexpected, check_order) -%}
    {%- set drift, in_contract = [], [] -%}
    {%- for column in declared.columns -%}
        {%- if column.name not in matched -%}
            {%- do drift.append(cutover._drift('removed', column.name, column.data_type, none, column.name ~ ' is not there')) -%}
        {%- else -%}
            {%- set spelled = matched[column.name].name -%}
            {%- do in_contract.append(spelled) -%}
            {%- if spelled != column.name -%}
                {%- do drift.append(cutover._drift('respelled', column.name, column.name, spelled, column.name ~ ' is spelled ' ~ spelled, fails=false)) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set in_table = [] -%}
    {%- for column in relation.columns -%}
        {%- if column.name in in_contract -%}
            {%- do in_table.append(column.name) -%}
        {%- else -%}
            {%- set message = column.name ~ ' (' ~ column.type ~ ') is not in the contract' -%}
            {%- do drift.append(cutover._drift('added', column.name, none, column.type, message, fails=not allow_unexpected)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if in_table != in_contract -%}
        {%- set message = 'the columns stand in the order ' ~ in_table | join(', ') ~ ' instead of ' ~ in_contract | join(', ') -%}
        {%- do drift.append(cutover._drift('reordered', none, in_contract | join(', '), in_table | join(', '), message, fails=check_order)) -%}
    {%- endif -%}
    {{ return(drift) }}
{%- endmacro %}


{#- Declared types in the engine's spelling, from one query that reads no table. -#}
{% macro _type_drift(origin, declared, matched) -%}
    {%- set typed = [] -%}
    {%- for column in declared.columns if column.data_type and column.name in matched -%}
        {%- do cutover._require_sql(origin, 'data_type of ' ~ column.name, column.data_type, 'integer') -%}
        {%- do typed.append(column) -%}
    {%- endfor -%}
    {%- if not typed -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set expressions, names = [], [] -%}
    {%- for column in typed -%}
        {%- do names.append('type_' ~ loop.index) -%}
        {%- do expressions.append(cutover._comment(column.name ~ ' ' ~ column.data_type) ~ '\n    '
            ~ cutover._exact_text(cutover.dialect_declared_type(column.data_type)) ~ ' as type_' ~ loop.index) -%}
    {%- endfor -%}
    {%- set query = 'select\n    ' ~ expressions | join(',\n    ') -%}
    {%- set rows = cutover._run(origin, 'the types of the contract', query, exact=names) if origin is mapping else cutover._rows(query, exact=names) -%}
    {%- set drift = [] -%}
    {%- for column in (typed if rows else []) -%}
        {%- set spelled, found = rows[0]['type_' ~ loop.index], matched[column.name].type -%}
        {%- if spelled is none -%}
            {%- do cutover._refuse(origin, 'data_type of ' ~ column.name, 'a type of this engine', column.data_type) -%}
        {%- elif not cutover._is_type(column.data_type, spelled, found) -%}
            {%- do drift.append(cutover._drift('retyped', column.name, column.data_type, found, column.name ~ ' is ' ~ found ~ ', the contract says '
                ~ column.data_type)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(drift) }}
{%- endmacro %}


{#- A contract that gives no length, precision or scale takes any. -#}
{% macro _is_type(declared, spelled, found) -%}
    {%- set wanted, have = cutover._type_and_lengths(spelled), cutover._type_and_lengths(found) -%}
    {{ return(wanted[0] == have[0] and (cutover._type_and_lengths(declared)[1] == '' or wanted[1] == have[1])) }}
{%- endmacro %}


{% macro _type_and_lengths(type) -%}
    {%- set lengths = '\\s*\\(\\s*[0-9]+\\s*(?:,\\s*-?[0-9]+\\s*)?\\)' -%}
    {%- set found = modules.re.sub('\\s', '', modules.re.findall(lengths, type) | join('')) -%}
    {{ return([modules.re.sub(lengths, '', type) | trim, found]) }}
{%- endmacro %}


{#-
    The rules that need the data, as checks. What the engine holds true itself is not counted again. Without a look at the data, a constraint that the engine
    doesn't hold is drift, and what no catalog can say is told as not checked.
-#}
{% macro _rules_to_count(relation, declared, matched, check_data, report) -%}
    {%- set checks = [] -%}
    {%- set held = cutover.dialect_constraints(cutover._place(relation.relation))
        if declared.rules | selectattr('kind', 'in', ['not_null', 'unique']) | list else [] -%}
    {%- for rule in declared.rules -%}
        {%- set columns = cutover._rule_columns(rule, relation, matched) -%}
        {%- set asked = rule.columns | join(', ') or none -%}
        {%- set reason = cutover._why_not_counted(rule, columns, report.drift) -%}
        {%- if reason is not none -%}
            {%- do report.not_checked.append({'column': asked, 'reason': rule.kind ~ reason}) -%}
        {%- elif not cutover._is_held(rule.kind, columns | map(attribute='name') | list, held) -%}
            {%- if check_data -%}
                {%- do checks.append(cutover._rule_check(rule, columns)) -%}
            {%- elif rule.by == 'constraint' and rule.kind != 'expression' -%}
                {%- set wanted = rule.kind.replace('_', ' ') -%}
                {%- do report.drift.append(cutover._drift(rule.kind, asked, wanted, none, asked ~ ' is not held to be ' ~ wanted ~ ' by the engine')) -%}
            {%- else -%}
                {%- do report.not_checked.append({'column': asked, 'reason': rule.kind ~ ', which only the data can tell'}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(checks) }}
{%- endmacro %}


{#- What would stop the scan, though the drift that is behind it is known already: a value or an expression that doesn't fit what the columns have become. -#}
{% macro _why_not_counted(rule, columns, drift) -%}
    {%- set kinds = drift | map(attribute='kind') | list -%}
    {%- if columns is none -%}
        {{ return(' of a column that is not there') }}
    {%- elif rule.kind == 'expression' and not columns and ('removed' in kinds or 'retyped' in kinds) -%}
        {{ return(', while columns are removed or retyped') }}
    {%- elif rule.kind not in ('expression', 'accepted_values') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- for item in drift if item.kind == 'retyped' and item.column in rule.columns -%}
        {{ return(' of a column of another type') }}
    {%- endfor -%}
    {%- if rule.kind == 'accepted_values' -%}
        {%- set type = columns[0].type -%}
        {%- set family = cutover._comparison_family(type) -%}
        {%- set accepted = cutover._accepted_of_type(rule['values'], family) -%}
        {%- for value in accepted if (family == 'number' and value is string) or (family == 'boolean' and value is not boolean) -%}
            {%- do drift.append(cutover._drift('retyped', rule.columns[0], 'accepted_values', type, rule.columns[0] ~ ' is ' ~ type ~ ', the contract accepts '
                ~ cutover._shown(value))) -%}
            {{ return(' of a column of another type') }}
        {%- endfor -%}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}


{#- A rule may name a column that the contract doesn't list. -#}
{% macro _rule_columns(rule, relation, matched) -%}
    {%- set columns = [] -%}
    {%- for name in rule.columns -%}
        {%- set exact = relation.columns | selectattr('name', 'equalto', name) | list -%}
        {%- set alike = [matched[name]] if name in matched else exact -%}
        {%- for other in relation.columns if not alike and other.name | lower == name | lower -%}
            {%- do alike.append(other) -%}
        {%- endfor -%}
        {%- if alike | length == 1 -%}
            {%- do columns.append(alike[0]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(columns if columns | length == rule.columns | length else none) }}
{%- endmacro %}


{#- Unique columns are unique with others beside them too. -#}
{% macro _is_held(kind, names, held) -%}
    {%- set state = namespace(held=false) -%}
    {%- for other in held if kind == 'not_null' and names[0] in other.columns and other.kind in ('not_null', 'primary_key') -%}
        {%- set state.held = true -%}
    {%- endfor -%}
    {%- for other in held if kind == 'unique' and other.kind in ('unique', 'primary_key') and not other.columns | reject('in', names) | list -%}
        {%- set state.held = true -%}
    {%- endfor -%}
    {{ return(state.held) }}
{%- endmacro %}


{% macro _rule_check(rule, columns) -%}
    {%- set check = {'check': rule.kind, 'severity': rule.severity, 'where': rule.where} -%}
    {%- if rule.kind == 'unique' -%}
        {%- do check.update({'columns': columns | map(attribute='name') | list}) -%}
    {%- elif rule.kind == 'expression' -%}
        {%- do check.update({'expression': rule.expression}) -%}
    {%- else -%}
        {%- do check.update({'column': columns[0].name}) -%}
    {%- endif -%}
    {%- if rule.kind == 'accepted_values' -%}
        {%- do check.update({'values': cutover._accepted_of_type(rule['values'], cutover._comparison_family(columns[0].type))}) -%}
    {%- endif -%}
    {{ return(check) }}
{%- endmacro %}


{#- dbt writes the values of accepted_values as texts or bare, whatever the column is: here they become values of the column's kind. -#}
{% macro _accepted_of_type(values, family) -%}
    {%- set accepted = [] -%}
    {%- for value in values or [] -%}
        {%- if family == 'number' and value is string and modules.re.match('^-?[0-9]+$', value) -%}
            {%- do accepted.append(value | int) -%}
        {%- elif family == 'number' and value is string and modules.re.match('^-?[0-9]+[.][0-9]+$', value) -%}
            {%- do accepted.append(value | float) -%}
        {%- elif family == 'boolean' and value is string and value | lower in ('true', 'false') -%}
            {%- do accepted.append(value | lower == 'true') -%}
        {%- elif family == 'text' and value is not string and value is not none -%}
            {%- do accepted.append(cutover._plain_text(value)) -%}
        {%- elif value is not none -%}
            {%- do accepted.append(value) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(accepted) }}
{%- endmacro %}
