"""Macro coverage: which macros, and which lines and branches of their Jinja, no test reached.

``pytest --macro-coverage`` reports in the terminal, ``--macro-coverage=html`` and ``=json`` into files;
``--macro-coverage-fail-under=80`` fails the session that reaches less of the lines and branches.

Counted are the macros of the project itself, or of the packages that ``--macro-coverage-package`` names, whoever calls
them: a test, another macro, the adapter, an operation, a materialization, dbt run within the test's process. What dbt
calls while it parses a project doesn't count, nor what another process runs.

A *macro* is reached when it is called; generic tests and materializations are macros.

A *line* is one on which a tag begins that does something: the head of a macro, a statement, an ``elif``, an expression
that is printed. It is reached when one of them is begun. A tag of several lines is one, at its first. Text is reached
with the branch that it stands in.

A *branch* is one of

``then``, ``else``
    of an ``if`` and each ``elif``; the ``else`` also where none is written, on the line of the last condition;
``loop``, ``empty`` or ``else``
    of a ``for``: its body, and that there was nothing to go through; its ``else`` where one is written;
``inline then``, ``inline else``
    of ``a if b else c``, also without ``else``;
``and left``, ``and right``, ``or left``, ``or right``
    whether the left side decided, or the right one was evaluated;
``call``
    the body of a ``call`` block, which the called macro may leave alone.

The second of its kind on a line is ``then (2)``. What Jinja evaluates when it compiles, as ``1 if true else 2``, has no
branches; a recursive loop has no ``empty``.

``{# pragma: no cover #}`` on the line of a tag leaves that tag out, with all that it governs: beside a macro's head the
macro, beside an ``if`` what is done then, beside an ``else`` what is done else.
"""
