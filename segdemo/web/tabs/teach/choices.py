"""What the controls, or a call of the API, ask for."""

from dataclasses import dataclass

from segdemo.errors import InputError
from segdemo.lecture.teaching.networks import MAX_SEED
from segdemo.lecture.teaching.training import Settings, parse_networks, parse_settings
from segdemo.parsing import whole_between


@dataclass(frozen=True)
class Choices:
    """What the controls say. Raises InputError for what they cannot."""

    networks: tuple[str, ...]
    settings: Settings
    seed: int

    @classmethod
    def parse(
        cls, networks: object, rate: object, loss: object, weights: object, seed: object
    ) -> "Choices":
        number = whole_between(seed, 0, MAX_SEED)
        if number is None:
            raise InputError("teach.seed", limit=MAX_SEED)
        return cls(parse_networks(networks), parse_settings(rate, loss, weights), number)
