"""Tables to what a researcher looks at: measures, the inspection site, highlighted PDFs, exports.

>>> from reports import load_run  # doctest: +SKIP
>>> load_run("runs").claims.label.value_counts()  # doctest: +SKIP
"""

from reports.runs import Run, RunError, load_run

__all__ = ["Run", "RunError", "load_run"]
