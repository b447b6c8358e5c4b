"""The data set on disk, as torchvision reads it."""

import numpy as np
import pytest
from support.drawn_pets import write_dataset
from torchvision.datasets import OxfordIIITPet

from segdemo.data.oxford_pets import FOLDER, PetDataError, Pets


@pytest.mark.parametrize("split", ["trainval", "test"])
@pytest.mark.parametrize("within", [".", FOLDER])
def test_photos_and_labels_are_torchvision_s(tmp_path, split, within):
    pets = Pets(write_dataset(tmp_path) / within, split)
    oracle = OxfordIIITPet(tmp_path, split=split, target_types="segmentation")
    assert len(pets) == len(oracle)
    for (photo, labels), (same_photo, trimap) in zip(pets, oracle, strict=True):
        assert (np.array(photo) == np.array(same_photo)).all()
        assert (labels == np.array(trimap) - 1).all()


@pytest.mark.parametrize("split", ["trainval", "test"])
def test_the_real_one_has_all_in_torchvision_s_order(pets_root, split):
    pets = Pets(pets_root, split)
    oracle = OxfordIIITPet(pets_root, split=split, target_types="segmentation")
    assert len(pets) == len(oracle)
    for index in range(0, len(pets), 500):
        assert (np.array(pets[index][0]) == np.array(oracle[index][0])).all()


@pytest.mark.parametrize(
    "missing", [FOLDER, f"{FOLDER}/annotations", f"{FOLDER}/annotations/test.txt"]
)
def test_a_folder_without_the_data_set_is_named(tmp_path, missing):
    path = write_dataset(tmp_path) / missing
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(PetDataError, match=f"no complete .* in {tmp_path / FOLDER}"):
        Pets(tmp_path, "test")
