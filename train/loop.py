"""The training loop of the slides, with what makes it stoppable around it."""

import math
import signal
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import nn
from tqdm import tqdm

from segdemo.models import checkpoints
from segdemo.models.registry import EXTRAS, NETWORKS, Stage
from train.data import epoch_batches
from train.evaluation import predict
from train.film import film_pixels, film_steps
from train.recipes import Recipe
from train.storage import RunFolder
from train.tasks import TASKS, Batches, Task

SAVE_EVERY = 300  # seconds of work that a crash may cost


class TrainingError(Exception):
    """Training cannot go on; the message says where it stopped and what to try."""


class Interrupted(Exception):
    """SIGTERM or SIGINT arrived; the state is saved and the same command goes on from it."""


@dataclass(frozen=True)
class TrainResult:
    """What a finished run leaves."""

    network: nn.Module  # in evaluation mode
    history: list[dict]  # one record an epoch
    film: list[dict]  # step, labels (photos, 128, 128) uint8; empty where none is taken


def initial_network(stage: Stage, recipe: Recipe, folder: Path) -> nn.Module:
    """The network as its run starts: random from the seed, or with weights from `folder`."""
    torch.manual_seed(recipe.seed)
    network = stage.build()
    if stage.encoder_from:
        whole = checkpoints.load(folder, NETWORKS[stage.encoder_from]).network()
        encoders = network.get_submodule("encoders")
        encoders.load_state_dict(whole.get_submodule("encoders").state_dict())
    before = stage if recipe.after else (NETWORKS | EXTRAS).get(recipe.starts_from or "")
    if before:
        network.load_state_dict(checkpoints.load(folder, before).network().state_dict())
    if recipe.fixed:
        network.get_submodule(recipe.fixed).requires_grad_(False)
    return network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def train(
    stage: Stage,
    recipe: Recipe,
    data: Any,
    run: RunFolder,
    accelerator: Accelerator,
    network: nn.Module,
) -> TrainResult:
    """Train to the end of the recipe, from the run's saved state if there is one.

    Several processes share each batch, and after each step agree on its mean loss and on
    whether one of them was told to stop; BatchNorm's statistics are those of a process's own
    share, and rank 0's are kept. Raises Interrupted after SIGTERM or SIGINT, TrainingError
    when the loss is not finite or the saved state belongs to another recipe.
    """
    task = TASKS[stage.task]
    training, holdout = data.split()
    steps = len(training) // recipe.batch_size  # in an epoch
    session = Session(task, recipe, network, accelerator, run, steps)
    session.resume()
    if session.step == 0 and task.filmed:
        session.film_frame()
    with StopSignal() as stop:
        for epoch in range(len(session.history), recipe.epochs):
            batches = epoch_batches(
                training,
                recipe.batch_size,
                seed=recipe.seed,
                epoch=epoch,
                start=session.step - epoch * steps,
                rank=accelerator.process_index,
                processes=accelerator.num_processes,
            )
            loader = Batches(task, data, batches, recipe.seed, epoch, accelerator.device)
            train_epoch(session, loader, f"{stage.key} {epoch + 1}/{recipe.epochs}", stop)
            device = accelerator.device
            session.finish_epoch(task.holdout(session.model, data, holdout, device))
    trained = accelerator.unwrap_model(session.model, keep_fp32_wrapper=False)
    return TrainResult(trained.cpu(), session.history, session.film)


def train_epoch(session: "Session", loader: Batches, title: str, stop: "StopSignal") -> None:
    """The slide's loop over the rest of one epoch; raises as `train` does."""
    model, optimizer, scheduler = session.model, session.optimizer, session.scheduler
    accelerator, criterion = session.accelerator, session.criterion
    main = accelerator.is_main_process
    session.set_training_mode()
    batches = tqdm(loader, title, disable=not main, mininterval=5)
    for (inputs, targets), indices in zip(batches, loader.batches):
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        agreed = accelerator.reduce(torch.stack([loss.detach(), stop.flag(loss)]), "mean")
        assert isinstance(agreed, torch.Tensor)
        mean_loss, stopped = agreed.tolist()
        if not math.isfinite(mean_loss):
            names = ", ".join(loader.data.names[index] for index in indices)
            own = f"{loss.item()} at step {session.step}, on {names}"
            other = f"{mean_loss} at step {session.step}, on another process's pictures"
            raise TrainingError(
                f"the loss is {other if torch.isfinite(loss) else own}; try a smaller learning rate"
            )

        accelerator.backward(loss)
        optimizer.step()
        scheduler.step()

        session.count(mean_loss)
        if stopped:
            session.save()
            raise Interrupted(f"stopped at step {session.step}; the state is in {session.run.path}")


