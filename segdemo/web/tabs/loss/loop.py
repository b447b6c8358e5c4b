"""The slide's training loop as HTML: what flows through each line, before and after a step."""

from html import escape

from torch import Tensor

from segdemo.lecture.loss.training_step import TrainingStep
from segdemo.locales import text
from segdemo.web.components.cross_entropy import number

# Slides *Segmentation (1)* to *(3)*; the keys name the texts beside the lines.
LINES = (
    ("epoch", "for epoch in range(max_epoch):"),
    ("train", "    model.train()"),
    ("batch", "    for inputs, targets in train_loader:"),
    ("device", "        inputs, targets = inputs.to(device), targets.to(device)"),
    ("zero", "        optimizer.zero_grad()"),
    ("forward", "        outputs = model(inputs)"),
    ("loss", "        loss = criterion(outputs, targets)"),
    ("backward", "        loss.backward()"),
    ("step", "        optimizer.step()"),
)
WATCHED = "conv4.weight"  # the last layer's, of all parameters, is shown with its gradient


def before(language: str) -> str:
    """The loop with the tensors' shapes in general."""
    values = {
        "inputs": "(N, 3, H, W)",
        "targets": "(N, H, W)",
        "outputs": "(N, 3, H, W)",
    }
    return _loop({name: text(f"loss.loop.{name}", language, **values) for name, _ in LINES})


def after(step: TrainingStep, language: str) -> str:
    """The same with the shapes and numbers of one real step."""
    gradient = step.gradients[WATCHED]
    values = {
        "inputs": _shape(step.inputs),
        "targets": _shape(step.targets),
        "outputs": _shape(step.outputs),
        "loss": number(step.loss_before),
        "parameters": f"{sum(g.numel() for g in step.gradients.values()):,}",
        "watched": WATCHED,
        "shape": _shape(gradient),
        "largest": f"{gradient.abs().max().item():.2g}",
    }
    real = {"batch", "zero", "forward", "loss", "backward", "step"}
    notes = {
        name: text(f"loss.loop.{name}{'.real' if name in real else ''}", language, **values)
        for name, _ in LINES
    }
    return _loop(notes) + _outcome(step, language)


def _outcome(step: TrainingStep, language: str) -> str:
    fell = step.loss_after < step.loss_before
    verdict = text("loss.loop.fell" if fell else "loss.loop.rose", language)
    figures = "".join(
        f"<div><dt>{escape(text(f'loss.loop.{name}', language))}</dt>"
        f'<dd class="loss-value">{number(value)}</dd></div>'
        for name, value in (("before", step.loss_before), ("after", step.loss_after))
    )
    style = "fell" if fell else "rose"
    return f'<dl class="outcome {style}">{figures}</dl><p class="note">{escape(verdict)}</p>'


def _shape(tensor: Tensor) -> str:
    return f"({', '.join(map(str, tensor.shape))})"


def _loop(notes: dict[str, str]) -> str:
    """Line number, code, and beside it the note."""
    lines = "".join(
        f"<li><code>{escape(code)}</code><span>{escape(notes[name])}</span></li>"
        for name, code in LINES
    )
    return f'<ol class="loop">{lines}</ol>'
