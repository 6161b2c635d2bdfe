{% macro blue_green_rollback(dry_run=false, output='table') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('blue_green_rollback', ['dry_run', 'output'], kwargs, varargs, output, dry_run) -%}
    {%- set deployment = cutover._deployment(operation) -%}
    {%- set row = cutover._lease_row_or_none() -%}
    {%- if row is none or row.live_build_id is none -%}
        {%- do cutover._fail(operation, 'nothing was published yet, so there is nothing to go back to.') -%}
    {%- elif row.idle_build_id is none -%}
        {%- set why = 'the build ' ~ row.lease_build_id ~ ' is being made in ' ~ row.lease_colour ~ ', over the build before' if row.lease_build_id
            else 'the live build ' ~ row.live_build_id ~ ' is the only one' -%}
        {%- do cutover._fail(operation, 'there is no build behind the live one: ' ~ why ~ '.') -%}
    {%- endif -%}
    {%- set live = cutover._live_state(deployment) -%}
    {%- do cutover._require_unmixed(operation, live) -%}
    {%- if live.colour is none or live.colour != row.live_colour -%}
        {%- do cutover._fail(operation, 'the catalog says that ' ~ (live.colour or 'no colour') ~ ' is live and the record says ' ~ row.live_colour
            ~ ': somebody changed the views. Look at blue_green_status.') -%}
    {%- endif -%}
    {%- set colour = cutover._other_colour(live.colour) -%}
    {%- set behind = cutover._colour_objects(deployment, live, colour) -%}
    {%- do cutover._require_clean_live(operation, live, behind) -%}
    {%- if not behind -%}
        {%- do cutover._fail(operation, 'the colour ' ~ colour ~ ' of the build ' ~ row.idle_build_id ~ ' holds nothing any more.') -%}
    {%- endif -%}
    {%- set lost = cutover._lost_objects(row.idle_build_id, behind) -%}
    {%- if lost -%}
        {%- do cutover._fail(operation, 'the build ' ~ row.idle_build_id ~ ' is no longer whole: ' ~ lost | join(', ') ~ ' are gone. Nothing was changed.') -%}
    {%- endif -%}
    {%- do cutover._point_live_at(operation, deployment, live, behind, colour, 'rolled_back', row.idle_build_id,
        {'live_build_id': 'idle_build_id', 'idle_build_id': 'live_build_id'},
        'live_build_id = ' ~ cutover._literal(row.live_build_id) ~ ' and idle_build_id = ' ~ cutover._literal(row.idle_build_id)) -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- do cutover._tell_blue_green(operation, cutover._blue_green_document(operation, deployment)) -%}
{%- endmacro %}
