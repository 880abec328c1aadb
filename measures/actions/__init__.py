"""The only place that writes the framework, quarters, returns and what is said of them.

One module for each thing that people do: ``entry`` (a team's quarter), ``review`` (a head of
service's), ``quarters`` (opening and closing), ``loading`` (figures from a file),
``corrections``, ``commentary`` and ``framework``. Every action takes ``by=`` and
writes row and event in one transaction; who may is asked inside, of the standing passed in.
"""
