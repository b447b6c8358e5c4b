"""The page stands open to anybody: what may reach it, and what it keeps. See SECURITY.md."""
