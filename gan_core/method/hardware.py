"""What this machine is good at: device, number format, memory format."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

import torch

from ..config import ARCHITECTURES, TrainConfig


@dataclass(frozen=True)
class Plan:
    """How a configuration runs here.

    `dtype`: of weights and optimiser; `autocast`: number format of the multiplications, or None for `dtype`;
    `memory_format`: of images and convolution weights; `threads`: CPU threads that serve it best, for whoever owns the
    process.
    """

    device: torch.device
    dtype: torch.dtype
    autocast: torch.dtype | None
    memory_format: torch.memory_format
    threads: int

    @property
    def precision(self) -> str:
        """The number format of the multiplications, in a word."""
        return str(self.autocast or self.dtype).removeprefix("torch.")


def multiplies_bf16(device: torch.device) -> bool:
    """Whether the hardware multiplies bfloat16 natively.

    AMX or AVX512-BF16 on a CPU, compute capability 8 or more on CUDA.
    """
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device)[0] >= 8
    return bool(
        torch.backends.mkldnn.is_available()
        and (torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
    )


def plan(config: TrainConfig) -> Plan:
    """The plan for this machine.

    Raises RuntimeError, with a sentence, where a device is asked for that is not there.
    """
    if config.device == "cuda" and not torch.cuda.is_available():
        raise RuntimeError(
            "device = cuda was asked for, but PyTorch finds no usable GPU on this machine; use device = auto or cpu"
        )
    device = torch.device("cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu")
    dtype = torch.float64 if config.precision == "float64" else torch.float32
    wants = config.precision == "bfloat16" or (
        config.precision == "auto" and _profits_from_bf16(config, device) and multiplies_bf16(device)
    )
    return Plan(
        device,
        dtype,
        torch.bfloat16 if wants else None,
        torch.channels_last if config.is_convolutional else torch.contiguous_format,
        available_threads() if _is_large(config) else 1,
    )


def _profits_from_bf16(config: TrainConfig, device: torch.device) -> bool:
    """Whether bfloat16 multiplication is faster and good enough.

    Its eight bits of precision are finer than a pixel needs, but coarser than narrow modes of points apart. Small
    matrix products are bound by the number of calls, not by arithmetic: there casting would only add calls.
    """
    if not config.is_image:
        return False
    return device.type == "cuda" or not ARCHITECTURES[config.architecture].slight


def _is_large(config: TrainConfig) -> bool:
    """Whether single operations are long enough for a team of threads.

    A small one is over before a second thread has woken up, and where other processes want the cores too (a browser
    that watches, say) two threads wait for each other: small networks are then several times faster on one.
    """
    if config.is_convolutional:
        return config.base_width * config.sample_shape[-1] >= 1024
    return max(config.base_width, config.width_d or 0) > 256


def available_threads() -> int:
    """CPU threads that a training may use: $GAN_THREADS, else the cores this process may run on."""
    with contextlib.suppress(KeyError, ValueError):
        return max(1, int(os.environ["GAN_THREADS"]))
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
