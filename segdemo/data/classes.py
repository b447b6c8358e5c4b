"""The three classes of the Oxford-IIIT Pet trimap, in the order of the networks' outputs."""

CLASSES = ("pet", "background", "border")
PET, BACKGROUND, BORDER = range(len(CLASSES))
UNKNOWN = len(CLASSES)  # in a ground truth: labelled by nobody, and not counted
