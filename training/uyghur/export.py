"""Writes the trained network as ONNX, with the normalisation folded in and weights of 16 bits, and checks it.

python export.py OUT/last.pt FOLDER     # writes FOLDER/uyghur.onnx and FOLDER/signs.json, prints the SHA-256
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from alphabet import ALPHABET
from network import Block, Reader


class Graph:
    """Nodes and weights as they are added; each method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Adds one node."""
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def weight(self, values: NDArray[np.float32]) -> str:
        """Adds weights: kept in 16 bits, used in 32."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values.astype(np.float16), name))
        return self.node("Cast", name, to=TensorProto.FLOAT)

    def block(self, x: str, block: Block) -> str:
        """Convolution with the normalisation folded in, ReLU, and the short cut."""
        norm = block.norm
        scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
        kernel = (block.conv.weight * scale[:, None, None, None]).detach().numpy()
        shift = (norm.bias - norm.running_mean * scale).detach().numpy()
        rows, columns = block.conv.padding
        y = self.node(
            "Conv", x, self.weight(kernel), self.weight(shift), kernel_shape=list(kernel.shape[2:]),
            strides=list(block.conv.stride), dilations=list(block.conv.dilation), pads=[rows, columns, rows, columns],
        )  # fmt: skip
        y = self.node("Relu", y)
        return self.node("Add", x, y) if block.past else y


def model_of(net: Reader) -> onnx.ModelProto:
    """The network as ONNX: `ink` (lines, 1, 40, columns) to `chances` (lines, columns / 4, signs + 1)."""
    graph = Graph()
    x = "ink"
    for block in [*net.look, *net.read]:
        x = graph.block(x, block)
    x = graph.node(
        "Conv", x, graph.weight(net.say.weight.detach().numpy()), graph.weight(net.say.bias.detach().numpy()),
        kernel_shape=[1, 1],
    )  # fmt: skip
    graph.weights.append(numpy_helper.from_array(np.array([2], np.int64), "rows"))
    x = graph.node("Squeeze", x, "rows")
    x = graph.node("Transpose", x, perm=[0, 2, 1])
    graph.nodes.append(helper.make_node("Softmax", [x], ["chances"], axis=2))
    made = helper.make_graph(
        graph.nodes, "uyghur-lines",
        [helper.make_tensor_value_info("ink", TensorProto.FLOAT, ["lines", 1, 40, "columns"])],
        [helper.make_tensor_value_info("chances", TensorProto.FLOAT, ["lines", "steps", len(ALPHABET) + 1])],
        graph.weights,
    )  # fmt: skip
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="fairwitness"
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def main(weights: Path, folder: Path) -> None:
    """Writes both files and compares onnxruntime with the training framework."""
    net = Reader(len(ALPHABET))
    net.load_state_dict(torch.load(weights, weights_only=True))
    net.eval()
    data = model_of(net).SerializeToString(deterministic=True)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    for wide in (64, 401, 998):
        ink = np.random.default_rng(wide).random((2, 1, 40, wide), np.float32)
        with torch.no_grad():
            want = torch.softmax(net(torch.from_numpy(ink)), 2).numpy()
        got = session.run(None, {"ink": ink})[0]
        assert got.shape == want.shape, (got.shape, want.shape)
        print(f"{wide} columns: largest difference {np.abs(got - want).max():.1e}")
        assert np.abs(got - want).max() < 0.02
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "uyghur.onnx").write_bytes(data)
    (folder / "signs.json").write_text(json.dumps(list(ALPHABET), ensure_ascii=False) + "\n", encoding="utf-8")
    for name in ("uyghur.onnx", "signs.json"):
        content = (folder / name).read_bytes()
        print(name, len(content), hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
