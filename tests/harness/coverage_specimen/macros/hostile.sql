{% macro hostile(name='<b>') -%}
    <script>alert("&")</script>{{ name if name != '</td>' else '&lt;' }}
{%- endmacro %}
