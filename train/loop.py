"""The training loop of the slides, with what makes it stoppable around it."""

import signal
import time
from dataclasses import asdict
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import nn
from tqdm import tqdm

from segdemo import checkpoints
from segdemo.stages import Stage, get_stage
from train.data import AugmentedPets, EpochBatches, PetTensors, split_holdout, training_loader
from train.evaluation import confusions, summarise
from train.initialise import grow_kernels
from train.losses import LOSSES
from train.recipes import Recipe
from train.storage import RunFolder

SAVE_EVERY = 300  # seconds of work that a crash may cost


class TrainingError(Exception):
    """Training cannot go on; the message says where it stopped and what to try."""


class Interrupted(Exception):
    """SIGTERM or SIGINT arrived; the state is saved and the same command goes on from it."""


def initial_network(stage: Stage, recipe: Recipe, folder: Path) -> nn.Module:
    """The stage's network as its run starts: random from the seed, or grown from another's."""
    torch.manual_seed(recipe.seed)
    network = stage.build()
    if recipe.grown_from:
        grow_kernels(network, checkpoints.load(folder, get_stage(recipe.grown_from)).network)
    return network.to(memory_format=torch.channels_last)


def train(
    stage: Stage,
    recipe: Recipe,
    pets: PetTensors,
    run: RunFolder,
    accelerator: Accelerator,
    network: nn.Module,
    workers: int = 0,
) -> tuple[nn.Module, list[dict]]:
    """Train to the end of the recipe, from the run's saved state if there is one.

    Returns the trained network and the history, one record an epoch. Raises Interrupted
    after SIGTERM or SIGINT, TrainingError when the loss is not finite.
    """
    training, holdout = split_holdout(pets.names)
    steps = len(training) // recipe.batch_size  # in an epoch
    criterion = LOSSES[recipe.loss]
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        fused=True,
    )
    model, optimizer = accelerator.prepare(network, optimizer)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer.optimizer,
        max_lr=recipe.learning_rate,
        total_steps=recipe.epochs * steps,
        pct_start=recipe.warm_up,
        cycle_momentum=False,
    )
    history, step, loss_sum, seconds = [], 0, 0.0, 0.0

    def save() -> None:
        if accelerator.is_main_process:
            run.save(
                {
                    "recipe": asdict(recipe),
                    "network": accelerator.unwrap_model(model).state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "scheduler": scheduler.state_dict(),
                    "random": torch.get_rng_state(),
                    "history": history,
                    "step": step,
                    "loss_sum": loss_sum,
                    "seconds": seconds,
                }
            )

    if state := run.load():
        if state["recipe"] != asdict(recipe):
            raise TrainingError(
                f"{run.path} holds a run with another recipe; remove the folder to start anew"
            )
        accelerator.unwrap_model(model).load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        scheduler.load_state_dict(state["scheduler"])
        torch.set_rng_state(state["random"])
        history, step = state["history"], state["step"]
        loss_sum, seconds = state["loss_sum"], state["seconds"]

    stop = StopSignal()
    saved = started = time.monotonic()
    for epoch in range(step // steps, recipe.epochs):
        batches = EpochBatches(
            training,
            recipe.batch_size,
            seed=recipe.seed,
            epoch=epoch,
            start=step % steps,
            rank=accelerator.process_index,
            processes=accelerator.num_processes,
        )
        dataset = AugmentedPets(pets, recipe.size(epoch), recipe.seed)
        progress = tqdm(
            training_loader(dataset, batches, workers),
            desc=f"{stage.key} {epoch + 1}/{recipe.epochs} at {recipe.size(epoch)}",
            disable=not accelerator.is_main_process,
            mininterval=10,
        )
        model.train()
        for inputs, targets in progress:
            inputs, targets = inputs.to(accelerator.device), targets.to(accelerator.device)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            if not torch.isfinite(loss):
                names = [pets.names[i] for _, i in batches.batches[step % steps]]
                raise TrainingError(
                    f"the loss is {loss.item()} at step {step} on {', '.join(names)}; "
                    "try a smaller learning rate"
                )
            accelerator.backward(loss)
            optimizer.step()
            scheduler.step()

            step += 1
            loss_sum += loss.item()
            now = time.monotonic()
            seconds, started = seconds + now - started, now
            if stop.requested:
                save()
                raise Interrupted(f"{stage.key} stopped at step {step}; its state is saved")
            if now - saved > SAVE_EVERY:
                save()
                saved = now
        scores = summarise(confusions(model, pets, holdout, recipe.size(epoch), accelerator.device))
        history.append(
            {
                "epoch": epoch + 1,
                "size": recipe.size(epoch),
                "training_loss": loss_sum / steps,
                "holdout_miou": scores["miou"],
                "holdout_pixel_accuracy": scores["pixel_accuracy"],
                "learning_rate": scheduler.get_last_lr()[0],
                "seconds": round(seconds, 1),
            }
        )
        if accelerator.is_main_process:
            print(history[-1], flush=True)
        loss_sum = 0.0
        save()
    return accelerator.unwrap_model(model, keep_fp32_wrapper=False), history


class StopSignal:
    """Turns SIGTERM and SIGINT into a flag, read between two steps."""

    def __init__(self):
        self.requested = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._request)

    def _request(self, number: int, frame: object) -> None:
        self.requested = True
