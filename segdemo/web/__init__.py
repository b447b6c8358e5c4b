"""The page: the only part that knows Gradio, besides `app.py`."""