@dataclass
class Session:
    """A run in this process: what is being trained, how, and how far it has come."""

    task: Task
    recipe: Recipe
    network: nn.Module
    accelerator: Accelerator
    run: RunFolder
    steps: int  # in an epoch
    step: int = 0  # finished so far
    history: list[dict] = field(default_factory=list)  # one record a finished epoch
    film: list[dict] = field(default_factory=list)  # step, labels (4, 128, 128) uint8
    loss_sum: float = 0.0  # over the steps of the epoch so far
    seconds: float = 0.0  # of work, over all processes that the run has lived in

    def __post_init__(self):
        recipe = self.recipe
        self.criterion = self.task.losses[recipe.loss]
        optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        rate = partial(
            rate_at,
            steps=recipe.epochs * self.steps,
            warm_up=recipe.warm_up,
        )
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
        self.filmed = film_steps(recipe.epochs * self.steps) if self.task.filmed else set()
        self.model, self.optimizer = self.accelerator.prepare(self.network, optimizer)
        self.resumed = self.saved = time.monotonic()

    def count(self, loss: float) -> None:
        """One more step is done, with this mean loss; film and save now and then."""
        self.step += 1
        self.loss_sum += loss
        if self.step in self.filmed:
            self.film_frame()
        if time.monotonic() - self.saved > SAVE_EVERY:
            self.save()

    def film_frame(self) -> None:
        """Keep what the network answers now to the photos of the film."""
        labels = predict(self.model, film_pixels(), self.accelerator.device)
        self.film.append({"step": self.step, "labels": torch.from_numpy(labels)})
        self.set_training_mode()

    def set_training_mode(self) -> None:
        """All but the module that stays as it was, whose normalisation keeps its statistics too.

        BatchNorm is all that training mode changes in the lecture's networks.
        """
        self.model.train(not self.recipe.fixed_statistics)
        if self.recipe.fixed:
            self.network.get_submodule(self.recipe.fixed).eval()

    def finish_epoch(self, scores: Mapping[str, float]) -> None:
        """Write the epoch into the history; save if it is the last."""
        record = {
            "epoch": len(self.history) + 1,
            "training_loss": self.loss_sum / self.steps,
            **scores,
            "learning_rate": self.scheduler.get_last_lr()[0],
            "seconds": round(self.work(), 1),
        }
        self.history.append(record)
        self.loss_sum = 0.0
        if len(self.history) == self.recipe.epochs:
            self.save()
        if self.accelerator.is_main_process:
            print(record, flush=True)

    def work(self) -> float:
        """Seconds of work so far."""
        return self.seconds + time.monotonic() - self.resumed

    def save(self) -> None:
        """Keep everything that the rest of the run depends on."""
        self.saved = time.monotonic()
        if not self.accelerator.is_main_process:
            return
        self.run.save(
            {
                "recipe": asdict(self.recipe),
                "network": self.accelerator.unwrap_model(self.model).state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "scheduler": self.scheduler.state_dict(),
                "random": torch.get_rng_state(),
                "step": self.step,
                "history": self.history,
                "film": self.film,
                "loss_sum": self.loss_sum,
                "seconds": self.work(),
            }
        )

    def resume(self) -> None:
        """Go on from the saved state, if any; raises TrainingError if it is another recipe's."""
        state = self.run.load()
        if state is None:
            return
        if Recipe.from_record(state["recipe"]) != self.recipe:
            raise TrainingError(
                f"{self.run.path} holds a run with another recipe; remove the folder to start anew"
            )
        self.accelerator.unwrap_model(self.model).load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scheduler.load_state_dict(state["scheduler"])
        torch.set_rng_state(state["random"])
        self.step, self.history, self.film = state["step"], state["history"], state["film"]
        self.loss_sum, self.seconds = state["loss_sum"], state["seconds"]


def rate_at(step: int, steps: int, warm_up: float) -> float:
    """Share of the highest learning rate after `step` of `steps`: a straight rise, half a cosine.

    warm_up: share of the steps that rises. Source: Loshchilov, Hutter, *SGDR: Stochastic
    Gradient Descent with Warm Restarts*, 2017, arXiv 1608.03983 (one cycle of it).
    """
    rising = max(1, round(warm_up * steps))
    if step < rising:
        return (step + 1) / rising
    return (1 + math.cos(math.pi * (step - rising) / (steps - rising))) / 2


class StopSignal:
    """Inside its `with`, turns SIGTERM and SIGINT into a flag, read between two steps."""

    def __enter__(self) -> "StopSignal":
        self.requested = False
        self._before = {
            number: signal.signal(number, self._request)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def flag(self, like: torch.Tensor) -> torch.Tensor:
        """1 if a signal has come, else 0, of a tensor's kind and place."""
        return torch.full_like(like, float(self.requested))

    def _request(self, number: int, frame: object) -> None:
        self.requested = True
