"""``python -m flows`` is ``halfloop``."""

from flows.command_line import app

app(prog_name="halfloop")
