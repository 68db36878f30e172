"""Labels as stand-off data."""
