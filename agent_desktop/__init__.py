"""The browser side: pages, the JSON API and the push feed."""
