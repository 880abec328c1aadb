"""The only place that writes tools, rounds, case audits, findings and the action plan.

One module for each thing that people do: ``tools`` and ``rounds`` (a performance officer's),
``casework`` (an auditor's and a moderator's), ``safety`` (what an unsafe case needs),
``findings``, ``plan`` (keeping it), ``doing`` (owners and heads of service). Every action
takes ``by=`` and ``standing=`` and writes row and event in one transaction; who may is asked
inside. What people write in their own words stands beside the record, never in it, and a case
number stands nowhere but in its row.
"""
