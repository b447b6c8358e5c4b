"""A file made for one visitor, to be saved by the browser."""

# Once the file is there, the browser takes it, as if its link had been pressed.
SAVE = """file => {
    const link = document.createElement("a");
    link.href = file.url;
    link.download = file.orig_name;
    link.click();
}"""
