"""One folder for each tab of the page; no tab imports another."""
