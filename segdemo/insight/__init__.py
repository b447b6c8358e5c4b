"""Why a stage answers as it does, on one photo: what a visitor can look into and try out."""
