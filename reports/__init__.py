"""Tables to what a researcher looks at: measures, the inspection site, highlighted PDFs, exports."""
