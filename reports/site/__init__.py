"""The inspection site of a run: static pages that open from disk, without a server and without a network."""

from reports.site.build import SiteOptions, build_site

__all__ = ["SiteOptions", "build_site"]
