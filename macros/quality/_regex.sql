{#-
    A regular expression that all engines read alike: groups, `|`, classes, `^`, `$`, `.` (any character), `* + ? {m,n}` and their lazy forms, \d \w \s (of
    ASCII) and their opposites. What engines read differently (look-around, back-references, \b) is refused, and so is what none could compile: Jinja can't
    catch what an engine says in the middle of an operation.
-#}
{% macro _require_regex(origin, argument, value) -%}
    {%- do cutover._require_text(origin, argument, value, example="'^[A-Z]{2}[0-9]+$'") -%}
    {%- set allowed = 'a regular expression that every engine reads alike' -%}
    {%- set escapes = modules.re.findall('\\\\([A-Za-z0-9]|$)', value.replace('\\\\', '')) -%}
    {%- for escape in escapes if escape == '' or escape not in 'dDwWsStnrfv' -%}
        {%- do cutover._refuse(origin, argument, allowed ~ '; \\' ~ escape ~ ' is not', value) -%}
    {%- endfor -%}
    {%- set bare = modules.re.sub('\\\\[\\s\\S]', 'x', value) -%}
    {#- A bracket that stands first in a class is a member of it. -#}
    {%- set member = '(?:\\[:[a-z]+:\\]|[^\\]])' -%}
    {%- set classes = modules.re.sub('\\[\\^?(?:\\]' ~ member ~ '*|' ~ member ~ '+)\\]', 'x', bare) -%}
    {%- set pieces = modules.re.sub('\\(\\?:', '(', classes) -%}
    {%- set state = namespace(open=0, early=false) -%}
    {%- for sign in modules.re.findall('[()]', pieces) -%}
        {%- set state.open = state.open + (1 if sign == '(' else -1) -%}
        {%- set state.early = state.early or state.open < 0 -%}
    {%- endfor -%}
    {%- set repeats = modules.re.findall('\\{(\\d{1,3})(?:,(\\d{0,3}))?\\}', pieces) -%}
    {%- set plain = modules.re.sub('\\{\\d{1,3}(?:,\\d{0,3})?\\}', '*', pieces) -%}
    {%- if '(?' in plain -%}
        {%- do cutover._refuse(origin, argument, allowed ~ '; (?' ~ plain.split('(?')[1][:1] ~ ' is not', value) -%}
    {%- elif '[' in plain or state.early or state.open != 0 -%}
        {%- do cutover._refuse(origin, argument, 'a regular expression with its brackets and parentheses paired', value) -%}
    {%- elif '{' in plain or '}' in plain or modules.re.search('(^|[(|])[*+?]|[*+?]{3}|[*+?][*+]', plain) -%}
        {%- do cutover._refuse(origin, argument, 'a regular expression whose * + ? {m,n} each repeat one thing', value) -%}
    {%- endif -%}
    {%- for low, high in repeats if high and low | int > high | int -%}
        {%- do cutover._refuse(origin, argument, 'a regular expression whose {m,n} has m up to n', value) -%}
    {%- endfor -%}
{%- endmacro %}


{#-
    An address as mail servers take it without quotes: dot-separated atoms, an @, and a domain of at least two labels, of which the last doesn't begin with
    a digit; letters of any language. Not taken, though the standard has them: quoted local parts, and domains that are addresses in brackets or one name.
    Lengths as in RFC 5321: 64 before the @, 63 a label, 254 in all.
-#}
{% macro _no_email(name) -%}
    {%- set special = '\\s!-/:-@\\[-`{-~' -%}
    {%- set atom = '[^\\s"(),.:;<>@\\[\\\\\\]]+' -%}
    {%- set label = '[^' ~ special ~ ']([^' ~ special.replace('!-/', '!-,./') ~ ']{0,61}[^' ~ special ~ '])?' -%}
    {%- set last = '[^' ~ special ~ '0-9][^' ~ special.replace('!-/', '!-,./') ~ ']{0,61}[^' ~ special ~ ']' -%}
    {%- set pattern = '^' ~ atom ~ '(\\.' ~ atom ~ ')*@(' ~ label ~ '\\.)+' ~ last ~ '$' -%}
    {{ return('not ' ~ cutover.dialect_regex_like(name, pattern) ~ ' or ' ~ dbt.length(name) | trim ~ ' > 254 or '
        ~ dbt.position("'@'", name) | trim ~ ' > 65') }}
{%- endmacro %}
