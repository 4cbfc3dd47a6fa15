"""Bringing images to one size."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

_CHUNK_PIXELS = 1 << 23


def resize_into(out: np.ndarray, images: np.ndarray) -> None:
    """Writes images, uint8 (N, C, H, W), into out, uint8 (N, C, R, R): bicubic, antialiased, some at a time."""
    resolution = out.shape[-1]
    chunk = max(1, _CHUNK_PIXELS // (out[0].size + images[0].size))
    for start in range(0, len(images), chunk):
        part = images[start : start + chunk]
        if part.shape == out[start : start + chunk].shape:
            out[start : start + chunk] = part
            continue
        pixels = torch.from_numpy(np.ascontiguousarray(part)).float()
        pixels = F.interpolate(
            pixels, size=(resolution, resolution), mode="bicubic", align_corners=False, antialias=True
        )
        out[start : start + chunk] = pixels.round_().clamp_(0, 255).to(torch.uint8).numpy()
