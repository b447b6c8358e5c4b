"""Every sentence on the page that says something about a network or a method, measured."""
